/**
 * Rows of data sets as no one would write them, in every format that is read.
 *
 * @module
 */
import pl from "nodejs-polars";
import type { Random } from "../../lib/core/mod.ts";
import { anyText, strangeValue } from "./json_mutations.ts";

type Bytes = Uint8Array<ArrayBuffer>;
/** A row whose cells are texts. */
export type TextRow = Readonly<Record<string, string>>;

const encode = (text: string) => new TextEncoder().encode(text);

/** Cells that are none of what they stand for, as JSON. */
const CELLS = [
  ...[
    "null",
    "7",
    "-0",
    "1e400",
    "9007199254740993",
    "true",
    "[]",
    '["a"]',
    '{"a": 1}',
    '""',
    '" "',
  ],
  ...[
    '"\\u0000"',
    '"\\ud800"',
    '"\\u001b[31m"',
    '"#### 7"',
    '"#### -1,234.50"',
    '"#### x"',
    '"e"',
    '"3"',
  ],
  ...[
    '"entailment"',
    '"#### 1e999"',
    '"\\u202e7"',
    '"#### "',
    '"####7####8"',
    '"a\\nb\\r\\n#### 5"',
  ],
];

/** Rows as lines of JSON, some of them damaged. */
export function strangeJsonl(random: Random, rows: readonly TextRow[]): Bytes {
  const lines = rows.map((row) => {
    const kind = random.uniform();
    if (kind < 0.6) return JSON.stringify(row);
    if (kind < 0.65) return strangeValue(random);
    if (kind < 0.68) return "";
    if (kind < 0.7) return `${JSON.stringify(row)}${JSON.stringify(row)}`;
    const entries = Object.entries(row).flatMap(([name, text]) => {
      const change = random.uniform();
      const cell = change < 0.3
        ? random.choice(CELLS)
        : change < 0.4
        ? strangeValue(random)
        : JSON.stringify(text);
      const pair = `${JSON.stringify(name)}: ${cell}`;
      return change < 0.45
        ? [pair]
        : change < 0.5
        ? []
        : change < 0.55
        ? [pair, pair]
        : [`"${name}": ${JSON.stringify(text)}`];
    });
    return `{${entries.join(", ")}}`;
  });
  const end = random.choice(["\n", "\n", "\r\n", "\r", "\n\n"]);
  return encode(`${random.uniform() < 0.1 ? "\ufeff" : ""}${lines.join(end)}`);
}

/** Rows as CSV: cells without their quotes, with others, too many, too few. */
export function strangeCsv(random: Random, rows: readonly TextRow[]): Bytes {
  const names = Object.keys(rows[0]!);
  const cell = (text: string) => {
    const kind = random.uniform();
    if (kind < 0.85) return `"${text.replaceAll('"', '""')}"`;
    return random.choice([
      text,
      `"${text}"`,
      "",
      `'${text}'`,
      '"',
      `"a"b"`,
      "\u0000",
      anyText(random),
      `=1+1`,
    ]);
  };
  const lines = [names, ...rows.map((row) => names.map((name) => row[name]!))].map((cells) => {
    const kind = random.uniform();
    const chosen = kind < 0.9 ? cells : kind < 0.95 ? cells.slice(1) : [...cells, "x"];
    return chosen.map(cell).join(
      random.uniform() < 0.97 ? "," : random.choice([";", "\t", ", ", ",,"]),
    );
  });
  return encode(lines.join(random.choice(["\n", "\n", "\r\n", "\r"])));
}

/** Rows as a whole Parquet file whose columns have other types, or are not there. */
export function strangeParquet(random: Random, rows: readonly TextRow[]): Bytes {
  const number = () => random.choice([0, 1, 2, 3, -1, 7.5, NaN, Infinity, 2 ** 40]);
  const columns = Object.keys(rows[0]!).flatMap((name) => {
    const kind = random.uniform();
    const texts = rows.map((row) =>
      random.uniform() < 0.9
        ? row[name]!
        : random.choice(["", " ", "#### x", "\u0000", anyText(random).toWellFormed()])
    );
    if (kind < 0.6) return [pl.Series(name, texts, pl.Utf8)];
    if (kind < 0.66) return [pl.Series(name, rows.map(() => null), pl.Utf8)];
    if (kind < 0.74) return [pl.Series(name, rows.map(() => random.integer(-1, 4)), pl.Int64)];
    if (kind < 0.8) return [pl.Series(name, rows.map(number), pl.Float64)];
    if (kind < 0.85) return [pl.Series(name, rows.map(() => random.uniform() < 0.5), pl.Bool)];
    if (kind < 0.9) return [pl.Series(name, texts.map((text) => [text]))];
    if (kind < 0.95) {
      return [pl.Series(random.choice(["x", "", "Question", `${name} `]), texts, pl.Utf8)];
    }
    return [];
  });
  const frame = pl.DataFrame(columns.length === 0 ? [pl.Series("x", [1], pl.Int32)] : columns);
  const compression = random.choice(["zstd", "snappy", "gzip", "uncompressed"]);
  // deno-lint-ignore no-explicit-any -- polars lacks the type: without a path it gives the bytes
  return new Uint8Array((frame as any).writeParquet({ compression }));
}

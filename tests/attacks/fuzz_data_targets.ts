/**
 * Readers of data sets of others.
 *
 * @module
 */
import { ConfigError, type Random, RunError } from "../../lib/core/mod.ts";
import {
  canonicalNumber,
  ENTAILMENT_LABELS,
  loadAnliTask,
  loadGsm8kTask,
  loadJsonlTask,
  type Task,
} from "../../lib/tasks/mod.ts";
import { keptAnswers } from "./fuzz_answers_target.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";
import { mutateBytes } from "./mutations.ts";
import { strangeCsv, strangeJsonl, strangeParquet } from "./strange_rows.ts";

/** Rows that GSM8K and ANLI may both have. */
const ROWS = Array.from({ length: 12 }, (_, i) => ({
  question: `Tom has "${i}" cats, and\n2 dogs; how many?`,
  answer: `${i} + 2 = ${i + 2}\n#### ${i + 2}`,
  context: `Tom has ${i} cats.`,
  hypothesis: "Tom has a cat.",
  label: "enc"[i % 3]!,
}));

type Row = (typeof ROWS)[number];
const NAMES = Object.keys(ROWS[0]!) as (keyof Row)[];

/**
 * The rows in the formats that are text. Damaged Parquet is not among them: Polars panics on some of it, which is an
 * error like others but written to the terminal in its own words too.
 */
function formats(): Record<string, Uint8Array<ArrayBuffer>> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = ROWS.map((row) => NAMES.map((name) => cell(row[name])).join(","));
  return {
    jsonl: bytes(ROWS.map((row) => JSON.stringify(row)).join("\n")),
    csv: bytes([NAMES.join(","), ...lines].join("\n")),
  };
}

/** Whether all that a task asks can be asked and graded. */
function isSound(task: Task): boolean {
  const set = task.questions("test");
  return Array.from({ length: set.size! }, (_, i) => set.at(i)).every(({ text, gold }) =>
    text.trim() !== "" &&
    (canonicalNumber(gold) === gold || ENTAILMENT_LABELS.some((l) => l === gold))
  );
}

const STRANGE = { jsonl: strangeJsonl, csv: strangeCsv, parquet: strangeParquet } as const;
type Format = keyof typeof STRANGE;

/** Rows that are strange in a file that is whole. */
function strangeRowsTarget(folder: string): Target {
  const pathOf = (format: Format) => `${folder}/rows.${format}`;
  const load = async (kind: string, format: Format, bytes: Uint8Array) => {
    const place = pathOf(format);
    await Deno.mkdir(place, { recursive: true });
    const path = `${place}/${kind === "anli" ? "test_r3" : "test"}.${format}`;
    for (const { name } of Deno.readDirSync(place)) await Deno.remove(`${place}/${name}`);
    await Deno.writeFile(path, bytes);
    const limits = { folder: place, verifier: 0, maxBadRows: 0.9 };
    if (kind === "gsm8k") return await loadGsm8kTask({ ...limits, validation: 0 });
    if (kind === "anli") return await loadAnliTask({ ...limits, rounds: [3] });
    return await loadJsonlTask({ files: { test: path }, answers: "number" });
  };
  return {
    name: "rows of data sets",
    errors: [ConfigError, RunError],
    attempt(random: Random) {
      const kind = random.choice(["gsm8k", "anli", "jsonl"]);
      const format = kind === "jsonl" ? "jsonl" : random.choice(Object.keys(STRANGE) as Format[]);
      const bytes = STRANGE[format](random, ROWS.slice(0, random.integer(1, ROWS.length + 1)));
      return {
        input: `${kind}.${format}: ${new TextDecoder().decode(bytes.subarray(0, 300))}`,
        async take() {
          const task = await load(kind, format, bytes);
          return isSound(task)
            ? { outcome: "other input" }
            : silent("a question cannot be asked or graded");
        },
      };
    },
  };
}

/**
 * Everything that reads data sets.
 *
 * @param folder An empty folder.
 * @returns The targets.
 */
export async function dataTargets(folder: string): Promise<Target[]> {
  const whole = formats();
  const load = async (kind: string, place: string) =>
    kind === "gsm8k"
      ? await loadGsm8kTask({ folder: place, validation: 0, verifier: 0, maxBadRows: 0.5 })
      : await loadAnliTask({ folder: place, rounds: [3], verifier: 0, maxBadRows: 0.5 });
  const nameOf = { gsm8k: "test", anli: "test_r3" } as const;
  const undamaged = new Map<string, string>();
  const write = async (kind: keyof typeof nameOf, format: string, bytes: Uint8Array) => {
    const place = `${folder}/${kind}.${format}`;
    await Deno.mkdir(place, { recursive: true });
    await Deno.writeFile(`${place}/${nameOf[kind]}.${format}`, bytes);
    return place;
  };
  for (const kind of ["gsm8k", "anli"] as const) {
    for (const [format, bytes] of Object.entries(whole)) {
      const { version } = await load(kind, await write(kind, format, bytes));
      undamaged.set(`${kind}.${format}`, version);
    }
  }
  return [strangeRowsTarget(folder), await keptAnswers(`${folder}/tinygsm`), {
    name: "data sets",
    errors: [ConfigError, RunError],
    attempt(random: Random) {
      const kind = random.choice(["gsm8k", "anli"] as const);
      const format = random.choice(Object.keys(whole));
      const bytes = mutateBytes(random, whole[format]!);
      const shown = new TextDecoder().decode(bytes);
      return {
        input: `${kind}.${format}: ${shown.slice(0, 300)}`,
        async take() {
          const task = await load(kind, await write(kind, format, bytes));
          if (!isSound(task)) return silent("a question cannot be asked or graded");
          const isSame = task.version === undamaged.get(`${kind}.${format}`);
          // Files of others have no hash of ours: other bytes may be another question.
          return isSame ? HARMLESS : { outcome: "other input" };
        },
      };
    },
  }];
}

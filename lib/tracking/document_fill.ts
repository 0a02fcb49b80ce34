import {
  DEFINITION,
  type DocumentPart,
  type DocumentProblem,
  lineAt,
  partsOf,
} from "./document_parts.ts";
import { type ResultValue, valueText } from "./result_values.ts";
import { markdownTable, type Table } from "./tables.ts";

/** What documents show of results, by its full name: `<result>/<table or value>`. */
export interface ShownResults {
  /** Tables. */
  readonly tables: Readonly<Record<string, Table>>;
  /** Numbers. */
  readonly values: Readonly<Record<string, ResultValue>>;
}

/** The most columns of a line of prose, as in `deno.json`. */
const LINE_WIDTH = 100;

/**
 * Writes the tables and numbers of a document that are made from frames; what shows the same already
 * stays as it is, and so does what no result has.
 *
 * @param document The text of the document.
 * @param shown What results show.
 * @param linkTo Where a number leads: the path from the document to the frames of a result.
 * @returns The new text.
 */
export function fillDocument(
  document: string,
  shown: ShownResults,
  linkTo: (result: string) => string,
): string {
  const parts = partsOf(document);
  let text = document;
  for (const part of parts.toReversed()) {
    const wanted = textOf(part, shown);
    if (wanted === undefined || same(part, wanted)) continue;
    text = text.slice(0, part.start) + wanted + text.slice(part.start + part.text.length);
  }
  const isOfText = new Set(parts.filter(({ kind }) => kind === "value").map(({ name }) => name));
  const kept = [...text.matchAll(DEFINITION)].filter(([, name]) => isOfText.has(name!));
  const lines = new Map(kept.map(([line, name]) => [name!, line]));
  for (const name of isOfText) {
    const line = definitionOf(name, shown, linkTo);
    if (line !== undefined) lines.set(name, line);
  }
  const body = text.replaceAll(new RegExp(`${DEFINITION.source}\n?`, "gm"), "").trimEnd();
  const definitions = [...isOfText].flatMap((name) => lines.get(name) ?? []);
  return [body, ...(definitions.length === 0 ? [] : ["", ...definitions])].join("\n") + "\n";
}

/**
 * Compares what a document shows with what results give.
 *
 * @param document The text of the document.
 * @param shown What results show.
 * @param linkTo Where a number leads: the path from the document to the frames of a result.
 * @returns What differs or has an unknown name; empty if all is as it should be.
 */
export function checkDocument(
  document: string,
  shown: ShownResults,
  linkTo: (result: string) => string,
): DocumentProblem[] {
  const problems = partsOf(document).flatMap((part): DocumentProblem[] => {
    const line = lineAt(document, part.start);
    const wanted = textOf(part, shown);
    if (wanted === undefined) {
      const problem = `no committed result has a ${part.kind} ${part.name}`;
      return [{ line, problem, unknown: part.name }];
    }
    if (same(part, wanted)) return [];
    return [{
      line,
      problem: part.kind === "table"
        ? `the table ${part.name} is another than its frames give`
        : `${part.name} must be ${wanted}: ${part.text}`,
    }];
  });
  if (problems.length > 0) return problems;
  const filled = fillDocument(document, shown, linkTo);
  const definitions = (text: string) => [...text.matchAll(DEFINITION)].map(([line]) => line).join();
  return definitions(filled) === definitions(document)
    ? []
    : [{ line: lineAt(document, document.length), problem: "links of its numbers are others" }];
}

function textOf({ kind, name }: DocumentPart, { tables, values }: ShownResults) {
  if (kind === "table") {
    return Object.hasOwn(tables, name) ? `\n\n${formattedTable(tables[name]!)}\n` : undefined;
  }
  return Object.hasOwn(values, name) ? valueText(values[name]!) : undefined;
}

function definitionOf(
  name: string,
  { values }: ShownResults,
  linkTo: (result: string) => string,
): string | undefined {
  if (!Object.hasOwn(values, name)) return undefined;
  return `[${name}]: ${linkTo(name.split("/")[0]!)} "${values[name]!.meaning}"`;
}

/** Whether a part shows what it should, however it is padded and wrapped. */
function same({ kind, text }: DocumentPart, wanted: string): boolean {
  const plain = (value: string) =>
    kind === "table"
      ? blocksOf(value).map((block) => isTable(block) ? cellsOf(block).join("\n") : oneLine(block))
        .join("\n\n")
      : oneLine(value);
  return plain(text) === plain(wanted);
}

const oneLine = (text: string) => text.trim().replaceAll(/\s+/g, " ");
const blocksOf = (text: string) => text.trim().split(/\n\s*\n/);
const isTable = (block: string) => block.startsWith("|");

/** The cells of a Markdown table, rules without their lengths. */
function cellsOf(block: string): string[][] {
  return block.split("\n").map((row) =>
    row.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^-+(:?)$/, "-$1"))
  );
}

/** A table as `deno fmt` leaves it: cells padded, prose wrapped. */
function formattedTable(table: Table): string {
  return blocksOf(markdownTable(table)).map((block) => isTable(block) ? padded(block) : wrap(block))
    .join("\n\n") + "\n";
}

function padded(block: string): string {
  const [header, rule, ...rows] = cellsOf(block);
  const isRight = rule!.map((cell) => cell.endsWith(":"));
  const widths = header!.map((title, i) =>
    Math.max(isRight[i] ? 2 : 1, title.length, ...rows.map((row) => row[i]!.length))
  );
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const pad = (row: readonly string[]) =>
    line(row.map((cell, i) => isRight[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)));
  const rules = widths.map((width, i) =>
    isRight[i] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)
  );
  return [pad(header!), line(rules), ...rows.map(pad)].join("\n");
}

function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of oneLine(text).split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && longer.length <= LINE_WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join("\n");
}

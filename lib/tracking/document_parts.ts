/**
 * What of a Markdown document is made from frames: tables between `<!-- table: NAME -->` and
 * `<!-- /table -->`, and numbers that are links by a name, `[0.948][NAME]`. A NAME is
 * `<result>/<table or value>`.
 *
 * @module
 */

/** A table or number of a document that is made from frames. */
export interface DocumentPart {
  /** What it is. */
  readonly kind: "table" | "value";
  /** Its name: `<result>/<table or value>`. */
  readonly name: string;
  /** What stands there. */
  readonly text: string;
  /** Where this begins in the document. */
  readonly start: number;
}

/** What is wrong with a document. */
export interface DocumentProblem {
  /** The line, from 1. */
  readonly line: number;
  /** What is wrong, in a sentence without its end. */
  readonly problem: string;
  /** The name that no result has, if that is what is wrong. */
  readonly unknown?: string;
}

const TABLE = /^<!-- table: (\S+) -->$([\s\S]*?)^<!-- \/table -->$/gm;
const TYPED = /^<!-- typed: \S.* -->$[\s\S]*?^<!-- \/typed -->$/gm;
// The text of a link may hold an interval: [0.948 [0.919, 0.967]][NAME].
const VALUE = /\[((?:[^[\]]|\[[^[\]]*\])*)\]\[(\w+\/[^\][\s]+)\]/g;
/** Where the name of a value leads to; these lines end a document. */
export const DEFINITION = /^\[(\w+\/[^\][\s]+)\]: .*$/gm;

const blank = (text: string) => text.replaceAll(/[^\n]/g, " ");

/**
 * A document without its code, whose place stays empty.
 *
 * @param text The document.
 * @returns A text of the same length and lines.
 */
export function withoutCode(text: string): string {
  return text.replaceAll(/^ *```[^`\n]*$[\s\S]*?^ *```|(`+)[^`\n]+\1/gm, blank);
}

/**
 * The line of a place in a text.
 *
 * @param text The text.
 * @param index The place, from 0.
 * @returns The line, from 1.
 */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/**
 * The tables and numbers of a document that are made from frames.
 *
 * @param document The text of the document.
 * @returns The parts, in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { partsOf } from "./document_parts.ts";
 *
 * const [value] = partsOf("It rose by [+0.301][quickstart/gain].");
 * assertEquals(value, { kind: "value", name: "quickstart/gain", text: "+0.301", start: 12 });
 * ```
 */
export function partsOf(document: string): DocumentPart[] {
  const text = withoutCode(document);
  const tables = [...text.matchAll(TABLE)].map(({ 0: all, 1: name, 2: content, index }) => {
    const start = index + all.indexOf("-->") + 3;
    return {
      kind: "table" as const,
      name: name!,
      text: document.slice(start, start + content!.length),
      start,
    };
  });
  // Tables have no such links, and definitions are no numbers.
  const rest = text.replaceAll(TABLE, blank).replaceAll(DEFINITION, blank);
  const values = [...rest.matchAll(VALUE)].map(({ 1: shown, 2: name, index }) => ({
    kind: "value" as const,
    name: name!,
    text: document.slice(index + 1, index + 1 + shown!.length),
    start: index + 1,
  }));
  return [...tables, ...values].toSorted((a, b) => a.start - b.start);
}

/**
 * Comments of a document that are no marker, or a marker without its other half.
 *
 * @param document The text of the document.
 * @returns One problem for each.
 */
export function wrongMarkers(document: string): DocumentProblem[] {
  const text = withoutCode(document);
  const rest = text.replaceAll(TABLE, blank).replaceAll(TYPED, blank);
  return [...rest.matchAll(/<!--[\s\S]*?-->/g)].map(({ 0: comment, index }) => ({
    line: lineAt(text, index),
    problem: `no marker that is known, or one without its other half: ${
      comment.replaceAll(/\s+/g, " ")
    }`,
  }));
}

/**
 * Numbers with two digits or more after the point, which is how measurements are written, that somebody
 * typed: outside of what is made from frames, of code, and of `<!-- typed: why -->` … `<!-- /typed -->`.
 *
 * @param document The text of the document.
 * @returns One problem for each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { typedNumbers } from "./document_parts.ts";
 *
 * const problems = typedNumbers("From [0.62][a/b] to\n0.94 with `--lr 0.01` and τ = 0.1.");
 * assertEquals(problems.map(({ line }) => line), [2]);
 * ```
 */
export function typedNumbers(document: string): DocumentProblem[] {
  const text = [TABLE, TYPED, DEFINITION, VALUE, /\]\([^)\s]*\)/g, /\barXiv \d{4}\.\d{5}(v\d+)?/g]
    .reduce((rest, made) => rest.replaceAll(made, blank), withoutCode(document));
  return [...text.matchAll(/(?<![\w.])\d+\.\d{2,}(?!\.?\d)/g)].map(({ 0: number, index }) => ({
    line: lineAt(text, index),
    problem: `a number that is not made from frames: ${number}`,
  }));
}

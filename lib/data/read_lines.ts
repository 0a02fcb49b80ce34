import { ConfigError, fileError, named } from "../core/mod.ts";

/** Far more than a question with its solution; a file without line breaks is no text of rows. */
const MAX_LINE = 2 ** 20;

/** A line of a file. */
export interface TextLine {
  /** Its number, from 1. */
  readonly number: number;
  /** Its text, without the line break. */
  readonly text: string;
}

/**
 * The lines of a text file one after the other, so that the beginning of a large file is read without the rest.
 *
 * @param path The file, in UTF-8; a mark of byte order at its start is passed over.
 * @returns The lines, the empty ones too.
 * @throws {ConfigError} If it is no text, or a line has more than a million characters.
 * @throws {RunError} If it cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<TextLine> {
  const file = await Deno.open(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let rest = "";
  const refuse = (expected: string) =>
    new ConfigError(
      `Cannot read ${named(path)} as ${expected}: line ${number + 1} does not`,
      { thing: path, remedy: "Check that it is the file that you mean, and get it again" },
    );
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw refuse("its lines must hold text in UTF-8");
    }
  };
  try {
    const buffer = new Uint8Array(1 << 16);
    for (;;) {
      const count = await file.read(buffer).catch((error) => {
        throw fileError(error, path, "read");
      });
      const lines = (rest + decode(count === null ? undefined : buffer.subarray(0, count)))
        .split("\n");
      rest = count === null ? "" : lines.pop()!;
      for (const text of lines) yield { number: ++number, text: text.replace(/\r$/, "") };
      if (count === null) return;
      if (rest.length > MAX_LINE) {
        throw refuse(`its lines must have at most ${MAX_LINE} characters`);
      }
    }
  } finally {
    file.close();
  }
}

import { ConfigError, fileError, named } from "../core/mod.ts";

/** Characters of a line that are kept: far more than a question with its solution has. */
export const MAX_LINE: number = 2 ** 20;

/** A line of a file. */
export interface TextLine {
  /** Its number, from 1. */
  readonly number: number;
  /** Its text, without the line break; of a line that is longer than {@linkcode MAX_LINE} the beginning. */
  readonly text: string;
  /** Whether it is longer than that. */
  readonly isCut: boolean;
}

/**
 * The lines of a text file one after the other, so that the beginning of a large file is read without the rest.
 *
 * @param path The file, in UTF-8; a mark of byte order at its start is passed over.
 * @returns The lines, the empty ones too.
 * @throws {ConfigError} If it is no text.
 * @throws {RunError} If it cannot be read.
 */
export async function* readLines(path: string): AsyncGenerator<TextLine> {
  const file = await Deno.open(path).catch((error) => {
    throw fileError(error, path, "read");
  });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 0;
  let rest = "";
  const line = (text: string): TextLine => ({
    number: ++number,
    text: text.slice(0, MAX_LINE).replace(/\r$/, ""),
    isCut: text.replace(/\r$/, "").length > MAX_LINE,
  });
  const noText = () =>
    new ConfigError(
      `Cannot read ${named(path)} as its lines must hold text in UTF-8: line ${
        number + 1
      } does not`,
      { thing: path, remedy: "Check that it is the file that you mean, and get it again" },
    );
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw noText();
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
      for (const text of lines) yield line(text);
      if (count === null) return;
      rest = rest.slice(0, MAX_LINE + 2); // enough to see that it is too long
    }
  } finally {
    file.close();
  }
}

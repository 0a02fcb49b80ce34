/** Options of {@link hasRepetition}. */
export interface RepetitionOptions {
  /** Text of some tokens, to tell numbers, which may repeat. */
  readonly decode: (tokens: readonly number[]) => string;
  /** Longest n-gram looked for, in tokens. Default 20. */
  readonly maxLength?: number;
  /** Copies in a row that are too many. Default 4, "more than 3 consecutive times". */
  readonly minRepeats?: number;
}

/**
 * Whether some run of 1 to `maxLength` tokens stands at least `minRepeats` times in a row.
 *
 * A run whose text, trimmed, is all digits is exempt; white space is not (MAPoRL G.3.1).
 *
 * An n-gram stands k times in a row from i on exactly if token j equals token j − n for all j from
 * i + n to i + kn − 1, so counting such matches finds every n in one pass over the tokens.
 *
 * @param tokens The tokens of a response, without its end-of-sequence token.
 * @param options Decoder and limits.
 * @returns True if there is such a run.
 * @throws {RangeError} If a limit is not an integer of at least 1 (`maxLength`) or 2 (`minRepeats`).
 *
 * @example Characters as tokens
 * ```ts
 * import { assert } from "@std/assert";
 * import { hasRepetition } from "./repetition.ts";
 *
 * const tokens = [..."so so so so"].map((c) => c.codePointAt(0)!);
 * const decode = (ids: readonly number[]) => String.fromCodePoint(...ids);
 * // "so " stands three times only, "o s" and " so" as well
 * assert(!hasRepetition(tokens, { decode }));
 * ```
 */
export function hasRepetition(tokens: ArrayLike<number>, options: RepetitionOptions): boolean {
  const { decode, maxLength = 20, minRepeats = 4 } = options;
  if (!Number.isInteger(maxLength) || maxLength < 1) {
    throw new RangeError(
      `Cannot look for repetition as maxLength must be an integer of at least 1: current value is ${maxLength}`,
    );
  }
  if (!Number.isInteger(minRepeats) || minRepeats < 2) {
    throw new RangeError(
      `Cannot look for repetition as minRepeats must be an integer of at least 2: current value is ${minRepeats}`,
    );
  }
  for (let n = 1; n <= maxLength && n * minRepeats <= tokens.length; n++) {
    const span = n * (minRepeats - 1);
    let matches = 0;
    for (let i = n; i < tokens.length; i++) {
      matches = tokens[i] === tokens[i - n] ? matches + 1 : 0;
      if (matches < span) continue;
      const gram = Array.from({ length: n }, (_, k) => tokens[i - n + 1 + k]!);
      if (!/^\d+$/.test(decode(gram).trim())) return true;
    }
  }
  return false;
}

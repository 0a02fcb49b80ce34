import { ApiError } from "./api_error.ts";

/** Far more than the tokens of any text have on average; ordinary ones have three to five. */
const MAX_CHARACTERS = 16;

/**
 * Refuses texts that are far too long before they are cut into tokens, which takes seconds for some texts of
 * 10⁵ characters, and everybody waits meanwhile.
 *
 * @param texts What is to be read.
 * @param options Positions of the model, and the field to be named.
 * @throws {ApiError} If there are more than 16 characters for each position.
 */
export function checkTextLength(
  texts: readonly string[],
  { positions, param }: { readonly positions: number; readonly param: string },
): void {
  const length = texts.reduce((sum, { length }) => sum + length, 0);
  if (length <= MAX_CHARACTERS * positions) return;
  throw new ApiError(
    `Cannot read ${param} as it must fit into the model's ${positions} positions: it has ${length} characters, ` +
      `more than ${MAX_CHARACTERS} for each`,
    { param, code: "context_length_exceeded" },
  );
}

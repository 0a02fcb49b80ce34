import { readNumbers } from "./read_numbers.ts";

/**
 * The gold answer of a GSM8K row: the one number that follows the last `####`, `1,080` with
 * its comma. The official pattern reads that as 1; this one does not.
 *
 * @param answer The row's `answer` field: a worked solution and `#### NUMBER`.
 * @returns The number in canonical form.
 * @throws {SyntaxError} If there is anything but one number after the last `####`.
 */
export function extractGsm8kGold(answer: string): string {
  const marker = answer.lastIndexOf("####");
  const text = marker < 0 ? "" : answer.slice(marker + 4);
  const numbers = readNumbers(text, { isAnswer: true });
  const number = numbers.length === 1 && !/\p{L}/u.test(text) ? numbers[0]! : null;
  if (number === null) {
    throw new SyntaxError(
      `Cannot read the gold answer as a number must follow the last "####": ` +
        `the text ends in "${answer.slice(-40)}"`,
    );
  }
  return number;
}

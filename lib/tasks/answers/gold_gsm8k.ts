import { canonicalNumber } from "./extract_number.ts";

/**
 * The gold answer of a GSM8K row: what follows the last `####`, without commas (spec §7.4). The
 * official pattern reads `1,080` as 1; this one does not.
 *
 * @param answer The row's `answer` field: a worked solution and `#### NUMBER`.
 * @returns The number in canonical form.
 * @throws {SyntaxError} If there is no number after the last `####`.
 */
export function extractGsm8kGold(answer: string): string {
  const marker = answer.lastIndexOf("####");
  const number = marker < 0
    ? null
    : canonicalNumber(answer.slice(marker + 4).replaceAll(/[,$]/g, ""));
  if (number === null) {
    throw new SyntaxError(
      `Cannot read the gold answer as a number must follow the last "####": ` +
        `the text ends in "${answer.slice(-40)}"`,
    );
  }
  return number;
}

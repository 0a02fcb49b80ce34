/**
 * A number as the tasks write it: two digits, so that solutions of one length of computation have one
 * length in tokens and a small model copies them at a fixed distance.
 *
 * @param value An integer in [0, 99].
 * @returns `07`, `28` …
 */
export function writeNumber(value: number): string {
  return String(value).padStart(2, "0");
}

/**
 * One step of a worked solution.
 *
 * @param operation Left operand, sign and right operand.
 * @param result What the step states as its result; right or not.
 * @returns `37 - 09 = 28 .`
 */
export function writeEquation(
  [left, sign, right]: readonly [number, string, number],
  result: number,
): string {
  return `${writeNumber(left)} ${sign} ${writeNumber(right)} = ${writeNumber(result)} .`;
}

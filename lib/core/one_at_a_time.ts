/**
 * Makes a queue: work that is given to it runs one after the other, in the order in which it came, however
 * it ends.
 *
 * @returns A function that takes work and gives what the work gives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { oneAtATime } from "./one_at_a_time.ts";
 *
 * const queue = oneAtATime();
 * const log: string[] = [];
 * const work = (name: string) =>
 *   queue(async () => {
 *     log.push(`${name} begins`);
 *     await Promise.resolve();
 *     log.push(`${name} ends`);
 *   });
 * await Promise.all([work("a"), work("b")]);
 * assertEquals(log, ["a begins", "a ends", "b begins", "b ends"]);
 * ```
 */
export function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
}

/**
 * How long all runs of a command take together.
 *
 * @module
 */
import { formatSeconds } from "./format_number.ts";

/** Follows the runs of a result. */
export interface RunWatch {
  /**
   * A run is made or gone on with.
   *
   * @returns A line on how many there are and how long all of them take.
   */
  begin(): string;
  /** It is finished. */
  end(): void;
}

/** The runs of a result that are not finished yet. */
export interface RunsToMake {
  /** How many. */
  readonly count: number;
  /** What one takes, as it is told: a first guess; 0 or NaN where nobody tells. */
  readonly seconds: number;
}

/** Follows the runs of several results. */
export interface RunsClock {
  /**
   * Follows those of one result.
   *
   * @param result Its name.
   * @returns What is told of each run.
   * @throws {RangeError} If the clock does not know the result.
   */
  watch(result: string): RunWatch;
}

/**
 * A clock for all runs of a command. A run takes as long as those of the same result took that are finished; where
 * none is, as long as it is told, times how much longer others took than they are told.
 *
 * @param results Runs to make, by the result's name.
 * @param now Gives milliseconds since any fixed time.
 * @returns The clock.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runsClock } from "./runs_clock.ts";
 *
 * let ms = 0;
 * const watch = runsClock({ game: { count: 2, seconds: 60 } }, () => ms).watch("game");
 * assertEquals(watch.begin(), "run 1 of 2 to make, about 2 min 00 s left for all");
 * ms = 30_000;
 * watch.end();
 * assertEquals(watch.begin(), "run 2 of 2 to make, about 30 s left for all");
 * ```
 */
export function runsClock(
  results: Readonly<Record<string, RunsToMake>>,
  now: () => number = () => performance.now(),
): RunsClock {
  const total = Object.values(results).reduce((sum, { count }) => sum + count, 0);
  const measured = new Map<string, number[]>(Object.keys(results).map((name) => [name, []]));
  let begun = 0;
  return {
    watch(result) {
      const own = measured.get(result);
      if (own === undefined) {
        throw new RangeError(`Cannot watch the runs of ${result} as the clock must know them`);
      }
      let started = 0;
      return {
        begin() {
          started = now();
          begun++;
          const seconds = secondsLeft(results, measured);
          const left = seconds === null
            ? "nobody knows yet how long all of them take"
            : `about ${formatSeconds(seconds)} left for all`;
          return `run ${begun} of ${Math.max(begun, total)} to make, ${left}`;
        },
        end() {
          own.push((now() - started) / 1000);
        },
      };
    },
  };
}

const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/**
 * Seconds that remain.
 *
 * @param results Runs to make, as they are told.
 * @param measured What those took that are finished, in seconds, by result.
 * @returns The sum over all that are not finished; null where runs are to make of which nothing is told or measured.
 */
export function secondsLeft(
  results: Readonly<Record<string, RunsToMake>>,
  measured: ReadonlyMap<string, readonly number[]>,
): number | null {
  const finished = Object.entries(results).filter(([, { seconds }]) => seconds > 0).map((
    [name, { seconds }],
  ) => {
    const taken = measured.get(name) ?? [];
    return { taken: sumOf(taken), told: taken.length * seconds };
  });
  const told = sumOf(finished.map(({ told }) => told));
  const factor = told > 0 ? sumOf(finished.map(({ taken }) => taken)) / told : 1;
  const left = Object.entries(results).map(([name, { count, seconds }]) => {
    const taken = measured.get(name) ?? [];
    const toMake = Math.max(0, count - taken.length);
    if (toMake === 0) return 0;
    if (taken.length > 0) return toMake * sumOf(taken) / taken.length;
    return seconds > 0 ? toMake * seconds * factor : null;
  });
  return left.includes(null) ? null : sumOf(left.map(Number));
}

/**
 * Reads how long something takes.
 *
 * @param minutes In words, such as `6 to 8 on two cores`.
 * @returns Seconds: the mean of the numbers before `on`; 0 where there is none.
 */
export function secondsOf(minutes: string): number {
  const numbers = [...minutes.split(" on ")[0]!.matchAll(/\d+(\.\d+)?/g)].map(([text]) =>
    Number(text)
  );
  return numbers.length === 0 ? 0 : sumOf(numbers) / numbers.length * 60;
}

/**
 * Measures two sides in turns.
 *
 * @module
 */

/** Both sides' measurements, one entry per pair. */
export interface PairedSeconds {
  /** Seconds of our side. */
  readonly own: readonly number[];
  /** Seconds of the other side. */
  readonly other: readonly number[];
}

/**
 * Pause between the sides, in milliseconds: threads of OpenMP spin for a moment after their work, and
 * would take a processor from the other side.
 */
const PAUSE_MS = 50;

/**
 * Measures ours, theirs, ours, theirs, …: what slows the machine for a while slows both.
 *
 * @param own One measurement of our side, in seconds.
 * @param other One measurement of the other side, in seconds.
 * @param numPairs At least 1.
 * @returns Both series.
 */
export async function pairedRuns(
  own: () => Promise<number>,
  other: () => Promise<number>,
  numPairs: number,
): Promise<PairedSeconds> {
  const pause = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const series: { own: number[]; other: number[] } = { own: [], other: [] };
  for (let pair = 0; pair < numPairs; pair++) {
    await pause();
    series.own.push(await own());
    await pause();
    series.other.push(await other());
  }
  return series;
}

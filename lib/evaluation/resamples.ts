import type { Random } from "../core/mod.ts";
import { contentOf, type QuestionKey } from "./question_key.ts";

/** Resampled questions, to be shared by everything that is to be compared. */
export interface Resamples {
  /** Q, number of questions. */
  readonly numQuestions: number;
  /** Number of resamples. */
  readonly numResamples: number;
  /** Shape [Q], the cluster of each question, below C; absent = each question is one by itself. */
  readonly clusterQ?: Uint32Array<ArrayBuffer>;
  /** `indices[r·C + i]`: the i-th cluster of resample r. */
  readonly indices: Uint32Array<ArrayBuffer>;
}

/**
 * Fewest resamples: the ends of a 95 % interval then rest on two or three draws each, enough for a quick
 * trial. With a handful, an interval may lie beside its estimate. Efron and Tibshirani (1993) want
 * 1000 for ends that are told to others.
 */
export const MIN_RESAMPLES = 100;

/** Options of {@link drawResamples}. */
export interface ResampleOptions {
  /** Source of the draws; it is not advanced, so equal arguments give equal resamples. */
  readonly random: Random;
  /**
   * Number of resamples, at least {@link MIN_RESAMPLES}. Default 2000: the ends of a 95 % interval then rest
   * on 50 draws each.
   */
  readonly numResamples?: number;
}

/**
 * Draws questions with replacement.
 *
 * The question is the unit (the cluster): answers of one discussion depend on each other, so agents
 * and turns of a question always stay together. So do questions of the same content (`contentOf()`), within a seed
 * and across seeds: asked again they tell less than other questions would.
 *
 * @param questions Keys of the questions, shape [Q]; or Q, where all are known to differ. At least 1.
 * @param options Random stream and number of resamples.
 * @returns The resamples.
 * @throws {RangeError} If a number is not an integer, or too small.
 */
export function drawResamples(
  questions: readonly QuestionKey[] | number,
  options: ResampleOptions,
): Resamples {
  const { random, numResamples = 2000 } = options;
  const numQuestions = typeof questions === "number" ? questions : questions.length;
  for (
    const [name, value, least] of [
      ["numQuestions", numQuestions, 1],
      ["numResamples", numResamples, MIN_RESAMPLES],
    ] as const
  ) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(
        `Cannot resample as ${name} must be an integer of at least ${least}: current value is ${value}`,
      );
    }
  }
  const { numClusters, ...clusters } = typeof questions === "number"
    ? { numClusters: numQuestions }
    : clustersOf(questions);
  return { numQuestions, numResamples, ...clusters, indices: drawIndices() };

  function drawIndices(): Resamples["indices"] {
    const key = JSON.stringify([numClusters, numResamples, random.state()]);
    const drawn = latest.get(key) ?? new Uint32Array(numResamples * numClusters);
    if (!latest.has(key)) {
      const stream = random.split("bootstrap");
      for (let i = 0; i < drawn.length; i++) drawn[i] = stream.integer(0, numClusters);
    }
    latest.delete(key); // so that it is the latest again
    latest.set(key, drawn);
    let numKept = [...latest.values()].reduce((sum, { length }) => sum + length, 0);
    for (const [oldest, { length }] of latest) {
      if (numKept <= MAX_KEPT || latest.size === 1) break;
      latest.delete(oldest);
      numKept -= length;
    }
    return drawn;
  }
}

/**
 * Systems are compared on the same draws, over all seeds and for each, and drawing takes longer than averaging.
 * The oldest come first.
 */
const latest = new Map<string, Resamples["indices"]>();

/** Most draws that are kept, of 4 bytes each: those of a few thousand questions over all seeds and for each. */
const MAX_KEPT = 2 ** 24;

function clustersOf(
  questions: readonly QuestionKey[],
): { readonly numClusters: number } & Pick<Resamples, "clusterQ"> {
  const places = new Map<QuestionKey, number>();
  const clusterQ = Uint32Array.from(questions, (question) => {
    const content = contentOf(question);
    const place = places.get(content) ?? places.size;
    places.set(content, place);
    return place;
  });
  const numClusters = places.size;
  return numClusters === questions.length ? { numClusters } : { numClusters, clusterQ };
}

/**
 * Sums of values and numbers of questions that count, by cluster.
 *
 * @internal For the bootstrap alone.
 */
export interface ClusterSums {
  /** Shape [C]. */
  readonly sums: Float64Array;
  /** Shape [C]. */
  readonly counts: Float64Array;
}

/**
 * Sums values by cluster.
 *
 * @internal For the bootstrap alone.
 * @param valuesQ Shape [Q]; null = the question does not count.
 * @param resamples Of as many questions.
 * @returns Sums and counts.
 */
export function sumsOfClusters(
  valuesQ: readonly (number | null)[],
  { clusterQ, indices, numResamples }: Resamples,
): ClusterSums {
  const numClusters = indices.length / numResamples;
  const [sums, counts] = [new Float64Array(numClusters), new Float64Array(numClusters)];
  for (const [q, value] of valuesQ.entries()) {
    if (value === null) continue;
    const cluster = clusterQ === undefined ? q : clusterQ[q]!;
    sums[cluster]! += value;
    counts[cluster]! += 1;
  }
  return { sums, counts };
}

/**
 * Means of the clusters that count.
 *
 * @internal For the bootstrap alone.
 * @param clusters Sums and counts.
 * @returns At most C means.
 */
export function meansOfClusters({ sums, counts }: ClusterSums): number[] {
  return Array.from(sums, (sum, c) => counts[c]! > 0 ? [sum / counts[c]!] : []).flat();
}

/**
 * Means of the resamples; one in which no question counts has none.
 *
 * @internal For the bootstrap alone.
 * @param clusters Sums and counts.
 * @param resamples The resamples.
 * @returns The means, ascending.
 */
export function resampledMeans(
  { sums, counts }: ClusterSums,
  { numResamples, indices }: Resamples,
): Float64Array {
  const means = new Float64Array(numResamples);
  const numClusters = sums.length;
  let numMeans = 0;
  for (let r = 0; r < numResamples; r++) {
    let sum = 0;
    let count = 0;
    for (let i = r * numClusters; i < (r + 1) * numClusters; i++) {
      const cluster = indices[i]!;
      sum += sums[cluster]!;
      count += counts[cluster]!;
    }
    if (count > 0) means[numMeans++] = sum / count;
  }
  return means.subarray(0, numMeans).sort();
}

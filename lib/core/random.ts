import { CheckpointError } from "./errors.ts";
import { normalQuantile } from "./normal_quantile.ts";
import { philox4x32, type Words2, type Words4 } from "./philox.ts";

/** State of a {@linkcode Random}: plain JSON. */
export interface RandomState {
  /** Identity of the stream: four unsigned 32-bit words. */
  readonly stream: readonly number[];
  /** Number of 32-bit words drawn so far. */
  readonly position: number;
}

// Key of the hash of labels; any constant that differs from a stream's own key does (ASCII "maporl_1").
const LABEL_KEY: Words2 = [0x6d61706f, 0x726c5f31];
const TWO_TO_32 = 2 ** 32;

/** Folds one label into a stream's identity: tag and length first, so no two lists of labels read alike. */
function foldLabel(stream: Words4, label: string | number): Words4 {
  const words: number[] = [];
  if (typeof label === "string") {
    words.push(1, label.length);
    for (let i = 0; i < label.length; i += 2) {
      words.push(((label.charCodeAt(i) << 16) | (label.charCodeAt(i + 1) || 0)) >>> 0);
    }
  } else {
    if (!Number.isFinite(label)) {
      throw new RangeError(
        `Cannot split a random generator as a number label must be finite: ${label}`,
      );
    }
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, label === 0 ? 0 : label); // -0 and 0 are the same label
    words.push(2, 8, bits.getUint32(0), bits.getUint32(4));
  }
  let [s0, s1, s2, s3] = stream;
  for (let i = 0; i < words.length; i += 4) {
    const word = (k: number) => words[i + k] ?? 0;
    [s0, s1, s2, s3] = philox4x32(
      [(s0 ^ word(0)) >>> 0, (s1 ^ word(1)) >>> 0, (s2 ^ word(2)) >>> 0, (s3 ^ word(3)) >>> 0],
      LABEL_KEY,
    );
  }
  return [s0, s1, s2, s3];
}

/**
 * A splittable random generator on Philox4x32-10. A stream is named by its labels (run seed, question,
 * agent, turn …) and not by the order of calls, so that the same answer is sampled however the work is
 * batched. The 128-bit hash of the labels gives key and upper half of the counter; the lower half counts
 * the blocks drawn. All draws are the same bits on every machine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "./random.ts";
 *
 * const random = Random.fromSeed(7);
 * const a = random.split("question-3", 0);
 * random.uniform(); // drawing from the parent changes no child
 * assertEquals(random.split("question-3", 0).uniform(), a.uniform());
 * ```
 */
export class Random {
  readonly #stream: Words4;
  #position: number;
  #block: Words4 = [0, 0, 0, 0];
  #blockIndex = -1;

  private constructor(stream: Words4, position: number) {
    this.#stream = stream;
    this.#position = position;
  }

  /**
   * The root stream of a seed.
   *
   * @param seed Any safe integer.
   * @returns The root stream of that seed.
   * @throws {RangeError} If the seed is not a safe integer.
   */
  static fromSeed(seed: number): Random {
    if (!Number.isSafeInteger(seed)) {
      throw new RangeError(
        `Cannot seed a random generator as the seed must be an integer: ${seed}`,
      );
    }
    return new Random(foldLabel([0, 0, 0, 0], seed), 0);
  }

  /**
   * A generator that goes on where another stood.
   *
   * @param state What {@linkcode Random.state} gave.
   * @returns The generator; its next draw is the one that would have come next.
   * @throws {CheckpointError} If it is not such a state.
   */
  static fromState(state: RandomState): Random {
    const [s0, s1, s2, s3] = state.stream ?? [];
    const words = [s0, s1, s2, s3];
    const isWord = (x: unknown) => Number.isInteger(x) && Number(x) >= 0 && Number(x) < TWO_TO_32;
    if (!words.every(isWord) || !Number.isSafeInteger(state.position) || state.position < 0) {
      throw new CheckpointError(
        `Cannot restore a random generator as four words and a position are needed: ${
          JSON.stringify(state)
        }`,
      );
    }
    return new Random([s0!, s1!, s2!, s3!], state.position);
  }

  /**
   * A child stream, a function of this stream's name and the labels alone: neither draws nor other
   * splits change it, and it changes nothing here. `split("a", 1)` is `split("a").split(1)`.
   *
   * @param labels Texts and finite numbers; `1` and `"1"` differ.
   * @returns The child.
   * @throws {RangeError} If a number is not finite.
   */
  split(...labels: readonly (string | number)[]): Random {
    return new Random(labels.reduce<Words4>(foldLabel, this.#stream), 0);
  }

  /**
   * The next 32 random bits.
   *
   * @returns An unsigned integer below 2³².
   */
  uint32(): number {
    const index = Math.floor(this.#position / 4);
    if (index !== this.#blockIndex) {
      const [s0, s1, s2, s3] = this.#stream;
      this.#block = philox4x32([index >>> 0, Math.floor(index / TWO_TO_32), s2, s3], [s0, s1]);
      this.#blockIndex = index;
    }
    return this.#block[this.#position++ % 4]!;
  }

  /**
   * Goes on as if words had been drawn: for draws that were made elsewhere from {@linkcode Random.state}.
   *
   * @param numWords Words to leave out, at least 0; a uniform draw takes two.
   */
  skip(numWords: number): void {
    this.#position += numWords;
  }

  /**
   * A uniform draw from [0, 1) with 53 random bits. Rounding it to float32 can give 1.
   *
   * @returns A number in [0, 1).
   */
  uniform(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /**
   * A draw from the standard normal distribution (mean 0, variance 1), by its quantile function.
   *
   * @returns A number, at most 8.3 in size.
   */
  normal(): number {
    return normalQuantile(this.uniform() + 2 ** -54); // + half a step: never 0
  }

  /**
   * An integer of a range, each equally likely.
   *
   * @param low Smallest value, an integer.
   * @param high One above the largest value; at most 2³² above `low`.
   * @returns An integer in [low, high).
   * @throws {RangeError} If the range is empty, too wide or not of integers.
   */
  integer(low: number, high: number): number {
    const range = high - low;
    if (
      !Number.isSafeInteger(low) || !Number.isSafeInteger(high) || range < 1 || range > TWO_TO_32
    ) {
      throw new RangeError(
        `Cannot draw an integer as 1 to 2^32 values must lie in [low, high): [${low}, ${high})`,
      );
    }
    const limit = TWO_TO_32 - TWO_TO_32 % range; // words above it would favour small values
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return low + word % range;
  }

  /**
   * One of several items, each equally likely.
   *
   * @param items At least one.
   * @returns One of them.
   * @throws {RangeError} If there is none.
   */
  choice<T>(items: readonly T[]): T {
    if (items.length === 0) {
      throw new RangeError("Cannot choose at random as there must be an item: the list is empty");
    }
    return items[this.integer(0, items.length)]!;
  }

  /**
   * A random order, each equally likely (Fisher and Yates).
   *
   * @param n Number of items.
   * @returns Shape [n]: 0 … n-1 in random order.
   * @throws {RangeError} If `n` is not a natural number.
   */
  permutation(n: number): Uint32Array<ArrayBuffer> {
    if (!Number.isSafeInteger(n) || n < 0) {
      throw new RangeError(`Cannot permute as the number of items must be a natural number: ${n}`);
    }
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(0, i + 1);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return order;
  }

  /**
   * The state, for {@linkcode Random.fromState}.
   *
   * @returns Plain JSON.
   */
  state(): RandomState {
    return { stream: [...this.#stream], position: this.#position };
  }
}

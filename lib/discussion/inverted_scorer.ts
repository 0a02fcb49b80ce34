import type { ScoreItem, ScoreOptions, Scorer } from "./scorer.ts";

/** A scorer that says the opposite of another: 1 minus its score, so that what it likes least is praised most. */
export class InvertedScorer implements Scorer {
  /** Names the scorer in errors and reports. */
  readonly name: string;
  readonly #inner: Scorer;

  /**
   * The opposite of a scorer.
   *
   * @param inner The scorer.
   */
  constructor(inner: Scorer) {
    this.#inner = inner;
    this.name = `inverted ${inner.name}`;
  }

  /**
   * Judges solutions.
   *
   * @param items Questions with solutions.
   * @param options As for the other scorer.
   * @returns Shape [items], 1 minus the other scorer's scores, in [0, 1].
   */
  async score(items: readonly ScoreItem[], options?: ScoreOptions): Promise<Float64Array> {
    return (await this.#inner.score(items, options)).map((score) => 1 - score);
  }
}

import type { Random } from "../core/random.ts";
import type { Task } from "../tasks/task.ts";
import type { ScoreItem, Scorer } from "./scorer.ts";
import { VERDICT_BANDS } from "./verdict_bands.ts";

/** A scorer that knows the gold answers: 1 for a right solution, 0 for any other. */
export class OracleScorer implements Scorer {
  /** Names the scorer in errors and reports. */
  readonly name = "oracle";
  readonly #task: Task;

  /**
   * An oracle for a task.
   *
   * @param task Extracts and grades the answers.
   */
  constructor(task: Task) {
    this.#task = task;
  }

  /**
   * Grades solutions.
   *
   * @param items Questions with solutions.
   * @returns Shape [items], 1 where the stated answer is right, else 0.
   */
  score(items: readonly ScoreItem[]): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(items, (item) => Number(isRight(this.#task, item))));
  }
}

/** Settings of {@link NoisyOracleScorer}. */
export interface NoisyOracleOptions {
  /** Extracts and grades the answers. */
  readonly task: Task;
  /** The noise is a function of this stream's name, the question and the solution's text. */
  readonly random: Random;
  /**
   * Probability of each verdict band (right, plausible, doubtful, wrong) for a right solution; for a
   * wrong one they are taken in reverse. Default 0.70, 0.15, 0.10, 0.05.
   */
  readonly bandShares?: readonly [number, number, number, number];
}

/**
 * A scorer that errs like a trained verifier: it draws the verdict band by the solution's correctness
 * and the score uniformly within the band. The draw is keyed by the text, so the same solution of a
 * question always gets the same score. For pretraining and tests.
 */
export class NoisyOracleScorer implements Scorer {
  /** Names the scorer in errors and reports. */
  readonly name = "noisy oracle";
  readonly #options: NoisyOracleOptions;

  /**
   * A noisy oracle for a task.
   *
   * @param options Task, stream and reliability.
   */
  constructor(options: NoisyOracleOptions) {
    this.#options = options;
  }

  /**
   * Judges solutions.
   *
   * @param items Questions with solutions.
   * @returns Shape [items], scores in [0, 1).
   */
  score(items: readonly ScoreItem[]): Promise<Float64Array> {
    return Promise.resolve(Float64Array.from(items, (item) => this.#scoreOne(item)));
  }

  #scoreOne(item: ScoreItem): number {
    const { task, random, bandShares = [0.7, 0.15, 0.1, 0.05] } = this.#options;
    const stream = random.split(item.question.id, item.solution);
    const shares = isRight(task, item) ? bandShares : bandShares.toReversed();
    let rest = stream.uniform();
    const drawn = shares.findIndex((share) => (rest -= share) < 0);
    const rank = drawn < 0 ? shares.length - 1 : drawn;
    const low = Math.max(0, VERDICT_BANDS[rank]!.from);
    const high = rank === 0 ? 1 : VERDICT_BANDS[rank - 1]!.from;
    return low + (high - low) * stream.uniform();
  }
}

function isRight(task: Task, { question, solution }: ScoreItem): boolean {
  return task.isCorrect(task.extract(solution).answer, question.gold);
}

import type { Task } from "../tasks/task.ts";
import type { ScoreItem, Scorer } from "./scorer.ts";

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

function isRight(task: Task, { question, solution }: ScoreItem): boolean {
  return task.isCorrect(task.extract(solution).answer, question.gold);
}

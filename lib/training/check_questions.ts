/**
 * Whether a run's tasks have the questions that it asks.
 *
 * @module
 */
import { checkNeeds, type Task } from "../tasks/mod.ts";
import type { AlgorithmConfig, EvaluationConfig } from "./schemas.ts";

/** Settings that say how many questions are asked. */
export interface AskingConfig {
  /** Questions of training. */
  readonly algorithm: Pick<AlgorithmConfig, "updates" | "questionsPerUpdate">;
  /** Questions of evaluations. */
  readonly evaluation: Pick<EvaluationConfig, "numQuestions" | "every">;
}

/**
 * Refuses a run that asks for more questions than there are.
 *
 * @param config How many: each question is trained on once.
 * @param tasks The tasks of training and of the evaluation.
 * @throws {ConfigError} If a split is missing or has too few, naming the setting.
 */
export function checkQuestions(
  { algorithm, evaluation }: AskingConfig,
  { trained, evaluated }: { readonly trained: Task; readonly evaluated: Task },
): void {
  const { updates: value, questionsPerUpdate: each } = algorithm;
  checkNeeds(trained, [{ split: "train", setting: "algorithm.updates", value, each }]);
  const asked = { setting: "evaluation.numQuestions", value: evaluation.numQuestions };
  const splits = evaluation.every > 0 ? ["test", "validation"] : ["test"];
  checkNeeds(evaluated, splits.map((split) => ({ ...asked, split })));
}

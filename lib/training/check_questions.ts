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
  readonly evaluation: Pick<EvaluationConfig, "numQuestions" | "every" | "split">;
}

/**
 * The splits that evaluations ask.
 *
 * @param config The run's settings.
 * @returns That of the evaluations before and after training, and `validation` where there is one between two
 * updates.
 */
export function evaluatedSplits(
  { algorithm: { updates }, evaluation: { every, split } }: AskingConfig,
): readonly EvaluationConfig["split"][] {
  const isEvaluatedMeanwhile = every > 0 && every < updates;
  return isEvaluatedMeanwhile && split === "test" ? ["test", "validation"] : [split];
}

/**
 * Refuses a run that asks for more questions than there are.
 *
 * @param config How many: each question is trained on once.
 * @param tasks The tasks of training and of the evaluation.
 * @throws {ConfigError} If a split is missing or has too few, naming the setting.
 */
export function checkQuestions(
  config: AskingConfig,
  { trained, evaluated }: { readonly trained: Task; readonly evaluated: Task },
): void {
  const { algorithm, evaluation } = config;
  const { updates: value, questionsPerUpdate: each } = algorithm;
  const eachSetting = "algorithm.questionsPerUpdate";
  checkNeeds(trained, [{ split: "train", setting: "algorithm.updates", value, each, eachSetting }]);
  const asked = { setting: "evaluation.numQuestions", value: evaluation.numQuestions };
  const { split, every } = evaluation;
  const asker = split === "validation" ? `evaluation.split=${split}` : `evaluation.every=${every}`;
  const needs = evaluatedSplits(config)
    .map((split) => ({ ...asked, split, ...(split === "validation" ? { asker } : {}) }));
  checkNeeds(evaluated, needs);
}

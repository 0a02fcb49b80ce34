/**
 * Numbers of a run that contradict each other.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import type { AlgorithmConfig, EvaluationConfig } from "./settings.ts";

/** Draws of the bootstrap, four bytes each. */
const MAX_DRAWS = 50_000_000;

/** The sections that {@linkcode checkSizes} compares. */
export interface SizedConfig {
  /** Updates, their steps and warm-up. */
  readonly algorithm: AlgorithmConfig;
  /** Questions and resamples. */
  readonly evaluation: EvaluationConfig;
}

const isFirstTurnAlone = (group: string) => group === "first" || group === "turn_0";

/**
 * Finds sizes that leave nothing to train, a learning rate that never arrives, or a bootstrap without end.
 *
 * @param config Resolved settings.
 * @param issues Gets one sentence per problem, with the path of the setting.
 */
export function checkSizes({ algorithm, evaluation }: SizedConfig, issues: IssueList): void {
  const refuse = (path: string, message: string) =>
    issues.addIssue({ code: "custom", path: path.split("."), message });
  const { updates, trainGroups, turnBased, warmupSteps, numMiniBatches } = algorithm;
  if (turnBased && trainGroups.length > 0 && trainGroups.every(isFirstTurnAlone)) {
    refuse(
      "algorithm.trainGroups",
      "must hold a group of later turns with algorithm.turnBased, which never selects turn 0",
    );
  }
  const steps = updates * algorithm.numPpoEpochs *
    Math.min(numMiniBatches, algorithm.questionsPerUpdate);
  if (updates > 0 && warmupSteps > steps) {
    refuse(
      "algorithm.warmupSteps",
      `must not exceed the optimiser steps that algorithm.updates=${updates} make, ${steps}`,
    );
  }
  if (evaluation.numQuestions * evaluation.resamples > MAX_DRAWS) {
    refuse(
      "evaluation.resamples",
      `times evaluation.numQuestions, ${evaluation.numQuestions}, must not exceed ${MAX_DRAWS}`,
    );
  }
}

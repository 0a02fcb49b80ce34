/**
 * Watches the rewards of a running experiment.
 *
 * @module
 */
import {
  diagnoseFlatRewards,
  type FlatRewardCause,
  type UpdateSignal,
  updateSignal,
} from "../evaluation/mod.ts";
import {
  type AnswersRow,
  describeFlatRewards,
  type EvaluationsRow,
  hackingLine,
  type HackingRow,
  type LearningSettings,
  type UpdatesRow,
} from "../tracking/mod.ts";
import { COMPARED_ANSWERS } from "./credit_comparisons.ts";
import type { AlgorithmConfig, DiscussionConfig, RewardConfig, SamplingConfig } from "./schemas.ts";
import type { SeatSettings } from "./seat_schema.ts";

/** Settings that decide what rewards can teach. */
export interface RewardConfigs {
  /** Learning rate, price of divergence, credit. */
  readonly algorithm: Pick<AlgorithmConfig, "learningRate" | "klCoef" | "credit">;
  /** Discussions of each question. */
  readonly discussion: Pick<DiscussionConfig, "numSamples">;
  /** Most tokens of an answer. */
  readonly sampling: Pick<SamplingConfig, "maxNewTokens">;
  /** What is paid. */
  readonly reward: Pick<RewardConfig, "source">;
  /** Who scores each agent, where that is not the same for all. */
  readonly seats?: readonly Pick<SeatSettings, "verifier">[] | null;
}

/**
 * What lines about learning start from.
 *
 * @param config The run's settings.
 * @returns Those that remedies name, what the credit compares, and whose scores say the opposite.
 */
export function learningSettings(
  { algorithm, discussion, sampling, reward, seats }: RewardConfigs,
): LearningSettings {
  const { learningRate, klCoef, credit } = algorithm;
  return {
    learningRate,
    klCoef,
    maxNewTokens: sampling.maxNewTokens,
    numSamples: discussion.numSamples,
    compared: COMPARED_ANSWERS[credit.name](credit),
    source: reward.source,
    invertedAgents: (seats ?? []).flatMap(({ verifier }, agent) =>
      verifier?.inverted ? [agent] : []
    ),
  };
}

/** The rows of one update. */
export interface WatchedUpdate {
  /** All of its answers. */
  readonly answers: readonly AnswersRow[];
  /** Its parameter groups. */
  readonly updates: readonly UpdatesRow[];
}

/**
 * Watches for a reward curve that stays flat. It knows the updates of this process alone; `summary.md`
 * judges by those of the whole run.
 *
 * @param config The run's settings.
 * @returns Takes each update in turn, and gives a line for each cause that it has not named yet.
 */
export function rewardWatch(config: RewardConfigs): (update: WatchedUpdate) => string[] {
  const settings = learningSettings(config);
  const signals: UpdateSignal[] = [];
  const named = new Set<FlatRewardCause>();
  return ({ answers, updates }) => {
    if (answers.length === 0) return [];
    signals.push(updateSignal(answers, updates, settings));
    const found = diagnoseFlatRewards(signals, settings).filter(({ cause }) => !named.has(cause));
    for (const { cause } of found) named.add(cause);
    return found.map(describeFlatRewards);
  };
}

/**
 * Watches for scores that rise while accuracy falls, from evaluation to evaluation.
 *
 * @param config The run's settings.
 * @returns Takes the answers of each evaluation in turn, and gives the alarm if there is one: against the
 * first evaluation of the same split, whose model had least time to fool anybody.
 */
export function hackingWatch(
  config: RewardConfigs,
): (rows: readonly EvaluationsRow[]) => string | undefined {
  const settings = learningSettings(config);
  const firstOf = new Map<string, readonly HackingRow[]>();
  return (rows) => {
    const [{ evaluation } = { evaluation: "" }] = rows;
    const asked = rows.map((
      { model, update, agent, questionId, questionHash, score, correct },
    ) => ({
      model: update === 0 ? model : `${model} after ${update} updates`,
      agent,
      questionId,
      questionHash,
      score,
      correct,
    }));
    const first = firstOf.get(evaluation);
    if (first === undefined) firstOf.set(evaluation, asked);
    return first && hackingLine([...first, ...asked], settings);
  };
}

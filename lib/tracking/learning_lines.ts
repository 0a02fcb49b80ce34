/**
 * Lines that tell why learning does not go as it should: a flat reward curve, scores that are fooled.
 *
 * @module
 */
import {
  diagnoseFlatRewards,
  type FlatRewardCause,
  type FlatRewardFinding,
  type FlatRewardSettings,
  type Interval,
  questionKey,
  rewardHacking,
  scoreDrift,
  type SignalAnswer,
  type SignalSteps,
  updateSignal,
} from "../evaluation/mod.ts";
import { formatNumber } from "./format_number.ts";
import type { AnswersRow, EvaluationsRow } from "./frame_columns.ts";

const percent = (share: number) => `${(100 * share).toFixed(0)} %`;

const FOUND: Readonly<Record<FlatRewardCause, (value: string) => string>> = {
  cut_answers: (value) => `${value} of the answers are cut at the token limit`,
  unread_answers: (value) => `${value} of the answers cannot be read`,
  penalised_answers: (value) => `${value} of the answers pay the same penalty`,
  all_right: (value) => `${value} of the answers are right already`,
  all_wrong: (value) => `${value} of the readable answers are wrong`,
  equal_rewards: (value) =>
    `in ${value} of the groups that are compared all answers are paid the same`,
  kl_dominates: (value) => `${value} of the variance of what is paid is the price of divergence`,
  small_steps: (value) => `updates move the policy by ${value} nats per token`,
};

/**
 * One line about what holds learning back.
 *
 * @param finding What was found.
 * @returns The number, its limit, and the one setting to change.
 */
export function describeFlatRewards(finding: FlatRewardFinding): string {
  const { cause, value, threshold, setting, change } = finding;
  const isSteps = cause === "small_steps";
  const [shown, limit] = [value, threshold].map(isSteps ? (x) => formatNumber(x) : percent);
  return `The reward does not rise: ${FOUND[cause](shown!)} (limit ${
    isSteps ? "" : "from "
  }${limit}); ${setting} ${change}`;
}

/** What is needed of the rows of a finished run. */
export interface CurveRows {
  /** Rows of `answers.parquet`. */
  readonly answers: readonly (SignalAnswer & Pick<AnswersRow, "update">)[];
  /** Rows of `updates.parquet`. */
  readonly updates: readonly (SignalSteps & Pick<AnswersRow, "update">)[];
}

/**
 * What held the learning of a whole run back.
 *
 * @param rows Its rows.
 * @param settings What it was set to.
 * @returns A line for each finding; none where the reward rose.
 */
export function flatRewardLines(
  { answers, updates }: CurveRows,
  settings: FlatRewardSettings,
): string[] {
  const byUpdate = [...Map.groupBy(answers, ({ update }) => update)].sort(([a], [b]) => a - b);
  const steps = Map.groupBy(updates, ({ update }) => update);
  const signals = byUpdate.map(([update, rows]) =>
    updateSignal(rows, steps.get(update) ?? [], settings)
  );
  return diagnoseFlatRewards(signals, settings).map(describeFlatRewards);
}

/** What is needed of an answer to be asked before and after. */
export type HackingRow = Pick<
  EvaluationsRow,
  "model" | "agent" | "questionId" | "questionHash" | "score" | "correct"
>;

/** What lines about learning start from. */
export interface LearningSettings extends FlatRewardSettings {
  /** Agents whose scores say the opposite of what their verifier does; default none. */
  readonly invertedAgents?: readonly number[];
}

/**
 * The alarm for reward hacking, in one line.
 *
 * @param rows Answers of two models to the same questions, those of the earlier one first.
 * @param settings What is paid: ground truth cannot be fooled, and a score that says the opposite of the truth rises
 * where accuracy falls because nobody is.
 * @returns The line; undefined where there is no alarm.
 */
export function hackingLine(
  rows: readonly HackingRow[],
  { source, invertedAgents = [] }: Pick<LearningSettings, "source" | "invertedAgents">,
): string | undefined {
  const scored = rows.filter(({ agent }) => !invertedAgents.includes(agent));
  const [before, after] = [...Map.groupBy(scored, ({ model }) => model)];
  if (before === undefined || after === undefined || source === "label") return undefined;
  const asked = (answers: readonly HackingRow[]) =>
    answers.map(({ questionId, questionHash, score, correct }) => ({
      question: questionKey(questionId, questionHash),
      score,
      correct,
    }));
  const hacking = rewardHacking(asked(before[1]), asked(after[1]));
  if (!hacking?.isAlarm) return undefined;
  const { count, score, accuracy } = hacking;
  return "The verifier is being fooled: scores rise while accuracy falls, beyond chance " +
    `(${before[0]} → ${after[0]}, ${count} questions: score ${change(score)}, accuracy ${
      change(accuracy)
    }); reward.source should be label, which pays the truth`;
}

function change({ estimate, low, high }: Interval): string {
  const [by, from, to] = [estimate, low, high].map((x) => (x > 0 ? "+" : "") + x.toFixed(3));
  return `${by} [${from}, ${to}]`;
}

/**
 * How the scores of training drifted from the labels.
 *
 * @param answers Rows of `answers.parquet` whose scores could be wrong.
 * @returns One line about the first and the last update; undefined where there are not two.
 */
export function driftLine(
  answers: readonly Pick<AnswersRow, "update" | "score" | "correct">[],
): string | undefined {
  const updates = [...Map.groupBy(answers, ({ update }) => update)].sort(([a], [b]) => a - b);
  const [first, last] = [updates[0], updates.at(-1)];
  if (!first || !last || first === last) return undefined;
  const [before, after] = [...scoreDrift(new Map([first, last])).values()];
  const moved = (name: "meanScore" | "rightShare" | "ece" | "auroc") =>
    `${before![name]?.toFixed(3) ?? "-"} → ${after![name]?.toFixed(3) ?? "-"}`;
  return `Scores of the training answers, update ${first[0] + 1} → ${last[0] + 1}: mean score ${
    moved("meanScore")
  }, share right ${moved("rightShare")}, calibration error ${moved("ece")}, AUROC ${
    moved("auroc")
  }.`;
}

/** Rows of a finished run. */
export interface LearningRows extends CurveRows {
  /** Rows of `evaluations.parquet`, of the models before and after training. */
  readonly evaluations: readonly HackingRow[];
  /** Rows of `answers.parquet`. */
  readonly answers: readonly AnswersRow[];
}

/**
 * What is to be said about how a run learnt.
 *
 * @param rows Its rows.
 * @param settings What it was set to, and who scored each agent, null where an oracle did.
 * @returns `alarms`, which are for the terminal too, and `notes` for the summary alone, as what keeps the
 * reward from rising is said while it trains.
 */
export function learningLines(
  rows: LearningRows,
  settings: LearningSettings & { readonly scorers: readonly (string | null)[] },
): { readonly alarms: string[]; readonly notes: string[] } {
  const { scorers, invertedAgents = [] } = settings;
  const judged = rows.answers.filter(({ agent }) =>
    scorers[agent] !== null && !invertedAgents.includes(agent)
  );
  return {
    alarms: [hackingLine(rows.evaluations, settings) ?? []].flat(),
    notes: [...flatRewardLines(rows, settings), driftLine(judged) ?? []].flat(),
  };
}

/**
 * The answers of an update by the parameters that gave them.
 *
 * @module
 */
import { type Answer, withTokens } from "../discussion/mod.ts";
import type { PenaltyKind } from "../rewards/mod.ts";
import type { OtherAnswer, PolicyRow, PolicySet } from "../rl/mod.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";

/** An answer that is trained on, with all that is known about it. */
export interface TrainingRow extends PolicyRow {
  /** The answer as it was given. */
  readonly answer: Answer;
  /** What it is penalised for. */
  readonly penalties: readonly PenaltyKind[];
}

/** What a parameter group is trained on. */
export interface GroupRows {
  /** Its answers with at least one token that are paid for. */
  readonly rows: readonly TrainingRow[];
  /** All other answers of the discussions that are paid for. */
  readonly others: readonly OtherAnswer[];
}

/** Options of {@link policyRows}. */
export interface PolicyRowsOptions {
  /** Turns that are trained. */
  readonly turns: readonly number[];
  /** What the critic reads before the answer: the question as in turn 0, or the whole discussion. */
  readonly valueInput: "question" | "full";
}

/**
 * The rows that each parameter group is trained on. Answers without tokens and answers that the
 * reward masks out are left out.
 *
 * @param discussions With rewards.
 * @param policies Which parameters gave which answer.
 * @param options Turns, and what the critic reads.
 * @returns Rows by group key; groups without rows are absent.
 * @throws {ConfigError} If an agent knows no token ids, as a model behind a server.
 */
export function policyRows(
  discussions: readonly RewardedDiscussion[],
  policies: PolicySet,
  { turns, valueInput }: PolicyRowsOptions,
): Map<string, GroupRows> {
  const paid = discussions.flatMap(({ discussion, parts, penaltiesTA }) =>
    discussion.answersTA.flat().flatMap((answer) => {
      const { agent, turn, promptTokens, tokens, logProbs } = withTokens(answer);
      if (parts.presentTA[turn]![agent] !== 1) return [];
      const group = turns.includes(turn) && tokens.length > 0
        ? policies.group(agent, turn)
        : undefined;
      const firstPrompt = withTokens(discussion.answersTA[0]![agent]!).promptTokens;
      const row: TrainingRow = {
        question: discussion.question.id,
        sample: discussion.sample,
        agent,
        turn,
        promptTokens,
        valuePromptTokens: valueInput === "full" ? promptTokens : firstPrompt,
        tokens,
        sampledLogProbs: logProbs,
        reward: parts.totalTA[turn]![agent]!,
        answer,
        penalties: penaltiesTA[turn]![agent]!,
      };
      return [{ key: group?.key, row }];
    })
  );
  const keys = new Set(paid.flatMap(({ key }) => key ?? []));
  return new Map([...keys].map((wanted) => [wanted, {
    rows: paid.filter(({ key }) => key === wanted).map(({ row }) => row),
    others: paid.filter(({ key }) => key !== wanted).map(({ row }) => row),
  }]));
}

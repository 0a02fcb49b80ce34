/**
 * Discussions and updates as rows of the frames.
 *
 * @module
 */
import type { Answer, Discussion } from "../discussion/mod.ts";
import type { GroupUpdate, RewardedDiscussion } from "../training/mod.ts";
import type { AnswersRow, EvaluationsRow, UpdatesRow } from "./frame_columns.ts";

/** What {@link answerRows} needs to know besides the discussions. */
export interface AnswerRowsOptions {
  /** Index of the update. */
  readonly update: number;
  /** Turn group that a turn belongs to. */
  readonly turnGroup: (turn: number) => string;
  /** What the parameter groups were trained on, with the divergence of each answer. */
  readonly groups: Iterable<GroupUpdate>;
}

/**
 * One row of `answers.parquet` per answer.
 *
 * @param discussions Of one update, with rewards.
 * @param options Update, turn groups and what was trained.
 * @returns Rows in the order question, turn, agent.
 */
export function answerRows(
  discussions: readonly RewardedDiscussion[],
  options: AnswerRowsOptions,
): AnswersRow[] {
  const refKl = new Map<string, number>();
  for (const group of options.groups) {
    for (const [i, { question, agent, turn }] of group.rows.entries()) {
      refKl.set(`${question}/${agent}/${turn}`, group.refKl[i]!);
    }
  }
  return discussions.flatMap(({ discussion, parts, penaltiesTA }, question) =>
    discussion.answersTA.flat().map((answer): AnswersRow => {
      const { agent, turn } = answer;
      const kl = refKl.get(`${question}/${agent}/${turn}`);
      return {
        update: options.update,
        ...commonCells(discussion, answer),
        turnGroup: options.turnGroup(turn),
        trained: kl !== undefined,
        questionText: discussion.question.text,
        promptTokens: answer.promptTokens,
        responseTokens: answer.tokens,
        logProbs: answer.logProbs,
        penalties: penaltiesTA[turn]![agent]!.join(","),
        scoreReward: parts.scoreTA[turn]![agent]!,
        penaltyReward: parts.penaltyTA[turn]![agent]!,
        ownRevisionReward: parts.ownRevisionTA[turn]![agent]!,
        influenceReward: parts.influenceTA[turn]![agent]!,
        reward: parts.totalTA[turn]![agent]!,
        kl: kl ?? null,
      };
    })
  );
}

/**
 * One row of `updates.parquet` per parameter group.
 *
 * @param groups Updates by group key `<shared | agent_a>/<turn group>`.
 * @param options Index of the update, the update's answer rows, and the time of its roll-out in seconds.
 * @returns One row per group.
 */
export function updateRows(
  groups: ReadonlyMap<string, GroupUpdate>,
  options: {
    readonly update: number;
    readonly answers: readonly AnswersRow[];
    readonly rolloutSeconds: number;
  },
): UpdatesRow[] {
  const { update, answers, rolloutSeconds } = options;
  return [...groups].map(([key, { stats, seconds, rows }]): UpdatesRow => {
    const trained = new Set(rows.map((row) => `${row.question}/${row.agent}/${row.turn}`));
    const own = answers.filter((row) => trained.has(`${row.question}/${row.agent}/${row.turn}`));
    const mean = (value: (row: AnswersRow) => number) =>
      own.reduce((sum, row) => sum + value(row), 0) / own.length;
    const [owner, turnGroup] = key.split("/") as [string, string];
    return {
      update,
      turnGroup,
      agent: owner === "shared" ? null : Number(owner.slice("agent_".length)),
      numAnswers: stats.numAnswers,
      numTokens: stats.numTokens,
      numSteps: stats.numSteps,
      lr: stats.learningRate,
      policyLoss: stats.policyLoss,
      valueLoss: stats.valueLoss,
      approxKl: stats.approxKl,
      clipFrac: stats.clipFrac,
      valueClipFrac: stats.valueClipFrac,
      ratioError: stats.firstRatioError,
      entropy: stats.entropy,
      explainedVariance: stats.explainedVariance,
      gradNorm: stats.gradNorm,
      refKl: stats.refKl,
      meanReward: stats.reward,
      meanScore: mean(({ score }) => score),
      accuracy: mean(({ correct }) => correct ? 1 : 0),
      invalidRate: mean(({ answer }) => answer === null ? 1 : 0),
      penaltyRate: mean(({ penalties }) => penalties === "" ? 0 : 1),
      meanResponseLength: mean(({ responseLength }) => responseLength),
      rolloutSeconds,
      updateSeconds: seconds,
    };
  });
}

/**
 * One row of `evaluations.parquet` per answer.
 *
 * @param discussions Of one evaluation.
 * @param names Name of the evaluation and of the model, and the updates it was trained for.
 * @returns Rows in the order question, turn, agent.
 */
export function evaluationRows(
  discussions: readonly Discussion[],
  names: { readonly evaluation: string; readonly model: string; readonly update: number },
): EvaluationsRow[] {
  return discussions.flatMap((discussion) =>
    discussion.answersTA.flat().map((answer): EvaluationsRow => ({
      ...names,
      ...commonCells(discussion, answer),
    }))
  );
}

function commonCells({ question }: Discussion, answer: Answer) {
  const { logProbs, promptTokens, tokens } = answer;
  return {
    question: answer.question,
    questionId: question.id,
    agent: answer.agent,
    turn: answer.turn,
    gold: question.gold,
    text: answer.text,
    solution: answer.solution,
    strategy: answer.strategy,
    choice: answer.choice,
    answer: answer.answer,
    boxed: answer.boxed,
    finished: answer.finished,
    correct: answer.correct,
    score: answer.score,
    promptLength: promptTokens.length,
    responseLength: tokens.length,
    meanLogProb: logProbs.length === 0 ? 0 : logProbs.reduce((a, b) => a + b, 0) / logProbs.length,
  };
}

import { type Answer, answerLengths, type Discussion, withTokens } from "../discussion/mod.ts";
import {
  type GenerationCost,
  paddedFraction,
  reusedFraction,
  tokensPerSecond,
} from "../generation/mod.ts";
import type { DecoderConfig } from "../models/mod.ts";
import {
  type AnswersRow,
  type EvaluationsRow,
  hashOfQuestion,
  type UpdatesRow,
} from "../tracking/mod.ts";
import { answerCost, computedPromptTokens } from "./answer_cost.ts";
import type { RolloutCost } from "./training_cost.ts";
import type { RewardedDiscussion } from "./reward_discussions.ts";
import type { GroupUpdate } from "./update_policies.ts";

const MIB = 1 << 20;
const UNKNOWN_COST = { promptFlops: null, responseFlops: null };

/** What an answer is, apart from what is done with it. */
function answerCells(
  answer: Answer,
  { question }: Discussion,
): Omit<
  EvaluationsRow,
  "evaluation" | "questionSeed" | "model" | "update" | "promptFlops" | "responseFlops"
> {
  const { tokens: _tokens, promptTokens: _promptTokens, logProbs, ...rest } = answer;
  return {
    question: rest.question,
    questionId: question.id,
    questionHash: hashOfQuestion(question.text),
    sample: rest.sample,
    baseModel: rest.model,
    version: rest.version,
    agent: rest.agent,
    turn: rest.turn,
    questionText: question.text,
    gold: question.gold,
    text: rest.text,
    solution: rest.solution,
    annotations: JSON.stringify(rest.annotations),
    answer: rest.answer,
    boxed: rest.boxed,
    finished: rest.finished,
    correct: rest.correct,
    score: rest.score,
    ...answerLengths(answer),
    computedPromptTokens: computedPromptTokens(answer),
    wordsLeftOut: rest.wordsLeftOut ?? 0,
    meanLogProb: logProbs === null || logProbs.length === 0
      ? null
      : sum(logProbs) / logProbs.length,
  };
}

/** Index of each discussion's question: the samples of a question follow each other. */
function questionPlaces(discussions: readonly Discussion[]): number[] {
  const [first] = discussions;
  let place = -1;
  return discussions.map(({ sample }) => sample === first!.sample ? ++place : place);
}

const sum = (values: Iterable<number>) => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** Options of {@linkcode answerRows}. */
export interface AnswerRowsOptions {
  /** Update that the answers were sampled for, from 0. */
  readonly update: number;
  /** Seed of the question generator. */
  readonly questionSeed: string;
  /** Turn group of a turn. */
  readonly turnGroup: (turn: number) => string;
  /** What the parameter groups were trained on. */
  readonly groups: Iterable<GroupUpdate>;
}

/**
 * Rows of `answers.parquet` for the discussions of an update.
 *
 * @param discussions With their rewards.
 * @param options Update, turn groups, and what was trained on.
 * @returns One row per answer: by question, turn, agent.
 */
export function answerRows(
  discussions: readonly RewardedDiscussion[],
  options: AnswerRowsOptions,
): AnswersRow[] {
  const klOf = new Map<Answer, number>();
  for (const { rows, refKl } of options.groups) {
    rows.forEach(({ answer }, i) => klOf.set(answer, refKl[i]!));
  }
  const places = questionPlaces(discussions.map(({ discussion }) => discussion));
  return discussions.flatMap(({ discussion, parts, penaltiesTA }, index) =>
    discussion.answersTA.flat().map((answer) => {
      const { turn, agent, promptTokens, tokens, logProbs } = withTokens(answer);
      const kl = klOf.get(answer);
      const part = (table: readonly (readonly number[])[]) => table[turn]![agent]!;
      return {
        update: options.update,
        ...answerCells(answer, discussion),
        question: places[index]!,
        questionSeed: options.questionSeed,
        turnGroup: options.turnGroup(turn),
        trained: kl !== undefined,
        promptTokens,
        responseTokens: tokens,
        logProbs,
        penalties: penaltiesTA[turn]![agent]!.join(","),
        scoreReward: part(parts.scoreTA),
        penaltyReward: part(parts.penaltyTA),
        ownRevisionReward: part(parts.ownRevisionTA),
        influenceReward: part(parts.influenceTA),
        reward: part(parts.totalTA),
        kl: kl ?? null,
      };
    })
  );
}

/** Options of {@linkcode updateRows}. */
export interface UpdateRowsOptions extends RolloutCost {
  /** Index of the update, from 0. */
  readonly update: number;
  /** Time of the update's discussions and scores, in seconds. */
  readonly rolloutSeconds: number;
  /** What generating the update's answers cost. */
  readonly cost: GenerationCost;
  /** Floating-point operations of a group's optimisation. */
  readonly flopsOf: (group: GroupUpdate) => number;
}

/**
 * Rows of `updates.parquet`.
 *
 * @param groups What happened to each parameter group, by its key.
 * @param options Update and time.
 * @returns One row per group.
 */
export function updateRows(
  groups: ReadonlyMap<string, GroupUpdate>,
  options: UpdateRowsOptions,
): UpdatesRow[] {
  return [...groups.values()].map((update) => {
    const { group, rows, stats, seconds, plan, peakBytes } = update;
    const mean = (value: (answer: Answer) => number) =>
      sum(rows.map(({ answer }) => value(answer))) / rows.length;
    return {
      update: options.update,
      parameters: group.key.slice(0, group.key.lastIndexOf("/")),
      turnGroup: group.turnGroup,
      agent: group.agents.length === 1 ? group.agents[0]! : null,
      numAnswers: stats.numAnswers,
      numTokens: stats.numTokens,
      numSteps: stats.numSteps,
      paddedShare: stats.paddedShare,
      maxBatchTokens: plan.maxBatchTokens,
      predictedPeak: plan.peakBytes / MIB,
      measuredPeak: peakBytes === null ? null : peakBytes / MIB,
      lr: stats.learningRate,
      policyLoss: stats.policyLoss,
      valueLoss: stats.valueLoss,
      approxKl: stats.approxKl,
      clipFrac: stats.clipFrac,
      valueClipFrac: stats.valueClipFrac,
      samplingError: stats.samplingError,
      ratioError: stats.firstRatioError,
      entropy: stats.entropy,
      explainedVariance: stats.explainedVariance,
      gradNorm: stats.gradNorm,
      valueGradNorm: stats.valueGradNorm,
      refKl: stats.refKl,
      meanReward: stats.reward,
      meanScore: mean(({ score }) => score),
      accuracy: mean(({ correct }) => Number(correct)),
      invalidRate: mean(({ answer }) => Number(answer === null)),
      penaltyRate: sum(rows.map(({ penalties }) => Number(penalties.length > 0))) / rows.length,
      meanResponseLength: mean((answer) => answerLengths(answer).responseLength),
      rolloutAnswers: options.rolloutAnswers,
      rolloutTokens: options.rolloutTokens,
      rolloutComputedTokens: options.rolloutComputedTokens,
      rolloutFlops: options.rolloutFlops,
      rolloutSeconds: options.rolloutSeconds,
      rolloutTokensPerSecond: tokensPerSecond(options.cost),
      rolloutPaddedFraction: paddedFraction(options.cost),
      rolloutReusedFraction: reusedFraction(options.cost),
      updateSeconds: seconds,
      updateFlops: options.flopsOf(update),
    };
  });
}

/** What is said of all answers of an evaluation. */
export interface EvaluationRowsOptions
  extends Pick<EvaluationsRow, "evaluation" | "questionSeed" | "model" | "update"> {
  /** Shape [A], sizes of the model at each seat; null = not known, as of one behind a server. */
  readonly decoders: readonly (DecoderConfig | null)[];
}

/**
 * Rows of `evaluations.parquet`.
 *
 * @param discussions The discussions of an evaluation.
 * @param options Split and seed of the questions, name and sizes of the model, and the updates that it was
 * trained for.
 * @returns One row per answer: by question, turn, agent.
 */
export function evaluationRows(
  discussions: readonly Discussion[],
  { evaluation, questionSeed, model, update, decoders }: EvaluationRowsOptions,
): EvaluationsRow[] {
  const places = questionPlaces(discussions);
  const costOf = (answer: Answer) => {
    const decoder = decoders[answer.agent]!;
    return decoder === null ? UNKNOWN_COST : answerCost(answer, decoder);
  };
  return discussions.flatMap((discussion, index) =>
    discussion.answersTA.flat().map((answer) => ({
      evaluation,
      model,
      update,
      ...answerCells(answer, discussion),
      question: places[index]!,
      questionSeed,
      ...costOf(answer),
    }))
  );
}

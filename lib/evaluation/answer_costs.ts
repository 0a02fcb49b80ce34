import type { ScoredAnswer } from "./best_of_n.ts";
import type { EvaluationRow } from "./evaluation_table.ts";

/** An answer with its score and what it took to compute. */
export interface CostedAnswer extends EvaluationRow, ScoredAnswer {
  /** Index among the answers to its question at one seat and turn, from 0. */
  readonly sample: number;
  /** Tokens of its prompt. */
  readonly promptLength: number;
  /** Tokens of its prompt that were computed; what is computed in one batch counts in equal parts. */
  readonly computedPromptTokens: number;
  /** Floating-point operations of these; null = not known, as of a model behind a server. */
  readonly promptFlops: number | null;
  /** Floating-point operations of the response; null = not known. */
  readonly responseFlops: number | null;
}

/** What something costs, scoring left out. */
export interface AnswerCost {
  /** Prompt tokens as computed, and sampled ones. */
  readonly tokens: number;
  /** Floating-point operations of the forward passes over them; null where those of some answer are not known. */
  readonly flops: number | null;
}

/** What n independent answers to a question cost: a prompt once, and each answer. */
export interface IndependentCost {
  /** Prompts, which the answers share. */
  readonly shared: AnswerCost;
  /** Each answer. */
  readonly each: AnswerCost;
}

/**
 * What all answers to a question cost, as they were computed.
 *
 * @param rows Answers to one or more questions.
 * @returns The mean over the questions.
 */
export function costPerQuestion(rows: readonly CostedAnswer[]): AnswerCost {
  const numQuestions = new Set(rows.map(({ question }) => question)).size;
  return over(numQuestions, plus(sumOf(rows, promptCost), sumOf(rows, responseCost)));
}

/**
 * What it costs to have one seat answer, over all its turns and with nobody to share its first prompt.
 *
 * @param rows Answers of one or more seats to one or more questions.
 * @returns The mean over questions, seats and samples.
 */
export function costOfOneSeat(rows: readonly CostedAnswer[]): AnswerCost {
  const first = rows.filter(({ turn }) => turn === 0);
  const later = rows.filter(({ turn }) => turn > 0);
  const computed = sumOf(first, promptCost);
  const length = first.reduce((sum, { promptLength }) => sum + promptLength, 0);
  // A first prompt is computed from its start, so its operations grow as the computed part of it.
  const whole = {
    tokens: length,
    flops: ifKnown(computed.flops, (flops) => flops * length / Math.max(1, computed.tokens)),
  };
  const rest = plus(sumOf(later, promptCost), sumOf(rows, responseCost));
  return over(first.length, plus(whole, rest));
}

/**
 * What independent answers cost.
 *
 * @param rows Independent answers, which say what each costs.
 * @param firstTurn First answers of one discussion per question, whose prompts were each computed once: the
 * prompts of `rows` are the same and may have been computed in several batches.
 * @returns The means over questions and answers.
 */
export function costOfIndependent(
  rows: readonly CostedAnswer[],
  firstTurn: readonly CostedAnswer[],
): IndependentCost {
  const numQuestions = new Set(firstTurn.map(({ question }) => question)).size;
  return {
    shared: over(numQuestions, sumOf(firstTurn, promptCost)),
    each: over(rows.length, sumOf(rows, responseCost)),
  };
}

/**
 * What so many independent answers to a question cost.
 *
 * @param cost Prompts and each answer.
 * @param numAnswers n.
 * @returns Prompts once, and the answers.
 */
export function costOfAnswers({ shared, each }: IndependentCost, numAnswers: number): AnswerCost {
  return {
    tokens: shared.tokens + numAnswers * each.tokens,
    flops: added(shared.flops, ifKnown(each.flops, (flops) => numAnswers * flops)),
  };
}

const promptCost = ({ computedPromptTokens, promptFlops }: CostedAnswer): AnswerCost => ({
  tokens: computedPromptTokens,
  flops: promptFlops,
});

const responseCost = ({ length, responseFlops }: CostedAnswer): AnswerCost => ({
  tokens: length,
  flops: responseFlops,
});

function sumOf(
  rows: readonly CostedAnswer[],
  cost: (row: CostedAnswer) => AnswerCost,
): AnswerCost {
  return rows.map(cost).reduce(plus, { tokens: 0, flops: 0 });
}

function plus(a: AnswerCost, b: AnswerCost): AnswerCost {
  return { tokens: a.tokens + b.tokens, flops: added(a.flops, b.flops) };
}

function over(count: number, { tokens, flops }: AnswerCost): AnswerCost {
  const share = (value: number) => value / Math.max(1, count);
  return { tokens: share(tokens), flops: ifKnown(flops, share) };
}

// What is not known stays so in every sum.
const added = (a: number | null, b: number | null) => a === null || b === null ? null : a + b;
const ifKnown = (flops: number | null, value: (flops: number) => number) =>
  flops === null ? null : value(flops);

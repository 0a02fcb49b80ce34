/**
 * How many answers each credit compares with each other, and what gives it more.
 *
 * @module
 */
import type { ComparedAnswers } from "../evaluation/mod.ts";
import type { CreditChoice, CreditName } from "../rl/mod.ts";

/** The answers of one update of one parameter group, where these are fewest. */
export interface UpdateSizes {
  /** Questions. */
  readonly numQuestions: number;
  /** Discussions of each question. */
  readonly numSamples: number;
  /** Agents that share the parameters. */
  readonly numAgents: number;
  /** Turns that the update trains. */
  readonly numTurns: number;
}

/** What a credit compares. */
export interface CreditComparison {
  /** Answers that are compared with each other; infinite where the credit needs no others. */
  readonly numAnswers: number;
  /** Path of the setting that gives the credit two to compare. */
  readonly setting: string;
  /** What the setting must be for that, as the end of a sentence. */
  readonly must: string;
}

/** What each credit compares; the compiler asks for a new credit's entry. */
export const CREDIT_COMPARISONS: {
  readonly [Name in CreditName]: (
    sizes: UpdateSizes,
    choice: Pick<CreditChoice, "groupBy">,
  ) => CreditComparison;
} = {
  gae: () => bySamples(Infinity),
  rloo: ({ numSamples }) => bySamples(numSamples),
  grpo: ({ numSamples, numAgents: agents, numTurns: turns }, { groupBy }) => {
    const perSample = { question: agents * turns, agent: turns, turn: agents, agent_turn: 1 };
    return bySamples(numSamples * perSample[groupBy]);
  },
  "reinforce++": ({ numQuestions, numSamples, numAgents, numTurns }) =>
    bySamples(numQuestions * numSamples * numAgents * numTurns),
  counterfactual: ({ numSamples }) => bySamples(numSamples),
};

/**
 * Which answers a credit tells from each other: those of an update by turn and agent, or of one question.
 * Where all of them are paid the same, nothing is learnt.
 */
export const COMPARED_ANSWERS: {
  readonly [Name in CreditName]: (choice: Pick<CreditChoice, "groupBy">) => ComparedAnswers;
} = {
  gae: () => "batch",
  rloo: () => "agent_turn",
  grpo: ({ groupBy }) => groupBy,
  "reinforce++": () => "batch",
  counterfactual: () => "turn",
};

/** Two samples of a question are two answers to compare, whatever else there is one of. */
function bySamples(numAnswers: number): CreditComparison {
  return { numAnswers, setting: "discussion.numSamples", must: "be 2 or more" };
}

/**
 * What is wrong with the settings where a credit has fewer than two answers to compare.
 *
 * @param name The credit.
 * @param comparison What it compares.
 * @returns The setting that it needs and what that must be; undefined where it has two.
 */
export function describeTooFew(
  name: string,
  { numAnswers, setting, must }: CreditComparison,
): { readonly path: string; readonly message: string } | undefined {
  return numAnswers >= 2 ? undefined : {
    path: setting,
    message:
      `must ${must} with algorithm.credit.name "${name}", which compares answers to a question`,
  };
}

/**
 * The credits that are proven, each with what is claimed of it.
 *
 * @module
 */
import {
  counterfactualCredit,
  type Credit,
  type CreditGrouping,
  gaeCredit,
  type GroupReward,
  grpoCredit,
  reinforcePlusPlusCredit,
  rlooCredit,
} from "../../lib/rl/mod.ts";
import {
  allDiscussions,
  type GameAnswer,
  KL_COEF,
  NUM_QUESTIONS,
  NUM_TURNS,
  PARAMS,
  tokenDivergence,
  type Worth,
} from "./game.ts";

/** G, discussions of each question in a batch. */
export const NUM_SAMPLES = 4;

/** A sampled answer with its place in the batch. */
export interface Sampled extends GameAnswer {
  /** Index of the question. */
  readonly question: number;
  /** Index of the discussion among those about it. */
  readonly sample: number;
  /** What all answers of its discussion earn from its turn on. */
  readonly team: number;
}

/** A credit, and what is claimed of it. */
export interface Case {
  /** Name of the credit, with its options. */
  readonly name: string;
  /** The credit. */
  readonly credit: Credit;
  /** What the rows are paid: influence-aware, or each for itself. */
  readonly reward: (answer: Sampled) => number;
  /** What a critic says before the first and the second token; absent = no critic. */
  readonly values?: (answer: Sampled) => [number, number];
  /** The objective. */
  readonly worth: Worth;
  /** Expected gradient = this times the exact one; null = nothing exact is claimed. */
  readonly claim: number | null;
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const teamWorth: Worth = (answers) => sum(answers.map(({ own }) => own));
const groupWorth = (reduce: (values: number[]) => number): Worth => (answers) =>
  sum(
    Array.from({ length: NUM_TURNS }, (_, turn) =>
      reduce(
        answers.filter((answer) => answer.turn === turn).map(({ own }) => own),
      )),
  );
const GROUP_REWARDS: Readonly<Record<GroupReward, (values: number[]) => number>> = {
  mean: (values) => sum(values) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

/** The best a critic can say: the mean of what an answer will have earned and paid, by all that is known. */
function exactValues(): (answer: Sampled) => [number, number] {
  const totals = new Map<string, { weight: number; value: number }>();
  const keyOf = (question: number, { agent, turn, context, tokens }: GameAnswer, seen: 0 | 1) =>
    [question, agent, turn, context, ...tokens.slice(0, seen)].join();
  for (let question = 0; question < NUM_QUESTIONS; question++) {
    for (const { answers, probability } of allDiscussions(question, PARAMS)) {
      for (const answer of answers) {
        const team = sum(answers.filter(({ turn }) => turn >= answer.turn).map(({ own }) => own));
        let paid = 0;
        for (const seen of [1, 0] as const) {
          paid += KL_COEF * tokenDivergence(PARAMS, answer, seen);
          const total = totals.get(keyOf(question, answer, seen)) ?? { weight: 0, value: 0 };
          total.weight += probability;
          total.value += probability * (team - paid);
          totals.set(keyOf(question, answer, seen), total);
        }
      }
    }
  }
  const valueOf = (answer: Sampled, seen: 0 | 1) => {
    const { value, weight } = totals.get(keyOf(answer.question, answer, seen))!;
    return value / weight;
  };
  return (answer) => [valueOf(answer, 0), valueOf(answer, 1)];
}

/**
 * All cases: a new credit gets a line here.
 *
 * @returns The credits in the order of the table.
 */
export function cases(): Case[] {
  const team = { reward: ({ team }: Sampled) => team, worth: teamWorth };
  const gae = (name: string, options: { gaeLambda?: number; whitenAdvantages?: boolean }, rest: {
    values?: (answer: Sampled) => [number, number];
    claim: number | null;
  }): Case => ({
    name: `gae, ${name}`,
    credit: gaeCredit({
      klCoef: KL_COEF,
      gamma: 1,
      gaeLambda: 1,
      whitenAdvantages: false,
      ...options,
      hasCritic: rest.values !== undefined,
    }),
    ...team,
    ...rest,
  });
  const exact = exactValues();
  const wrong = ({ turn }: Sampled): [number, number] => [turn + 0.5, -1];
  const grpo = (groupBy: CreditGrouping, divideByDeviation: boolean): Case => ({
    name: `grpo by ${groupBy}${divideByDeviation ? "" : ", undivided"}`,
    credit: grpoCredit({ groupBy, divideByDeviation, klCoef: KL_COEF }),
    ...team,
    claim: groupBy === "agent_turn" && !divideByDeviation ? 1 - 1 / NUM_SAMPLES : null,
  });
  const groupings = ["agent_turn", "turn", "agent", "question"] as const;
  return [
    gae("λ = 1, no critic", {}, { claim: 1 }),
    gae("λ = 1, wrong critic", {}, { claim: 1, values: wrong }),
    gae("λ = 1, exact critic", {}, { claim: 1, values: exact }),
    gae("λ = 0.5, exact critic", { gaeLambda: 0.5 }, { claim: 1, values: exact }),
    gae("λ = 0.5, wrong critic", { gaeLambda: 0.5 }, { claim: null, values: wrong }),
    gae("λ = 1, no critic, whitened", { whitenAdvantages: true }, { claim: null }),
    { name: "rloo", credit: rlooCredit({ klCoef: KL_COEF }), ...team, claim: 1 },
    ...groupings.flatMap((groupBy) => [grpo(groupBy, false), grpo(groupBy, true)]),
    {
      name: "reinforce++",
      credit: reinforcePlusPlusCredit({ klCoef: KL_COEF }),
      ...team,
      claim: null,
    },
    ...Object.entries(GROUP_REWARDS).map(([groupReward, reduce]): Case => ({
      name: `counterfactual, ${groupReward}`,
      credit: counterfactualCredit({ groupReward: groupReward as GroupReward, klCoef: KL_COEF }),
      reward: ({ own }) => own,
      worth: groupWorth(reduce),
      claim: 1,
    })),
  ];
}

/**
 * Every credit's policy gradient over many sampled batches against the exact gradient.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import {
  counterfactualCredit,
  type Credit,
  type CreditGrouping,
  type CreditRow,
  gaeCredit,
  type GroupReward,
  grpoCredit,
  reinforcePlusPlusCredit,
  rlooCredit,
} from "../../lib/rl/mod.ts";
import {
  allDiscussions,
  chanceOfOne,
  exactGradient,
  type GameAnswer,
  KL_COEF,
  NUM_PARAMS,
  NUM_QUESTIONS,
  NUM_TURNS,
  PARAMS,
  play,
  tokenDivergence,
  type Worth,
} from "./game.ts";
import { NUM_BATCHES, type Proof } from "./shown.ts";

/** G, discussions of each question in a batch. */
const NUM_SAMPLES = 4;

/** A sampled answer with its place in the batch. */
interface Sampled extends GameAnswer {
  readonly question: number;
  readonly sample: number;
  /** What all answers of its discussion earn from its turn on. */
  readonly team: number;
}

/** A credit, and what is claimed of it. */
interface Case {
  readonly name: string;
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

function cases(): Case[] {
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

function sampleBatch(random: Random): Sampled[] {
  const batch: Sampled[] = [];
  for (let question = 0; question < NUM_QUESTIONS; question++) {
    for (let sample = 0; sample < NUM_SAMPLES; sample++) {
      const answers = play(
        question,
        (place, first) => random.uniform() < chanceOfOne(PARAMS, place, first).p ? 1 : 0,
      );
      for (const answer of answers) {
        const later = answers.filter(({ turn }) => turn >= answer.turn);
        batch.push({ ...answer, question, sample, team: sum(later.map(({ own }) => own)) });
      }
    }
  }
  return batch;
}

/** Σ Â ∇ log π over all tokens of the batch, by the number of discussions. */
function estimate(batch: readonly Sampled[], advantages: readonly Float32Array[]): Float64Array {
  const gradient = new Float64Array(NUM_PARAMS);
  for (const [i, answer] of batch.entries()) {
    for (const position of [0, 1] as const) {
      const first = position === 0 ? undefined : answer.tokens[0];
      const { p, index } = chanceOfOne(PARAMS, answer, first);
      gradient[index]! += advantages[i]![position]! * (answer.tokens[position] - p) /
        (NUM_QUESTIONS * NUM_SAMPLES);
    }
  }
  return gradient;
}

/**
 * Compares all credits with the exact gradients of what they claim, on the same batches.
 *
 * @param random Draws the batches.
 * @param numBatches Batches of 2 questions × 4 samples.
 * @returns One entry per credit.
 */
export function proveCredits(random: Random, numBatches = NUM_BATCHES): Proof[] {
  const gradients = new Map<Worth, number[]>();
  const gradientOf = (worth: Worth) => {
    const gradient = gradients.get(worth) ?? exactGradient(worth);
    gradients.set(worth, gradient);
    return gradient;
  };
  const all = cases().map((one) => ({
    ...one,
    exact: gradientOf(one.worth),
    sums: new Float64Array(NUM_PARAMS),
    squares: new Float64Array(NUM_PARAMS),
    along: [0, 0],
  }));
  for (let round = 0; round < numBatches; round++) {
    const batch = sampleBatch(random);
    const kl = batch.map((answer) =>
      Float64Array.from([0, 1] as const, (position) => tokenDivergence(PARAMS, answer, position))
    );
    for (const { credit, reward, values, exact, sums, squares, along } of all) {
      const rows = batch.map((answer, i): CreditRow => ({
        ...answer,
        question: String(answer.question),
        reward: reward(answer),
        kl: kl[i]!,
        ...(values ? { values: Float32Array.from(values(answer)) } : {}),
      }));
      const gradient = estimate(batch, credit.assign(rows).map(({ advantages }) => advantages));
      let component = 0;
      for (const [i, value] of gradient.entries()) {
        sums[i]! += value;
        squares[i]! += value ** 2;
        component += value * exact[i]!;
      }
      along[0]! += component;
      along[1]! += component ** 2;
    }
  }
  return all.map(({ name, claim, exact, sums, squares, along }) => {
    const length = sum(exact.map((value) => value ** 2));
    const means = Array.from(sums, (total) => total / numBatches);
    const variances = means.map((mean, i) => squares[i]! / numBatches - mean ** 2);
    const scale = along[0]! / numBatches / length;
    const error = Math.sqrt((along[1]! / numBatches - (scale * length) ** 2) / numBatches) / length;
    const biases = means.map((mean, i) =>
      Math.abs(mean - (claim ?? scale) * exact[i]!) / Math.sqrt(variances[i]! / numBatches)
    );
    return {
      name,
      claim,
      scale,
      bias: (scale - (claim ?? 1)) / error,
      largest: Math.max(...biases),
      cosine: scale * Math.sqrt(length) / Math.sqrt(sum(means.map((mean) => mean ** 2))),
      variance: sum(variances) / scale ** 2,
    };
  });
}

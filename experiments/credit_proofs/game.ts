/**
 * A discussion small enough for exact gradients: two questions, two agents, two turns, answers of two tokens
 * that are 0 or 1.
 *
 * The second token of an answer is what the others see: at turn 2 an agent answers by the history, one of
 * four. Policies are the logit of every token in every context, references say 1 with probability ½.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";

/** Q, A and T. */
export const [NUM_QUESTIONS, NUM_AGENTS, NUM_TURNS] = [2, 2, 2];
const NUM_CONTEXTS = 5; // the question, or one of four histories
const LOGITS_PER_CONTEXT = 3; // first token, second after 0, second after 1
/** Parameters of all agents, which answer all questions with the same ones. */
export const NUM_PARAMS = NUM_AGENTS * NUM_CONTEXTS * LOGITS_PER_CONTEXT;
/** Price of a nat of divergence. */
export const KL_COEF = 0.1;

const random = Random.fromSeed(5);

/** The logits, at which all gradients are taken. */
export const PARAMS: readonly number[] = Array.from(
  { length: NUM_PARAMS },
  () => 0.7 * random.normal(),
);

/**
 * What answers earn by themselves, by question, agent, turn, context and answer (two bits). The second question
 * pays three times as much and is worth 2 more: baselines and scales that mix questions show.
 */
const REWARDS: readonly number[] = Array.from(
  { length: NUM_QUESTIONS * NUM_AGENTS * NUM_TURNS * NUM_CONTEXTS * 4 },
  (_, i) => {
    const isSecond = i >= NUM_AGENTS * NUM_TURNS * NUM_CONTEXTS * 4;
    return random.normal() * (isSecond ? 1.5 : 0.5) + (isSecond ? 2 : 0);
  },
);

/** An answer in its place. */
export interface GameAnswer {
  readonly agent: number;
  readonly turn: number;
  /** 0 = the question alone; 1 + history. */
  readonly context: number;
  /** First and second token. */
  readonly tokens: readonly [number, number];
  /** What it earns by itself. */
  readonly own: number;
}

/**
 * Probability that a token is 1.
 *
 * @param params Logits.
 * @param answer Agent and context.
 * @param first The token before it; undefined for the first.
 * @returns The probability, and the index of its logit.
 */
export function chanceOfOne(
  params: readonly number[],
  { agent, context }: Pick<GameAnswer, "agent" | "context">,
  first?: number,
): { p: number; index: number } {
  const place = first === undefined ? 0 : 1 + first;
  const index = (agent * NUM_CONTEXTS + context) * LOGITS_PER_CONTEXT + place;
  return { p: 1 / (1 + Math.exp(-params[index]!)), index };
}

/**
 * One discussion, whose tokens somebody chooses.
 *
 * @param question 0-based question.
 * @param choose Gives the token of a place: agent, context, and the token before it.
 * @returns Its four answers by turn and agent.
 */
export function play(
  question: number,
  choose: (place: Pick<GameAnswer, "agent" | "context" | "turn">, first?: number) => number,
): GameAnswer[] {
  const answers: GameAnswer[] = [];
  for (let turn = 0; turn < NUM_TURNS; turn++) {
    const context = turn === 0 ? 0 : 1 + answers[0]!.tokens[1] + 2 * answers[1]!.tokens[1];
    for (let agent = 0; agent < NUM_AGENTS; agent++) {
      const first = choose({ agent, context, turn });
      const second = choose({ agent, context, turn }, first);
      const place = ((question * NUM_AGENTS + agent) * NUM_TURNS + turn) * NUM_CONTEXTS + context;
      const own = REWARDS[place * 4 + first * 2 + second]!;
      answers.push({ agent, turn, context, tokens: [first, second], own });
    }
  }
  return answers;
}

/**
 * Every discussion of a question with its probability.
 *
 * @param question 0-based question.
 * @param params Logits.
 * @returns All 256, whose probabilities sum to 1.
 */
export function allDiscussions(
  question: number,
  params: readonly number[],
): { answers: GameAnswer[]; probability: number }[] {
  return Array.from({ length: 256 }, (_, code) => {
    let probability = 1;
    let bit = 0;
    const answers = play(question, (place, first) => {
      const token = code >> bit++ & 1;
      const { p } = chanceOfOne(params, place, first);
      probability *= token === 1 ? p : 1 - p;
      return token;
    });
    return { answers, probability };
  });
}

/**
 * Divergence of a token from the reference by the estimator k1.
 *
 * @param params Logits.
 * @param answer The answer.
 * @param position 0 or 1.
 * @returns Nats.
 */
export function tokenDivergence(
  params: readonly number[],
  answer: GameAnswer,
  position: 0 | 1,
): number {
  const token = answer.tokens[position];
  const { p } = chanceOfOne(params, answer, position === 0 ? undefined : answer.tokens[0]);
  return Math.log(token === 1 ? p : 1 - p) - Math.log(0.5);
}

/** What a discussion is worth, from what its answers earn by themselves. */
export type Worth = (answers: readonly GameAnswer[]) => number;

/**
 * The exact gradient of E[worth] − KL_COEF · Σ KL(answer ‖ reference), mean over questions, by central
 * differences of the sum over all discussions. Every answer pays for its own divergence and not for the
 * histories that it leads to, as updates do: histories keep the probabilities that they have.
 *
 * @param worth What is expected.
 * @returns Shape [NUM_PARAMS].
 */
export function exactGradient(worth: Worth): number[] {
  const histories = Array.from(
    { length: NUM_QUESTIONS },
    (_, question) => allDiscussions(question, PARAMS),
  );
  const objective = (params: readonly number[]) =>
    histories.reduce((sum, held, question) => {
      const expected = allDiscussions(question, params)
        .reduce((total, { answers, probability }) => total + probability * worth(answers), 0);
      const divergence = held.reduce((total, { answers, probability }) =>
        total +
        probability * answers.reduce((all, answer) => all + divergenceAt(params, answer), 0), 0);
      return sum + (expected - KL_COEF * divergence) / NUM_QUESTIONS;
    }, 0);
  const step = 1e-4;
  return PARAMS.map((logit, i) => {
    const at = (value: number) => objective(PARAMS.map((old, k) => k === i ? value : old));
    return (at(logit + step) - at(logit - step)) / (2 * step);
  });
}

/** KL(policy ‖ reference) of an answer's context, whatever the answer was. */
function divergenceAt(params: readonly number[], { agent, context }: GameAnswer): number {
  const ofToken = (first?: number) => {
    const { p } = chanceOfOne(params, { agent, context }, first);
    return { p, kl: p * Math.log(2 * p) + (1 - p) * Math.log(2 * (1 - p)) };
  };
  const { p, kl } = ofToken();
  return kl + (1 - p) * ofToken(0).kl + p * ofToken(1).kl;
}

/**
 * Players of the collaboration game that learn from sampled games, by policy gradient with a critic.
 *
 * A player has a logit and a value per state, which is the turn and the joint plays so far. An update samples
 * games and moves each logit along the natural gradient of expected pay plus τ per nat of entropy, with
 * advantages by `gae`. What is learned are the mean probabilities over the last half of the updates.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { gae } from "../../lib/rl/mod.ts";
import { type GameSize, type Question, SYNERGY_PAY } from "./game.ts";
import { entropy } from "./solve.ts";

/**
 * What is learned when. `last_turn_first`: games begin at the last turn until it is learned, then at the one
 * before, whose future no longer changes. `all_states`: all at once, from games that begin in any state, each as
 * often. `first_turn`: all at once, from whole games.
 */
export type LearningOrder = "last_turn_first" | "all_states" | "first_turn";

/** How players learn. */
export interface LearnOptions {
  /** π of a partner that does not learn; absent = both learn, each by itself. */
  readonly partner?: number;
  /** Bonus per nat of entropy, above 0. */
  readonly tau: number;
  /** Default `last_turn_first`. */
  readonly order?: LearningOrder;
  /** Updates per turn of the game. Default 300. */
  readonly numUpdates?: number;
  /** Games per update. Default 32. */
  readonly numGames?: number;
}

const GAE_LAMBDA = 0.5;
/** Step along the natural gradient, in logits, and what a single noisy one is cut off at. */
const STEP = 0.5, MAX_MOVE = 0.5;
/** Step of a value towards the mean of its targets. */
const VALUE_STEP = 0.3;
/** Steps fall to a fifth. */
const STEP_DECAY = 4;
/** Least p (1 − p) that a gradient is divided by. */
const MIN_CURVATURE = 0.02;

/** A turn's number and the joint plays before it. */
type State = readonly [turn: number, count: number];

/** A player that learns. */
interface Learner {
  /** Of a0, by state. */
  readonly logits: Float64Array;
  /** What it expects to earn by state, without the entropy of the choice there. */
  readonly values: Float64Array;
  /** Probabilities of the states that are learned, by state; NaN of the others. */
  readonly settled: Float64Array;
}

/** One game before synergy. */
interface Game {
  /** States, turn × C + count. */
  readonly states: number[];
  /** By player, 1 = a0 at each of them. */
  readonly plays: readonly [number[], number[]];
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * Learns one question's game from nothing: all probabilities begin at ½.
 *
 * @param question What it pays.
 * @param options Size of the game, and how players learn.
 * @param random Draws the games.
 * @returns By player (one if the partner is fixed) the probability of a0 by state, turn × C + count.
 */
export function learn(
  question: Question,
  options: GameSize & LearnOptions,
  random: Random,
): Float64Array[] {
  const { numTurns, threshold, partner, order = "last_turn_first" } = options;
  const { numUpdates = 300, numGames = 32 } = options;
  const numStates = numTurns * threshold;
  const learners = (partner === undefined ? [0, 1] : [0]).map((): Learner => ({
    logits: new Float64Array(numStates),
    values: new Float64Array(numStates),
    settled: new Float64Array(numStates).fill(NaN),
  }));
  const fixed = new Float64Array(numStates).fill(partner ?? NaN);
  for (const starts of startsByStage(options, order)) {
    const total = order === "last_turn_first" ? numUpdates : numUpdates * numTurns;
    const means = learners.map(() => new Map<number, number>());
    for (let update = 0; update < total; update++) {
      const policies = learners.map(policyOf);
      const chances = [policies[0]!, policies[1] ?? fixed];
      const games = Array.from(
        { length: numGames },
        () =>
          playGame(
            options,
            random.choice(starts),
            (player, state) => random.uint32() < chances[player]![state]! * 2 ** 32,
          ),
      );
      const decay = 1 / (1 + STEP_DECAY * update / total);
      for (const [player, learner] of learners.entries()) {
        improve(learner, games, { ...options, question, player, policy: policies[player]!, decay });
      }
      if (update < total / 2) continue;
      const share = 1 / (total - Math.ceil(total / 2));
      for (const [player, policy] of policies.entries()) {
        for (const [turn, count] of starts) {
          const state = turn * threshold + count;
          means[player]!.set(state, (means[player]!.get(state) ?? 0) + share * policy[state]!);
        }
      }
    }
    for (const [player, { settled }] of learners.entries()) {
      for (const [state, p] of means[player]!) settled[state] = p;
    }
  }
  return learners.map(policyOf);
}

/** The states in which games begin, stage by stage. */
function startsByStage({ numTurns, threshold }: GameSize, order: LearningOrder): State[][] {
  if (order === "first_turn") return [[[0, 0]]];
  const byTurn = Array.from(
    { length: numTurns },
    (_, turn) =>
      Array.from({ length: Math.min(turn + 1, threshold) }, (_, count): State => [turn, count]),
  );
  return order === "all_states" ? [byTurn.flat()] : byTurn.toReversed();
}

/** The probability of a0 by state. */
function policyOf({ logits, settled }: Learner): Float64Array {
  return logits.map((logit, state) => {
    const known = settled[state]!;
    return Number.isNaN(known) ? sigmoid(logit) : known;
  });
}

function playGame(
  { numTurns, threshold }: GameSize,
  [first, begun]: State,
  collaborates: (player: number, state: number) => boolean,
): Game {
  const game: Game = { states: [], plays: [[], []] };
  let count = begun;
  for (let turn = first; turn < numTurns && count < threshold; turn++) {
    const state = turn * threshold + count;
    const [one, other] = [collaborates(0, state), collaborates(1, state)];
    game.states.push(state);
    game.plays[0].push(Number(one));
    game.plays[1].push(Number(other));
    if (one && other) count++;
  }
  return game;
}

/** What one update knows. */
interface ImproveOptions extends GameSize {
  readonly question: Question;
  readonly player: number;
  /** The probability of a0 by state, with which it played. */
  readonly policy: Float64Array;
  readonly tau: number;
  /** Of the steps, from 1 down. */
  readonly decay: number;
}

/** One step of the logits and values of all states that were visited. */
function improve(
  { logits, values, settled }: Learner,
  games: readonly Game[],
  options: ImproveOptions,
) {
  const { player, policy, tau, decay } = options;
  const numVisits = new Float64Array(logits.length);
  const gradients = new Float64Array(logits.length);
  const errors = new Float64Array(logits.length);
  for (const game of games) {
    const { rewards, nextValue } = earned(game, options);
    const { advantages } = gae(rewards, game.states.map((state) => values[state]!), {
      gaeLambda: GAE_LAMBDA,
      nextValue,
    });
    for (const [i, state] of game.states.entries()) {
      numVisits[state]!++;
      gradients[state]! += advantages[i]! * (game.plays[player]![i]! - policy[state]!);
      errors[state]! += advantages[i]!;
    }
  }
  for (const [state, visits] of numVisits.entries()) {
    if (visits === 0) continue;
    values[state]! += decay * VALUE_STEP * errors[state]! / visits;
    if (!Number.isNaN(settled[state])) continue;
    const curvature = policy[state]! * (1 - policy[state]!);
    // The derivative of the entropy by the logit is −logit p (1 − p).
    const gradient = gradients[state]! / visits - tau * logits[state]! * curvature;
    const move = decay * STEP * gradient / Math.max(curvature, MIN_CURVATURE);
    logits[state]! += Math.max(-MAX_MOVE, Math.min(MAX_MOVE, move));
  }
}

/** What a player earns by each play: pay, and τ times the entropy of its next choice. */
function earned(
  { states, plays }: Game,
  { question, player, policy, tau, numTurns, threshold }: ImproveOptions,
): { rewards: number[]; nextValue: number } {
  const rewards = plays[player]!.map((play, i) => {
    const next = states[i + 1];
    const bonus = next === undefined ? 0 : tau * entropy(policy[next]!);
    return (play === 1 ? question.collaborate : question.alone) + bonus;
  });
  // A game ends with its last turn, or with synergy: then nothing depends on the plays, and ½ stays ½.
  const turnsLeft = numTurns - 1 - Math.floor(states.at(-1)! / threshold);
  return { rewards, nextValue: turnsLeft * (SYNERGY_PAY + tau * Math.LN2) };
}

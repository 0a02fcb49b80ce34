/**
 * The collaboration game solved by backward induction.
 *
 * What is still to come depends on two numbers only, the turns that are left and the joint plays that are
 * still needed. So one table of a question answers all T and C at once: its entry at (T, C) is turn 1.
 *
 * @module
 */
import { type GameSize, type Question, SYNERGY_PAY } from "./game.ts";

/** Halvings of the interval that holds an equilibrium: to 1e-12. */
const NUM_HALVINGS = 40;

/** The probability of a0 by turns left and joint plays needed. */
export interface Solution {
  /**
   * At a turn before synergy.
   *
   * @param turnsLeft This turn included, from 1.
   * @param needed Joint plays that are still needed, from 1.
   * @returns The probability of a0.
   */
  at(turnsLeft: number, needed: number): number;
}

/** Finds the probability of a0 by how much better than a1 it is, given how likely the partner plays it. */
type Choose = (advantage: (partner: number) => number) => { own: number; partner: number };

/**
 * Both players learn: the symmetric equilibrium with a bonus of τ per nat of entropy (appendix D), in which
 * p = σ(Δ(p) / τ) and Δ(p) = R_col − R_ind + p (V(needed − 1) − V(needed)).
 *
 * There can be three. This is the one that grows out of p = ½ as τ falls: on the side of ½ to which Δ(½)
 * points, where σ(Δ/τ) − p changes its sign once, as σ is concave above ½ and convex below. For τ → 0
 * it is the risk-dominant one.
 *
 * @param question What it pays.
 * @param size The longest game that is asked for.
 * @param tau τ, above 0.
 * @returns Probabilities of a0.
 */
export function solveJoint(question: Question, size: GameSize, tau: number): Solution {
  return induce(question, { ...size, tau }, (advantage) => {
    const isAbove = advantage(0.5) > 0;
    let [low, high] = isAbove ? [0.5, 1] : [0, 0.5];
    for (let i = 0; i < NUM_HALVINGS; i++) {
      const middle = (low + high) / 2;
      if (respond(advantage(middle), tau) > middle) low = middle;
      else high = middle;
    }
    const p = (low + high) / 2;
    return { own: p, partner: p };
  });
}

/**
 * One player learns: its best response to a partner that collaborates with a fixed probability.
 *
 * @param question What it pays.
 * @param size The longest game that is asked for.
 * @param options `partner` is π; `tau` the bonus per nat of entropy, with which the response is soft; 0 = none.
 * @returns Probabilities of a0.
 */
export function solveAgainst(
  question: Question,
  size: GameSize,
  { partner, tau = 0 }: { readonly partner: number; readonly tau?: number },
): Solution {
  return induce(question, { ...size, tau }, (advantage) => ({
    own: respond(advantage(partner), tau),
    partner,
  }));
}

/** Probability of a0 that is so much better; with τ = 0 the better play, a0 if both are as good. */
function respond(advantage: number, tau: number): number {
  if (tau === 0) return advantage >= 0 ? 1 : 0;
  return 1 / (1 + Math.exp(-advantage / tau));
}

/**
 * Entropy of a choice of two.
 *
 * @param p Probability of one of them.
 * @returns Nats, from 0 to ln 2.
 */
export function entropy(p: number): number {
  const term = (x: number) => x === 0 ? 0 : -x * Math.log(x);
  return term(p) + term(1 - p);
}

function induce(
  { collaborate, alone }: Question,
  { numTurns, threshold, tau }: GameSize & { readonly tau: number },
  choose: Choose,
): Solution {
  const width = threshold + 1;
  const probabilities = new Float64Array((numTurns + 1) * width);
  const values = new Float64Array((numTurns + 1) * width);
  for (let left = 1; left <= numTurns; left++) {
    const [now, next] = [left * width, (left - 1) * width];
    // With synergy every play pays the same, so all are drawn alike and earn the whole entropy.
    values[now] = left * (SYNERGY_PAY + tau * Math.LN2);
    for (let needed = 1; needed <= threshold; needed++) {
      const stay = values[next + needed]!;
      const gain = values[next + needed - 1]! - stay;
      const advantage = (partner: number) => collaborate - alone + partner * gain;
      const { own, partner } = choose(advantage);
      probabilities[now + needed] = own;
      values[now + needed] = alone + stay + own * advantage(partner) + tau * entropy(own);
    }
  }
  return { at: (turnsLeft, needed) => probabilities[turnsLeft * width + needed]! };
}

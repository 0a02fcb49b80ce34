import type { Compat } from "../core/compat.ts";
import {
  checkFinite,
  type MaskedTable,
  resolveMask,
  tableShape,
  type TurnMask,
  type TurnTable,
} from "./turn_table.ts";

/** Which turns' scores an answer is paid: its own, the last one, or all from its own on. */
export type RewardHorizon = "current" | "last" | "discounted_sum";

/** Whose scores an answer is paid: its own agent's, or the mean over all agents (itself included). */
export type RewardShare = "individual" | "all";

/** One cell of the table horizon × share (`rule_horizon` and `rule_agent_share` of the released code). */
export interface ScoreRule {
  /** Which turns count. */
  readonly horizon: RewardHorizon;
  /** Whose scores count. */
  readonly share: RewardShare;
  /** γ_R, discount per turn, in [0, 1]; only `discounted_sum` uses it (`rule_discount`). */
  readonly turnDiscount: number;
}

/** Options of {@link scoreRule}. */
export interface ScoreRuleOptions extends ScoreRule {
  /** Which answers exist, shape [T, A]; default all. */
  readonly presentTA?: TurnMask;
  /** Default `"paper"`; the difference is listed at {@link scoreRule}. */
  readonly compat?: Compat;
}

/**
 * The reward of every answer before incentives, from the scores of the whole discussion.
 *
 * With Z = Σ_{t'≥t} γ^{t'−t} over the turns held (MAPoRL Def. 1 and App. F):
 *
 * | horizon | share | reward of (t, a) | name in the paper |
 * |---|---|---|---|
 * | current | individual | v_{t,a} | immediate |
 * | current | all | mean_j v_{t,j} | |
 * | last | individual | v_{x,a}, x the last turn held | |
 * | last | all | mean_j v_{x,j} | |
 * | discounted_sum | individual | (1/Z) Σ_{t'≥t} γ^{t'−t} v_{t',a} | cumulative |
 * | discounted_sum | all | (1/Z) [v_{t,a} + Σ_{t'>t} γ^{t'−t} mean_j v_{t',j}] | influence-aware |
 *
 * The last row is asymmetric on purpose: an agent's own score counts in full now, and as one of A
 * later.
 *
 * What `compat: "official"` changes, all of it only for discussions that stopped early or for
 * scores of exactly −1 (the released code marks absence by −1):
 * 1. `last` looks at turn T−1 even if it was not held: such discussions are masked out whole.
 * 2. an aggregated score of exactly −1 is masked out.
 *
 * At the last turn of a discussion that stopped early, `discounted_sum`/`all` raises in the released
 * code (an empty sum); here both modes give the own score, as they do at turn T−1.
 *
 * @param scoresTA Verifier scores, after or before penalties, shape [T, A].
 * @param options The rule, its discount, and which answers exist.
 * @returns Rewards and their mask, shape [T, A]. Means run over the agents present.
 * @throws {RangeError} If the table is empty or ragged, a score that counts is not finite, or
 * `turnDiscount` is outside [0, 1].
 *
 * @example The influence-aware reward of two agents and two turns, γ_R = 0.5
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scoreRule } from "./score_rules.ts";
 *
 * const { valuesTA } = scoreRule([[0, 1], [0.5, 1]], {
 *   horizon: "discounted_sum",
 *   share: "all",
 *   turnDiscount: 0.5,
 * });
 * // agent 0, turn 0: (0 + 0.5 · 0.75) / 1.5
 * assertEquals(valuesTA[0]![0], 0.25);
 * ```
 */
export function scoreRule(scoresTA: TurnTable, options: ScoreRuleOptions): MaskedTable {
  const { horizon, share, turnDiscount, compat = "paper" } = options;
  const shape = tableShape(scoresTA, "the scores");
  const presentTA = resolveMask(options.presentTA, shape);
  checkFinite(scoresTA, presentTA, "the scores");
  if (!(turnDiscount >= 0 && turnDiscount <= 1)) {
    throw new RangeError(
      `Cannot discount the turns as turnDiscount must be in [0, 1]: current value is ${turnDiscount}`,
    );
  }
  const meansT = scoresTA.map((row, t) => maskedMean(row, presentTA[t]!));
  const { numTurns, numAgents } = shape;
  const lastTurn = compat === "official" ? numTurns - 1 : undefined;
  const valuesTA = scoresTA.map((row) => new Array<number>(row.length).fill(0));
  for (let t = 0; t < numTurns; t++) {
    for (let a = 0; a < numAgents; a++) {
      if (presentTA[t]![a] === 0) continue;
      const ofTurn = (u: number): number | undefined =>
        share === "all" && (u !== t || horizon !== "discounted_sum")
          ? meansT[u]
          : presentTA[u]![a] === 1
          ? scoresTA[u]![a]
          : undefined;
      const value = horizon === "current"
        ? ofTurn(t)
        : horizon === "last"
        ? valueOfLastTurn(ofTurn, numTurns, lastTurn)
        : discountedMean(ofTurn, { from: t, to: numTurns, turnDiscount });
      if (value === undefined || (compat === "official" && value === -1)) presentTA[t]![a] = 0;
      else valuesTA[t]![a] = value;
    }
  }
  return { valuesTA, presentTA };
}

function maskedMean(row: readonly number[], mask: readonly number[]): number | undefined {
  let sum = 0;
  let count = 0;
  for (const [a, value] of row.entries()) {
    if (mask[a] === 0) continue;
    sum += value;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

function valueOfLastTurn(
  ofTurn: (t: number) => number | undefined,
  numTurns: number,
  onlyTurn: number | undefined,
): number | undefined {
  if (onlyTurn !== undefined) return ofTurn(onlyTurn);
  for (let t = numTurns - 1; t >= 0; t--) {
    const value = ofTurn(t);
    if (value !== undefined) return value;
  }
  return undefined;
}

function discountedMean(
  ofTurn: (t: number) => number | undefined,
  range: { from: number; to: number; turnDiscount: number },
): number {
  let sum = 0;
  let weights = 0;
  let weight = 1;
  for (let t = range.from; t < range.to; t++, weight *= range.turnDiscount) {
    const value = ofTurn(t);
    if (value === undefined) continue;
    sum += weight * value;
    weights += weight;
  }
  return sum / weights;
}

/**
 * The collaboration game of the paper's section 2: two players, T turns, at each of which a player
 * collaborates (a0) or answers alone (a1). Collaborating costs at first; after C joint plays it pays.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";

/** What a player earns per turn once synergy is reached. */
export const SYNERGY_PAY = 1;

/** What a question pays before synergy. */
export interface Question {
  /** R_col, of collaborating. */
  readonly collaborate: number;
  /** R_ind, of answering alone; more. */
  readonly alone: number;
}

/** How long a game is. */
export interface GameSize {
  /** T, at least 1. */
  readonly numTurns: number;
  /** C, joint plays of a0 after which every player earns {@linkcode SYNERGY_PAY} from the next turn on. */
  readonly threshold: number;
}

/**
 * Questions as the paper draws them: R_ind uniform on (0, 1), R_col uniform on (0, R_ind).
 *
 * @param random Draws them.
 * @param count How many.
 * @returns The questions.
 */
export function sampleQuestions(random: Random, count: number): Question[] {
  return Array.from({ length: count }, () => {
    const alone = random.uniform();
    return { alone, collaborate: alone * random.uniform() };
  });
}

/**
 * What both players earn at each turn. Only turns count at which *both* collaborate: the paper's text
 * says "total number of a0", its pay-off matrix (appendix C) and state (appendix D) need the joint count.
 *
 * @param question What it pays.
 * @param threshold C.
 * @param plays By turn, whether the first and the second player collaborate.
 * @returns Pay of the first and the second player by turn.
 */
export function payByTurn(
  { collaborate, alone }: Question,
  threshold: number,
  plays: readonly (readonly [boolean, boolean])[],
): [number, number][] {
  let count = 0;
  return plays.map(([first, second]) => {
    const isSynergy = count >= threshold;
    if (first && second) count++;
    const pay = (collaborates: boolean) =>
      isSynergy ? SYNERGY_PAY : collaborates ? collaborate : alone;
    return [pay(first), pay(second)];
  });
}

/**
 * Observation 1, for T = 2 and C = 1: whether collaborating at turn 1 is a best response to a partner that
 * collaborates with a fixed probability, (R_syn − R_ind) π ≥ R_ind − R_col.
 *
 * @param question What it pays.
 * @param partner π.
 * @returns Whether it is.
 */
export function collaboratesWithFixed({ collaborate, alone }: Question, partner: number): boolean {
  return (SYNERGY_PAY - alone) * partner >= alone - collaborate;
}

/**
 * Observation 2, for T = 2 and C = 1, as its proof derives it: whether (a0, a0) is the risk-dominant
 * equilibrium of turn 1, R_syn > max(3 R_ind − 2 R_col, 2 R_ind − R_col).
 *
 * @param question What it pays.
 * @returns Whether it is.
 */
export function collaboratesJointly({ collaborate, alone }: Question): boolean {
  return SYNERGY_PAY > Math.max(3 * alone - 2 * collaborate, 2 * alone - collaborate);
}

/**
 * Observation 2 as its statement prints it, with the indices of the first term swapped:
 * R_syn > max(3 R_col − 2 R_ind, 2 R_ind − R_col).
 *
 * @param question What it pays.
 * @returns Whether (a0, a0) is an equilibrium at all, which is all that this says.
 */
export function collaboratesAsPrinted({ collaborate, alone }: Question): boolean {
  return SYNERGY_PAY > Math.max(3 * collaborate - 2 * alone, 2 * alone - collaborate);
}

/** Shares of the paper's questions on which the observations say that players collaborate. */
export const closedForms = {
  /**
   * Observation 1: with R_col = R_ind v it holds for R_ind ≤ π / (π + 1 − v), whose mean over v is this.
   *
   * @param partner π.
   * @returns π ln((1 + π) / π).
   */
  withFixed: (partner: number): number => partner * Math.log((1 + partner) / partner),
  /** Observation 2 by its proof: R_ind < 1 / (3 − 2 v), whose mean is ½ ln 3. */
  jointly: Math.log(3) / 2,
  /** Observation 2 as printed: R_ind < 1 / (2 − v), whose mean is ln 2. */
  asPrinted: Math.LN2,
} as const;

import { othersOpinion, othersRightShare, type TieRule } from "../rewards/mod.ts";
import type { EvaluationTable } from "./evaluation_table.ts";

/**
 * Shares of the four cells in which an incentive applies, and the two balances that MAPoRL reports.
 *
 * The letters of Table 3 are own answer at t, own answer at t+1, others' majority at t (R right,
 * W wrong); those of Table 4 are, presumably, others at t, others at t+1, own at t.
 */
export interface Triples {
  /** Right, wrong, right. */
  readonly rwr: number;
  /** Right, wrong, wrong. */
  readonly rww: number;
  /** Wrong, right, wrong. */
  readonly wrw: number;
  /** Wrong, right, right. */
  readonly wrr: number;
  /** Δ0 = wrw − rww, by the caption of Table 3 (its printed columns are swapped). */
  readonly delta0: number;
  /** Δ1 = wrr − rwr. */
  readonly delta1: number;
  /** Number of (question, turn, agent) behind the shares, those without a majority included. */
  readonly count: number;
}

/** Options of {@link revisionTriples} and {@link influenceTriples}. */
export interface TripleOptions {
  /** Turn t; default every turn that has a next one. */
  readonly turn?: number;
  /** How a tie among the others counts. Default `"none"`: in none of the cells. */
  readonly tieRule?: TieRule;
}

/**
 * How agents revise their answers, given what the others held (MAPoRL Table 3).
 *
 * The paper does not give its denominator; here it is every answer that has a next turn.
 *
 * @param table The answers.
 * @param options Turn and tie rule.
 * @returns The shares, or null if no answer has a next turn.
 * @throws {RangeError} If `turn` has no next turn.
 */
export function revisionTriples(
  table: EvaluationTable,
  options: TripleOptions = {},
): Triples | null {
  return count(table, options, ({ own, ownNext, others }) => ({
    from: own,
    to: ownNext,
    against: others,
  }));
}

/**
 * How the others' majority moves, given what the agent held (MAPoRL Table 4).
 *
 * @param table The answers.
 * @param options Turn and tie rule.
 * @returns The shares, or null if no answer has a next turn.
 * @throws {RangeError} If `turn` has no next turn.
 */
export function influenceTriples(
  table: EvaluationTable,
  options: TripleOptions = {},
): Triples | null {
  return count(table, options, ({ own, others, othersNext }) => ({
    from: others,
    to: othersNext,
    against: own,
  }));
}

/** How right (0 to 1) an agent and the others are at t and t+1; undefined = no majority. */
interface Case {
  readonly own: number;
  readonly ownNext: number;
  readonly others: number | undefined;
  readonly othersNext: number | undefined;
}

interface Letters {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly against: number | undefined;
}

function count(
  table: EvaluationTable,
  options: TripleOptions,
  lettersOf: (someCase: Case) => Letters,
): Triples | null {
  const { turn, tieRule = "none" } = options;
  if (turn !== undefined && !(Number.isInteger(turn) && turn >= 0 && turn < table.numTurns - 1)) {
    throw new RangeError(
      `Cannot count revisions as turn must have a next one, in [0, ${
        table.numTurns - 1
      }): current value is ${turn}`,
    );
  }
  let rwr = 0;
  let rww = 0;
  let wrw = 0;
  let wrr = 0;
  let total = 0;
  const everyone = new Array<number>(table.numAgents).fill(1);
  for (const rowsTA of table.rowsQTA) {
    for (let t = turn ?? 0; t < Math.min(rowsTA.length - 1, (turn ?? Infinity) + 1); t++) {
      const [now, next] = [t, t + 1].map((u) => rowsTA[u]!.map((row) => row.correct ? 1 : 0));
      for (let agent = 0; agent < table.numAgents; agent++) {
        total++;
        const opinion = (correctA: number[]) =>
          othersOpinion(othersRightShare(correctA, agent, everyone), tieRule);
        const { from, to, against } = lettersOf({
          own: now![agent]!,
          ownNext: next![agent]!,
          others: opinion(now!),
          othersNext: opinion(next!),
        });
        if (from === undefined || to === undefined || against === undefined) continue;
        rwr += from * (1 - to) * against;
        rww += from * (1 - to) * (1 - against);
        wrw += (1 - from) * to * (1 - against);
        wrr += (1 - from) * to * against;
      }
    }
  }
  if (total === 0) return null;
  return {
    rwr: rwr / total,
    rww: rww / total,
    wrw: wrw / total,
    wrr: wrr / total,
    delta0: (wrw - rww) / total,
    delta1: (wrr - rwr) / total,
    count: total,
  };
}

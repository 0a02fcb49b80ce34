import { othersOpinion, othersRightShare, type TieRule } from "../rewards/mod.ts";
import type { EvaluationTable } from "./evaluation_table.ts";

/** The eight triples of right (R) and wrong (W). */
export const TRIPLES = ["rrr", "rrw", "rwr", "rww", "wrr", "wrw", "wwr", "www"] as const;

/** One of {@link TRIPLES}: the letters of {@link Triples}. */
export type Triple = (typeof TRIPLES)[number];

/** How often each triple occurs; with the tie rule `"half"` in halves. */
export interface TripleCounts extends Readonly<Record<Triple, number>> {
  /** Cases in which the others had no majority at a turn that a letter is of: in none of the triples. */
  readonly split: number;
  /** All cases, (turn, agent) of a question: the triples and `split`. */
  readonly total: number;
}

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

/** Whose answers move: the own (MAPoRL Table 3), or the others' majority (Table 4). */
export type TripleKind = "revision" | "influence";

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
  return sharesOf(tripleCounts(table, "revision", options));
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
  return sharesOf(tripleCounts(table, "influence", options));
}

function sharesOf(countsQ: readonly TripleCounts[]): Triples | null {
  const { total, ...counts } = sumOfTriples(countsQ);
  if (total === 0) return null;
  const { rwr, rww, wrw, wrr } = counts;
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

const NO_COUNTS: TripleCounts = {
  ...Object.fromEntries(TRIPLES.map((triple) => [triple, 0])) as Record<Triple, number>,
  split: 0,
  total: 0,
};

/**
 * Adds up counts.
 *
 * @param countsQ Counts of questions, or of seeds.
 * @returns Their sum.
 */
export function sumOfTriples(countsQ: readonly TripleCounts[]): TripleCounts {
  const sum = { ...NO_COUNTS };
  for (const counts of countsQ) {
    for (const name of [...TRIPLES, "split", "total"] as const) sum[name] += counts[name];
  }
  return sum;
}

/** How right (0 to 1) an agent and the others are at t and t+1; undefined = no majority. */
interface Case {
  readonly own: number;
  readonly ownNext: number;
  readonly others: number | undefined;
  readonly othersNext: number | undefined;
}

/** The three letters of a case, in their order. */
const LETTERS: Readonly<Record<TripleKind, (someCase: Case) => (number | undefined)[]>> = {
  revision: ({ own, ownNext, others }) => [own, ownNext, others],
  influence: ({ own, others, othersNext }) => [others, othersNext, own],
};

/**
 * Counts all eight triples of each question.
 *
 * @param table The answers.
 * @param kind Whose answers move.
 * @param options Turn and tie rule.
 * @returns Shape [Q].
 * @throws {RangeError} If `turn` has no next turn.
 */
export function tripleCounts(
  table: EvaluationTable,
  kind: TripleKind,
  options: TripleOptions = {},
): TripleCounts[] {
  const { turn, tieRule = "none" } = options;
  if (turn !== undefined && !(Number.isInteger(turn) && turn >= 0 && turn < table.numTurns - 1)) {
    throw new RangeError(
      `Cannot count revisions as turn must have a next one, in [0, ${
        table.numTurns - 1
      }): current value is ${turn}`,
    );
  }
  const everyone = new Array<number>(table.numAgents).fill(1);
  return table.rowsQTA.map((rowsTA) => {
    const counts = { ...NO_COUNTS };
    for (let t = turn ?? 0; t < Math.min(rowsTA.length - 1, (turn ?? Infinity) + 1); t++) {
      const [now, next] = [t, t + 1].map((u) => rowsTA[u]!.map((row) => row.correct ? 1 : 0));
      for (let agent = 0; agent < table.numAgents; agent++) {
        const opinion = (correctA: number[]) =>
          othersOpinion(othersRightShare(correctA, agent, everyone), tieRule);
        const letters = LETTERS[kind]({
          own: now![agent]!,
          ownNext: next![agent]!,
          others: opinion(now!),
          othersNext: opinion(next!),
        });
        addCase(counts, letters);
      }
    }
    return counts;
  });
}

/** Adds a case to the triple that it is; halves of a tie to those that it could be. */
function addCase(
  counts: { -readonly [Name in keyof TripleCounts]: TripleCounts[Name] },
  letters: readonly (number | undefined)[],
): void {
  counts.total++;
  if (letters.some((right) => right === undefined)) {
    counts.split++;
    return;
  }
  for (const triple of TRIPLES) {
    counts[triple] += letters.reduce<number>(
      (share, right, i) => share * (triple[i] === "r" ? right! : 1 - right!),
      1,
    );
  }
}

import type { Compat } from "../core/compat.ts";
import type { Incentives } from "./incentives.ts";
import {
  nudgeOffSentinel,
  officialInfluenceBonus,
  officialRevisionBonus,
} from "./official_incentives.ts";
import { othersOpinion, othersRightShare, type TieRule } from "./others_opinion.ts";
import { type InfluenceCase, paperInfluenceBonus, paperRevisionBonus } from "./paper_incentives.ts";
import { resolveMask, tableShape, type TurnMask, type TurnTable } from "./turn_table.ts";

/** Options of {@link incentiveParts}. */
export interface IncentiveOptions {
  /** Default `"paper"`. */
  readonly compat?: Compat;
  /** How a tie among the others counts; `"official"` knows only `"none"`. Default `"none"`. */
  readonly tieRule?: TieRule;
  /** Which answers exist, shape [T, A]; default all. */
  readonly presentTA?: TurnMask;
  /** Official mode: add 0.001 to a bonus of exactly −1, its mark of absence. Default true. */
  readonly nudge?: boolean;
}

/** The two halves of the incentives, each of shape [T, A]; 0 where the mask is 0. */
export interface IncentiveParts {
  /** Bonus for revising the own answer, paid at the turn of the revised answer (MAPoRL Table 1). */
  readonly ownRevisionTA: number[][];
  /** Bonus for moving the others, paid at the turn before they move (MAPoRL Table 2). */
  readonly influenceTA: number[][];
}

/**
 * The incentives of a discussion.
 *
 * Paper (R right, W wrong, "others" their majority; weights by {@link Incentives}):
 *
 * | own t | own t+1 | others t | paid at t+1 | | others t | others t+1 | own t | paid at t |
 * |---|---|---|---|---|---|---|---|---|
 * | R | W | R | −followOthers | | R | W | R | −othersJoinedMe |
 * | R | W | W | −againstOthers | | R | W | W | −othersLeftMe |
 * | W | R | W | +againstOthers | | W | R | W | +othersLeftMe |
 * | W | R | R | +followOthers | | W | R | R | +othersJoinedMe |
 *
 * Official: own R→W costs `againstOthers` if the others were right and `followOthers`
 * if wrong; the influence half is negated, R→W of the others pays `othersJoinedMe` to a wrong and
 * `othersLeftMe` to a right answer, and there is none at turn 0. An exact half of the others pays
 * nothing. A lone agent is paid ±`againstOthers` for its own revision (in paper mode 0: nobody to
 * agree with). Where a discussion stopped early, the turn after its last one counts as all wrong.
 *
 * @param correctTA Correctness 0 or 1, shape [T, A].
 * @param weights Weights, at least 0.
 * @param options Whose tables, tie rule and mask.
 * @returns Both halves; their sum is the bonus.
 * @throws {RangeError} If the table is empty or ragged, an entry that counts is neither 0 nor 1, a
 * weight is negative or not finite, or official mode is given a tie rule.
 */
export function incentiveParts(
  correctTA: TurnTable,
  weights: Incentives,
  options: IncentiveOptions = {},
): IncentiveParts {
  const { compat = "paper", tieRule = "none", nudge = true } = options;
  const shape = tableShape(correctTA, "correctness");
  const presentTA = resolveMask(options.presentTA, shape);
  checkCorrectness(correctTA, presentTA);
  checkWeights(weights);
  if (compat === "official" && tieRule !== "none") {
    throw new RangeError(
      `Cannot pay official incentives as tieRule must be "none" there: current value is "${tieRule}"`,
    );
  }
  const pay = compat === "paper" ? payPaper : payOfficial;
  const ownRevisionTA = correctTA.map((row) => new Array<number>(row.length).fill(0));
  const influenceTA = correctTA.map((row) => new Array<number>(row.length).fill(0));
  for (let a = 0; a < shape.numAgents; a++) {
    const sharesT = correctTA.map((row, t) => othersRightShare(row, a, presentTA[t]!));
    const opinionsT = sharesT.map((share) => othersOpinion(share, tieRule));
    for (let t = 0; t < shape.numTurns; t++) {
      if (presentTA[t]![a] === 0) continue;
      const hasPrevious = t > 0 && presentTA[t - 1]![a] === 1;
      const [own, influence] = pay({
        turn: t,
        change: hasPrevious ? correctTA[t]![a]! - correctTA[t - 1]![a]! : 0,
        othersBefore: opinionsT[t - 1],
        correct: correctTA[t]![a]!,
        others: opinionsT[t],
        othersNext: opinionsT[t + 1],
        isLone: shape.numAgents === 1,
        hasStopped: presentTA[t + 1]?.every((entry) => entry === 0) ?? false,
      }, { weights, nudge });
      // Adding 0 turns the −0 of a zero weight into 0.
      ownRevisionTA[t]![a] = own + 0;
      influenceTA[t]![a] = influence + 0;
    }
  }
  return { ownRevisionTA, influenceTA };
}

interface Answer extends InfluenceCase {
  readonly turn: number;
  readonly change: number;
  readonly othersBefore: number | undefined;
  readonly isLone: boolean;
  readonly hasStopped: boolean;
}

interface Prices {
  readonly weights: Incentives;
  readonly nudge: boolean;
}

function payPaper(answer: Answer, { weights }: Prices): [number, number] {
  const revision = { change: answer.change, others: answer.othersBefore };
  return [paperRevisionBonus(revision, weights), paperInfluenceBonus(answer, weights)];
}

function payOfficial(answer: Answer, { weights, nudge }: Prices): [number, number] {
  if (answer.turn === 0) return [0, 0];
  if (answer.isLone) {
    const bonus = answer.change * weights.againstOthers;
    return [nudge ? nudgeOffSentinel(bonus) : bonus, 0];
  }
  const move = nudge ? nudgeOffSentinel : (bonus: number) => bonus;
  const own = move(
    officialRevisionBonus({ change: answer.change, others: answer.othersBefore }, weights),
  );
  // The released code reads the mark of absence, −1, as an opinion below one half.
  const othersNext = answer.hasStopped ? 0 : answer.othersNext;
  const total = move(own + officialInfluenceBonus({ ...answer, othersNext }, weights));
  return [own, total - own];
}

function checkCorrectness(correctTA: TurnTable, presentTA: TurnMask): void {
  for (const [t, row] of correctTA.entries()) {
    for (const [a, value] of row.entries()) {
      if (presentTA[t]![a] === 1 && value !== 0 && value !== 1) {
        throw new RangeError(
          `Cannot pay incentives as correctness must be 0 or 1: turn ${t}, agent ${a} has ${value}`,
        );
      }
    }
  }
}

function checkWeights(weights: Incentives): void {
  for (const [name, value] of Object.entries(weights)) {
    if (!(value >= 0 && Number.isFinite(value))) {
      throw new RangeError(
        `Cannot pay incentives as ${name} must be a finite number of at least 0: current value is ${value}`,
      );
    }
  }
}

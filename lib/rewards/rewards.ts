import type { Compat } from "../core/compat.ts";
import { incentiveParts } from "./incentive_parts.ts";
import { type Incentives, NO_INCENTIVES } from "./incentives.ts";
import type { TieRule } from "./others_opinion.ts";
import { penalisedScore, type PenaltyKind } from "./penalties.ts";
import { type ScoreRule, scoreRule } from "./score_rules.ts";
import {
  checkFinite,
  padTurns,
  presentTurns,
  resolveMask,
  tableShape,
  type TurnMask,
  type TurnTable,
} from "./turn_table.ts";

/** Everything about one discussion that its rewards depend on. Shapes [T, A]. */
export interface RewardInput {
  /** Verifier scores before penalties, probabilities in [0, 1]; anything where no switch reads them. */
  readonly scoresTA: TurnTable;
  /** Whether the extracted answer equals the gold one. */
  readonly correctTA: readonly (readonly boolean[])[];
  /** What each response is penalised for; default nothing. */
  readonly penaltiesTA?: readonly (readonly (readonly PenaltyKind[])[])[];
  /** Which answers exist, 1 = counts; default all. */
  readonly presentTA?: TurnMask;
}

/** Options of {@link discussionRewards}. */
export interface RewardOptions {
  /** How scores become rewards; see `rewardDesign()` and `noVerifierRule()`. */
  readonly rule: ScoreRule;
  /** Default of every switch below that has two sources. Default `"paper"`. */
  readonly compat?: Compat;
  /** What is scored: the verifier's word, or correctness as 0 and 1 (App. G.7). Default `"verifier"`. */
  readonly scoreSource?: "verifier" | "correctness";
  /** Weights of the incentives. Default none. */
  readonly incentives?: Incentives;
  /** Which incentive tables. Default `compat`. */
  readonly incentiveCompat?: Compat;
  /** A tie among the others, paper tables only. Default `"none"`. */
  readonly tieRule?: TieRule;
  /** Whom the incentives believe: the gold answer, or a score above 0.5. Default `"label"`. */
  readonly correctnessSource?: "label" | "verifier";
  /** Official tables: add 0.001 to a bonus of exactly −1. Default true. */
  readonly nudge?: boolean;
  /**
   * `"own"`: scores are aggregated clean, then a penalised answer's own aggregate is replaced.
   * `"leak"`: scores are replaced before aggregation, so a penalty reaches all agents' earlier turns.
   * Default `"own"` with paper, `"leak"` with official.
   */
  readonly penaltyScope?: "own" | "leak";
  /** What replaces a score, in its units. Default −10. */
  readonly penaltyValue?: number;
  /** Turns that the discussion was planned for, if it stopped early; default the turns given. */
  readonly numTurns?: number;
}

/**
 * The rewards of one discussion, part by part. Shapes [T, A]; 0 where the mask is 0.
 * total = score + penalty + ownRevision + influence.
 */
export interface RewardParts {
  /** Aggregated clean scores. */
  readonly scoreTA: number[][];
  /** What penalties changed in them, at most 0 for scores of at least the penalty's value. */
  readonly penaltyTA: number[][];
  /** Bonus for revising the own answer. */
  readonly ownRevisionTA: number[][];
  /** Bonus for moving the others. */
  readonly influenceTA: number[][];
  /** The reward of the whole response, given at its last token. */
  readonly totalTA: number[][];
  /** Answers that are trained on, 1 = counts. */
  readonly presentTA: number[][];
}

/**
 * The rewards of one discussion: R(q, s_{t,a}) of MAPoRL §3.2 with incentives (Tables 1 and 2) and
 * penalties (G.2, G.3.1).
 *
 * A penalty replaces the score, not the incentives: those are paid on top of it, in either scope.
 *
 * @param input Scores, correctness, penalties.
 * @param options Rule, incentives and switches.
 * @returns All parts and their sum.
 * @throws {RangeError} If tables are empty, ragged or of different shapes, a score is not finite, or
 * an option is out of its range.
 *
 * @example Two agents, one of them without a box at the last turn
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { discussionRewards, rewardDesign } from "./mod.ts";
 *
 * const { totalTA } = discussionRewards({
 *   scoresTA: [[0.2, 0.4], [0.6, 0.8]],
 *   correctTA: [[false, false], [true, false]],
 *   penaltiesTA: [[[], []], [[], ["missing_box"]]],
 * }, { rule: rewardDesign("immediate", 0.3) });
 * assertEquals(totalTA, [[0.2, 0.4], [0.6, -10]]);
 * ```
 */
export function discussionRewards(input: RewardInput, options: RewardOptions): RewardParts {
  const { rule, compat = "paper", incentives = NO_INCENTIVES, penaltyValue = -10 } = options;
  const table = readInput(input, options);
  const { scoresTA, correctTA, presentTA } = table;
  const replacedTA = table.penaltiesTA.map((row) =>
    row.map((kinds) => penalisedScore(kinds, { penaltyValue, compat }))
  );
  const penalised = scoresTA.map((row, t) => row.map((score, a) => replacedTA[t]![a] ?? score));
  const scope = options.penaltyScope ?? (compat === "official" ? "leak" : "own");
  const clean = scoreRule(scoresTA, { ...rule, presentTA });
  const paid = scope === "leak"
    ? scoreRule(penalised, { ...rule, presentTA, compat })
    : scoreRule(scoresTA, { ...rule, presentTA, compat });
  const { ownRevisionTA, influenceTA } = incentiveParts(
    options.correctnessSource === "verifier"
      ? table.verifierTA.map((row) => row.map((score) => score > 0.5 ? 1 : 0))
      : correctTA,
    incentives,
    {
      compat: options.incentiveCompat ?? compat,
      presentTA,
      ...(options.tieRule === undefined ? {} : { tieRule: options.tieRule }),
      ...(options.nudge === undefined ? {} : { nudge: options.nudge }),
    },
  );
  const counted = (valueTA: number[][]) =>
    valueTA.map((row, t) => row.map((value, a) => paid.presentTA[t]![a] === 1 ? value : 0));
  const paidTA = paid.valuesTA.map((row, t) =>
    row.map((value, a) => scope === "own" ? replacedTA[t]![a] ?? value : value)
  );
  return {
    scoreTA: counted(clean.valuesTA),
    penaltyTA: counted(paidTA.map((row, t) => row.map((v, a) => v - clean.valuesTA[t]![a]!))),
    ownRevisionTA: counted(ownRevisionTA),
    influenceTA: counted(influenceTA),
    totalTA: counted(
      paidTA.map((row, t) => row.map((v, a) => v + (ownRevisionTA[t]![a]! + influenceTA[t]![a]!))),
    ),
    presentTA: paid.presentTA,
  };
}

function readInput(input: RewardInput, options: RewardOptions) {
  const held = tableShape(input.scoresTA, "the scores");
  const heldMask = resolveMask(input.presentTA, held);
  const { numTurns = held.numTurns } = options;
  const shape = { numTurns, numAgents: held.numAgents };
  const sameShape = (tableTA: readonly (readonly unknown[])[], name: string) => {
    const { numTurns: t, numAgents: a } = tableShape(tableTA, name);
    if (t !== held.numTurns || a !== held.numAgents) {
      throw new RangeError(
        `Cannot read ${name} as a table of shape [${held.numTurns}, ${held.numAgents}], that of the scores: its shape is [${t}, ${a}]`,
      );
    }
  };
  sameShape(input.correctTA, "correctness");
  if (input.penaltiesTA !== undefined) sameShape(input.penaltiesTA, "the penalties");
  const correctTA = input.correctTA.map((row) => row.map((correct) => correct ? 1 : 0));
  const noPenaltiesTA = presentTurns(0, held).map((row) => row.map((): PenaltyKind[] => []));
  const { scoreSource = "verifier", correctnessSource = "label" } = options;
  if (scoreSource === "verifier" || correctnessSource === "verifier") {
    checkFinite(input.scoresTA, heldMask, "the scores");
  }
  const scoresTA = scoreSource === "correctness" ? correctTA : input.scoresTA;
  return {
    scoresTA: padTurns(scoresTA, shape.numTurns, 0),
    verifierTA: padTurns(input.scoresTA, shape.numTurns, 0),
    correctTA: padTurns(correctTA, shape.numTurns, 0),
    penaltiesTA: padTurns<readonly PenaltyKind[]>(
      input.penaltiesTA ?? noPenaltiesTA,
      shape.numTurns,
      [],
    ),
    presentTA: padTurns(heldMask, shape.numTurns, 0),
  };
}

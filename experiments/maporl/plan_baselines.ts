/**
 * What models answer without discussion.
 *
 * @module
 */
import { turnGroup } from "../../lib/rl/mod.ts";
import type { Discussing } from "../../lib/training/mod.ts";
import type { MaporlConfig } from "./config.ts";

/** Decides how many answers without discussion there are. */
export const ALONE_SETTING = "evaluation.baselines.maxAnswers";

/** Greedy, and at the paper's temperature. */
const SINGLE_ANSWERS = 2;

/**
 * The rounds in which models answer without discussion, as `baselineRounds()` holds them, at their largest.
 *
 * @param config The run's settings.
 * @param evaluated The discussions that they are compared with.
 * @returns One entry per round; none where the settings want none.
 */
export function answeringAlone(
  { algorithm, evaluation }: MaporlConfig,
  evaluated: Discussing,
): Discussing[] {
  const { maxAnswers } = evaluation.baselines;
  if (maxAnswers === 0) return [];
  const { seats, numTurns } = evaluated;
  const round = { ...evaluated, splits: [evaluation.split], setting: ALONE_SETTING };
  const samples = (count: number) => ({
    ...round,
    numTurns: 1,
    numQuestions: evaluation.numQuestions * count,
  });
  const first = [
    samples(Math.max(1, Math.floor(maxAnswers / seats.length))),
    ...Array.from({ length: SINGLE_ANSWERS }, () => samples(1)),
  ];
  const refined = seats.length > 1 && numTurns > 1 ? [round] : [];
  const trains = algorithm.updates > 0 && algorithm.trainGroups.length > 0;
  // What a seat begins with may have learnt any group.
  const hasLearnt = (group: string) =>
    (trains && algorithm.trainGroups.includes(group)) ||
    seats.some(({ initFrom }) => initFrom !== null);
  const [firstGroup, ...laterGroups] = new Set(
    Array.from({ length: numTurns }, (_, turn) => turnGroup(turn, algorithm.turnGroups)),
  );
  return [
    ...first,
    ...refined,
    ...(trains && hasLearnt(firstGroup!) ? first : []),
    ...laterGroups.filter(hasLearnt).map(() => samples(1)),
    ...(trains ? refined : []),
  ];
}

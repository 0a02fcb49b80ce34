import type { ArmColumn } from "./accuracy_by_arm.ts";
import type { UpdateAnswers } from "./arm_columns.ts";
import type { ArmRun } from "./arms.ts";
import { formatNumber } from "./format_number.ts";
import type { Cell } from "./tables.ts";

/** Answers that training takes. */
interface AnswersOfTraining {
  /** Those whose tokens are trained on. */
  readonly trained: number;
  /** All that is sampled for it, also by agents that learn nothing. */
  readonly sampled: number;
}

/**
 * Columns that say how many answers an arm's agents were trained on, and how many were sampled for it, for each
 * seed: counted from the rows of `updates.parquet`.
 *
 * @param runs Runs of all arms.
 * @param begunWith For each arm that begins with what another has trained, the other's name: its answers count too.
 * @returns Columns of `accuracyByArm()`; they are empty where runs do not tell.
 */
export function trainingColumns(
  runs: readonly ArmRun[],
  begunWith: Readonly<Record<string, string>> = {},
): ArmColumn[] {
  const answersOf = ({ arm, seed, updates }: ArmRun): AnswersOfTraining | undefined => {
    if (updates === undefined) return undefined;
    const own = countAnswers(updates);
    const source = begunWith[arm];
    if (source === undefined) return own;
    const begun = runs.find((run) => run.arm === source && run.seed === seed);
    const before = begun && answersOf(begun);
    return before &&
      { trained: before.trained + own.trained, sampled: before.sampled + own.sampled };
  };
  const column = (title: string, count: keyof AnswersOfTraining): ArmColumn => ({
    title,
    digits: 0,
    cell: (ofArm) => leastToMost(ofArm.map((run) => answersOf(run)?.[count])),
  });
  return [
    column("answers trained on", "trained"),
    column("answers sampled for it", "sampled"),
  ];
}

/** An update has a row for each of its parameters and turn groups, and samples its answers once for all. */
function countAnswers(updates: readonly UpdateAnswers[]): AnswersOfTraining {
  const sampled = new Map(updates.map(({ update, rolloutAnswers }) => [update, rolloutAnswers]));
  return {
    trained: updates.reduce((sum, { numAnswers }) => sum + numAnswers, 0),
    sampled: [...sampled.values()].reduce((sum, count) => sum + count, 0),
  };
}

/** One number where all seeds have the same. */
function leastToMost(counts: readonly (number | undefined)[]): Cell {
  const known = counts.filter((count) => count !== undefined);
  if (known.length < counts.length) return null;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? least : `${formatNumber(least, 0)} to ${formatNumber(most, 0)}`;
}

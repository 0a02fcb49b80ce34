import { Random } from "../core/mod.ts";
import { type EvaluationRow, type Interval, summarise } from "../evaluation/mod.ts";
import type { ArmColumn } from "./accuracy_by_arm.ts";
import type { ArmRun } from "./arms.ts";
import { lastTurns } from "./last_turns.ts";

/** Places after the point of an accuracy. */
const DIGITS = 3;

/**
 * Columns for arms whose seats differ: what the first agent and the others reach by themselves, and their vote.
 *
 * @returns Columns of `accuracyByArm()`, all in the last turn after training; without others there is no number.
 */
export function seatColumns(): ArmColumn[] {
  const column = (
    title: string,
    metric: "meanAccuracy" | "vote",
    isCounted: (agent: number) => boolean,
  ): ArmColumn => ({
    title,
    digits: DIGITS,
    cell: (runs) => accuracyOf(runs, metric, isCounted),
  });
  return [
    column("vote", "vote", () => true),
    column("first agent", "meanAccuracy", (agent) => agent === 0),
    column("the others", "meanAccuracy", (agent) => agent > 0),
  ];
}

function accuracyOf(
  runs: readonly ArmRun[],
  metric: "meanAccuracy" | "vote",
  isCounted: (agent: number) => boolean,
): Interval | null {
  const answers = runs.flatMap((run) => lastTurns(run).at(-1)!)
    .filter(({ agent }) => isCounted(agent));
  if (answers.length === 0) return null;
  const random = Random.fromSeed(0).split("intervals");
  return summarise(fromFirstSeat(answers), { random }).turns[0]![metric];
}

/** Agents of a table are counted from 0. */
function fromFirstSeat(answers: readonly EvaluationRow[]): EvaluationRow[] {
  const first = answers.reduce((least, { agent }) => Math.min(least, agent), Infinity);
  return answers.map((row) => ({ ...row, agent: row.agent - first }));
}

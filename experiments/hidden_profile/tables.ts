/**
 * The tables of the experiment.
 *
 * @module
 */
import { accuracyByArm, type ArmRun, type Table } from "../../lib/tracking/mod.ts";
import { bySeed, toldAfter, toldBefore } from "./columns.ts";

/** Arms in which one agent learns beside partners that do not. */
const ONE_TRAINED = /^agent (\d) trained, others frozen$/;

/**
 * What every arm reaches, over all its agents.
 *
 * @param runs Runs of some or all arms.
 * @returns The table.
 */
export function armsTable(runs: readonly ArmRun[]): Table {
  return accuracyByArm(runs, { columns: [bySeed, toldAfter] });
}

/**
 * What an agent reaches that learns beside frozen partners, and what these reach beside it.
 *
 * @param runs Runs of all arms.
 * @returns The table `by_seat`, two rows for each such arm.
 */
export function seatTables(runs: readonly ArmRun[]): Readonly<Record<string, Table>> {
  const apart = runs.flatMap((run) => {
    const trained = Number(ONE_TRAINED.exec(run.arm)?.[1]) - 1;
    if (Number.isNaN(trained)) return [];
    return [
      ofSeats(run, `agent ${trained + 1}, trained`, (agent) => agent === trained),
      ofSeats(run, `frozen, beside agent ${trained + 1}`, (agent) => agent !== trained),
    ];
  });
  return {
    by_seat: accuracyByArm(apart, { columns: [toldBefore, toldAfter], comparesArms: false }),
  };
}

/** A run as if some of its agents were all, who are counted from 0. */
function ofSeats(run: ArmRun, arm: string, isKept: (agent: number) => boolean): ArmRun {
  const kept = run.evaluations.filter(({ agent }) => isKept(agent));
  const seats = [...new Set(kept.map(({ agent }) => agent))].sort((a, b) => a - b);
  return {
    ...run,
    arm,
    baselines: [],
    evaluations: kept.map((row) => ({ ...row, agent: seats.indexOf(row.agent) })),
  };
}

import type { ArmRun } from "./arms.ts";
import type { RowOf } from "./columns.ts";
import { frameOf } from "./frame.ts";
import { evaluationsColumns } from "./frame_columns.ts";
import { type Frames, rowsOf } from "./result_frames.ts";
import { smallColumns } from "./small_columns.ts";

/** Which run a row is of. */
const runColumns = {
  arm: { type: "text", unit: "", meaning: "arm of the experiment" },
  seed: { type: "int", unit: "from 0", meaning: "seed of the run" },
} as const;

const columns = { ...runColumns, ...smallColumns(evaluationsColumns) };
type Row = RowOf<typeof columns>;

/**
 * The small frames of an experiment: what its tables are made from, of all arms and seeds.
 *
 * @param runs Its finished runs.
 * @returns Frames by name, one row per answer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { framesOfRuns, runsOfFrames } from "./arm_frames.ts";
 *
 * const { evaluations } = framesOfRuns([]);
 * assertEquals(evaluations!.columns.slice(0, 2), ["arm", "seed"]);
 * assertEquals(runsOfFrames({ evaluations: evaluations! }), []);
 * ```
 */
export function framesOfRuns(runs: readonly ArmRun[]): Frames {
  const rows = runs.flatMap(({ arm, seed, evaluations }) =>
    evaluations.map((row): Row => ({ arm, seed, ...row }))
  );
  return { evaluations: frameOf(columns, rows) };
}

/**
 * The runs that {@linkcode framesOfRuns} made frames of.
 *
 * @param frames The frames.
 * @returns The runs, in their order.
 * @throws {RunError} If a frame or column is missing.
 */
export function runsOfFrames(frames: Frames): ArmRun[] {
  const rows = rowsOf(frames, "evaluations", columns);
  const byRun = Map.groupBy(rows, ({ arm, seed }) => JSON.stringify([arm, seed]));
  return [...byRun.values()].map((ofRun) => ({
    arm: ofRun[0]!.arm,
    seed: ofRun[0]!.seed,
    evaluations: ofRun.map(({ arm: _arm, seed: _seed, ...row }) => row),
  }));
}

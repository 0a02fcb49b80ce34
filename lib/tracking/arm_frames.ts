import { armColumns, type ArmFrames, columnsOfFrame, laterColumns } from "./arm_columns.ts";
import type { ArmRun } from "./arms.ts";
import type { RowOf } from "./columns.ts";
import { frameOf } from "./frame.ts";
import { type Frames, rowsOf } from "./result_frames.ts";

/** Which run a row is of. */
const runColumns = {
  arm: { type: "text", unit: "", meaning: "arm of the experiment" },
  seed: { type: "int", unit: "from 0", meaning: "seed of the run" },
} as const;
type RowOfRun = RowOf<typeof runColumns>;

const keyOf = ({ arm, seed }: RowOfRun) => `${seed} ${arm}`;

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
 * const frames = framesOfRuns([]);
 * assertEquals(frames.evaluations!.columns.slice(0, 2), ["arm", "seed"]);
 * assertEquals(runsOfFrames(frames), []);
 * ```
 */
export function framesOfRuns(runs: readonly ArmRun[]): Frames {
  return Object.fromEntries(
    Object.keys(armColumns).flatMap((key) => {
      const name = key as keyof ArmFrames;
      if (isOptional(name) && runs.every((run) => run[name] === undefined)) return [];
      const rows = runs.flatMap((run) =>
        (run[name] ?? []).map((row) => ({ arm: run.arm, seed: run.seed, ...row }))
      );
      const isThere = (column: string) => rows.every((row) => Object.hasOwn(row, column));
      const columns = { ...runColumns, ...columnsOfFrame(name, isThere) };
      const dropped = Object.keys(laterColumns[name] ?? {}).filter((column) =>
        !(column in columns)
      );
      return [[name, frameOf(columns, rows.map((row) => without(row, dropped)))]];
    }),
  );
}

/** What only some of several runs tell is left out of all. */
function without<Row extends object>(row: Row, names: readonly string[]): Row {
  if (names.length === 0) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name))) as Row;
}

/** Results that were committed before this frame was kept have none. */
const isOptional = (name: string) => name === "updates";

/**
 * The runs that {@linkcode framesOfRuns} made frames of.
 *
 * @param frames The frames.
 * @returns The runs, in their order.
 * @throws {RunError} If a frame or column is missing.
 */
export function runsOfFrames(frames: Frames): ArmRun[] {
  const kept = Object.keys(armColumns)
    .filter((name) => frames[name] !== undefined || !isOptional(name));
  const runs = new Map<string, RowOfRun>();
  const rowsByRun = kept.map((name) => {
    const isThere = (column: string) => frames[name]?.columns.includes(column) ?? false;
    const rows = rowsOf(frames, name, columnsOfFrame(name as keyof ArmFrames, isThere));
    const byRun = new Map<string, typeof rows>();
    for (const [i, run] of rowsOf(frames, name, runColumns).entries()) {
      const key = keyOf(run);
      if (!runs.has(key)) runs.set(key, run);
      const ofRun = byRun.get(key);
      if (ofRun) ofRun.push(rows[i]!);
      else byRun.set(key, [rows[i]!]);
    }
    return [name, byRun] as const;
  });
  return [...runs].map(([key, { arm, seed }]) => {
    const ofRun = rowsByRun.map(([name, byRun]) => [name, byRun.get(key) ?? []]);
    return { arm, seed, ...Object.fromEntries(ofRun) as ArmFrames };
  });
}

/**
 * The seeds that an experiment's frames hold.
 *
 * @param frames From {@linkcode framesOfRuns}, or those of a result without runs.
 * @returns Each seed once; none where nothing was evaluated.
 */
export function seedsOfFrames(frames: Frames): number[] {
  if (frames.evaluations === undefined) return [];
  return [...new Set(rowsOf(frames, "evaluations", runColumns).map(({ seed }) => seed))];
}

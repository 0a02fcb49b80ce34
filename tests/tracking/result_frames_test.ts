import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import {
  accuracyByArm,
  type ArmRun,
  evaluationsColumns,
  frameOf,
  framesOfRuns,
  readResultFrames,
  rowsOf,
  runsOfFrames,
  smallColumns,
  writeResultFrames,
} from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { answersOf } from "./evaluations_row.ts";

const columns = { turn: { type: "int", unit: "from 0", meaning: "turn" } } as const;
const frames = { turns: frameOf(columns, [{ turn: 2 }, { turn: 0 }]) };
const madeBy = { command: "deno task reproduce x" };

/** A run as `readArmRun()` gives it. */
function runOf(arm: string, seed: number, isRight: boolean): ArmRun {
  const rows = answersOf("MAPoRL", 1, [[true, isRight], [false, true]]);
  const frame = { evaluations: frameOf(evaluationsColumns, rows) };
  return {
    arm,
    seed,
    evaluations: rowsOf(frame, "evaluations", smallColumns(evaluationsColumns)),
    baselines: [],
  };
}

Deno.test("readResultFrames() gives what was written, in its order, and what made it", () =>
  withTempFolder(async (folder) => {
    const bytes = await writeResultFrames(`${folder}/a`, { frames, madeBy });
    assertEquals(bytes, (await Deno.stat(`${folder}/a/turns.parquet`)).size);
    const read = await readResultFrames(`${folder}/a`, "");
    assertEquals(read.frames.turns!.toRecords(), [{ turn: 2 }, { turn: 0 }]);
    assertEquals(read.madeBy, madeBy);
  }));

Deno.test("writeResultFrames() removes frames of before that are none any more", () =>
  withTempFolder(async (folder) => {
    await writeResultFrames(folder, { frames: { old: frames.turns }, madeBy });
    await writeResultFrames(folder, { frames, madeBy });
    const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
    assertEquals(names, ["manifest.json", "turns.parquet"]);
  }));

Deno.test("writeResultFrames() removes what a killed process left, which readResultFrames() would refuse", () =>
  withTempFolder(async (folder) => {
    const leftover = `${folder}/turns.parquet.0123abcd.tmp`;
    await Deno.writeTextFile(leftover, "");
    await Deno.utime(leftover, 0, 0);
    await writeResultFrames(folder, { frames, madeBy });
    assertEquals(Object.keys((await readResultFrames(folder, "")).frames), ["turns"]);
  }));

Deno.test("readResultFrames() refuses frames that are missing, changed or not listed, with the remedy", () =>
  withTempFolder(async (folder) => {
    const read = () => readResultFrames(folder, "Make it again");
    await assertRejects(read, RunError, "it has no manifest.json\n  Make it again");
    await writeResultFrames(folder, { frames, madeBy });
    const path = `${folder}/turns.parquet`;
    const bytes = await Deno.readFile(path);
    const changed = bytes.slice();
    changed[40]! ^= 1;
    await Deno.writeFile(path, changed);
    await assertRejects(read, CheckpointError, "it must be as it was written");
    await Deno.remove(path);
    await assertRejects(read, CheckpointError, "turns.parquet as it must exist");
    await Deno.writeFile(path, bytes);
    await Deno.writeFile(`${folder}/more.parquet`, bytes);
    await assertRejects(read, CheckpointError, "it was put there later\n  Make it again");
  }));

Deno.test("rowsOf() leaves out columns that are not asked for, and refuses frames without one", () => {
  const more = { ...columns, agent: { type: "int", unit: "from 0", meaning: "agent" } } as const;
  const both = { turns: frameOf(more, [{ turn: 1, agent: 2 }]) };
  assertEquals(rowsOf(both, "turns", columns), [{ turn: 1 }]);
  assertThrows(
    () => rowsOf(frames, "turns", more),
    RunError,
    "the column agent of the frame turns",
  );
  assertThrows(() => rowsOf(frames, "other", columns), RunError, "the frame other");
  const nullable = { turn: { ...columns.turn, nullable: true } } as const;
  const holed = { turns: frameOf(nullable, [{ turn: 1 }, { turn: null }]) };
  assertEquals(rowsOf(holed, "turns", nullable), [{ turn: 1 }, { turn: null }]);
  assertThrows(
    () => rowsOf(holed, "turns", columns),
    RunError,
    "the column turn of the frame turns must have a value in each row: 1 of 2 are empty",
  );
});

Deno.test("runsOfFrames() gives the runs of framesOfRuns(), and so the same table", () =>
  withTempFolder(async (folder) => {
    const runs = [runOf("a", 0, true), runOf("b", 0, false), runOf("a", 1, false)];
    await writeResultFrames(folder, { frames: framesOfRuns(runs), madeBy });
    const read = runsOfFrames((await readResultFrames(folder, "")).frames);
    assertEquals(read, runs);
    assertEquals(accuracyByArm(read), accuracyByArm(runs));
    assert(!Object.hasOwn(read[0]!.evaluations[0]!, "text"));
  }));

Deno.test("runsOfFrames() gives what runs were trained on, where it was kept", () => {
  const updates = [{
    update: 0,
    parameters: "shared",
    turnGroup: "all",
    numAnswers: 4,
    rolloutAnswers: 6,
  }];
  const runs = [{ ...runOf("a", 0, true), updates }, { ...runOf("b", 0, false), updates: [] }];
  const frames = framesOfRuns(runs);
  assertEquals(runsOfFrames(frames), runs);
  // What updates took is kept where all tell it, and so frames of before are read as they are.
  const told = updates.map((row) => ({ ...row, rolloutTokens: 30, measuredPeak: null }));
  const both = [{ ...runs[0]!, updates: told }, { ...runs[0]!, seed: 1, updates: told }];
  assertEquals(runsOfFrames(framesOfRuns(both)), both);
  const mixed = framesOfRuns([both[0]!, { ...runs[0]!, seed: 1 }]);
  assertEquals(mixed.updates!.columns, frames.updates!.columns);
  const { updates: _updates, ...before } = frames;
  assertEquals(runsOfFrames(before), [runOf("a", 0, true), runOf("b", 0, false)]);
});

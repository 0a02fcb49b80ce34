import { assert, assertEquals } from "@std/assert";
import {
  answersColumns,
  baselinesColumns,
  type Columns,
  evaluationsColumns,
  frameOf,
  updatesColumns,
} from "../../lib/tracking/mod.ts";

const frames: Record<string, Columns> = {
  answers: answersColumns,
  updates: updatesColumns,
  evaluations: evaluationsColumns,
  baselines: baselinesColumns,
};

Deno.test("the frames' columns are documented: every number has a unit, every empty cell a reason", () => {
  for (const [frame, columns] of Object.entries(frames)) {
    for (const [name, { type, unit, meaning, nullable }] of Object.entries(columns)) {
      const where = `${frame}.${name}`;
      assert(/^[a-z][A-Za-z]*$/.test(name), where);
      assert(meaning.length > 5 && !meaning.endsWith("."), where);
      assertEquals(unit !== "", !["bool", "text"].includes(type), `${where}: unit`);
      assertEquals(nullable === true, /; empty /.test(meaning), `${where}: says when empty`);
    }
  }
});

Deno.test("the frames hold what identifies a row", () => {
  const keys = {
    answers: ["update", "question", "agent", "turn"],
    updates: ["update", "turnGroup", "agent"],
    evaluations: ["evaluation", "model", "question", "agent", "turn"],
    baselines: ["model", "method", "question", "sample", "agent", "turn"],
  };
  for (const [frame, names] of Object.entries(keys)) {
    const missing = names.filter((name) => !Object.hasOwn(frames[frame]!, name));
    assertEquals(missing, [], frame);
  }
});

Deno.test("the frames can be made empty", () => {
  for (const columns of Object.values(frames)) {
    assertEquals(frameOf(columns, []).columns, Object.keys(columns));
  }
});

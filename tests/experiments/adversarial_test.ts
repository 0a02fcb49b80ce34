import { assert, assertEquals } from "@std/assert";
import { arms } from "../../experiments/adversarial/arms.ts";
import {
  besideTrained,
  CONFIDENTLY_WRONG,
  HONEST,
  learntWith,
  PARTNERS,
} from "../../experiments/adversarial/losses.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm, type Table } from "../../lib/tracking/mod.ts";
import { closedBookFormat } from "../../lib/worlds/small_world/closed_book_format.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";
import { lastTurnRun as run } from "./last_turn_run.ts";

const configOf = (arm: string) => {
  const layer = layerOfArm(arms.arms[arm]!, (other) => `run of ${other}`);
  return resolveConfig(maporlSchema, [arms.settings, layer], []) as MaporlConfig;
};

Deno.test("adversarial has the same partner in training and where it is met, and two who learn", () => {
  // The honest one, and the one that is trained to be wrong.
  assertEquals(Object.keys(arms.arms).length, 2 + 2 * PARTNERS.length);
  const honest = configOf(HONEST);
  for (const partner of PARTNERS) {
    const [learning, met] = [configOf(learntWith(partner)), configOf(besideTrained(partner))];
    assertEquals(learning.seats!.map(({ frozen }) => frozen), [false, false, true]);
    assertEquals(learning.algorithm, honest.algorithm);
    assertEquals(met.seats![2], learning.seats![2]);
    assert(JSON.stringify(met.seats![2]) !== JSON.stringify(honest.seats![2]), partner);
    assertEquals(met.algorithm.updates, 0);
    const begun = { run: `run of ${HONEST}`, agent: 0 };
    const wrong = { run: "run of one trained to be wrong", agent: 2 };
    assertEquals(
      met.seats!.map(({ initFrom }) => initFrom),
      [begun, begun, partner === CONFIDENTLY_WRONG ? wrong : null],
    );
  }
});

Deno.test("adversarial's partners begin later answers as the format of the world states revisions", () => {
  const stated = PARTNERS.map((partner) => {
    const { prefill } = configOf(besideTrained(partner)).seats![2]!;
    if (prefill === null) return null;
    assertEquals(prefill[0], ""); // a first answer is the base model's
    const text = prefill[1]!;
    // Whose statement is the worst it decides itself.
    return closedBookFormat.annotationsOf!(text.endsWith(":") ? `${text} me me .` : text);
  });
  assertEquals(stated, [
    { strategy: "own", choice: "me me" },
    { strategy: "best", choice: "agent1 agent1" },
    { strategy: "worst", choice: "me me" },
    null,
    null,
  ]);
});

Deno.test("adversarial's wrong partner learns what the verifier likes least, and is praised for it later", () => {
  const learning = configOf("one trained to be wrong");
  assertEquals(learning.seats!.map(({ frozen }) => frozen), [true, true, false]);
  assertEquals([learning.reward.horizon, learning.reward.share], ["current", "individual"]);
  const verifierOf = (partner: string) => configOf(learntWith(partner)).seats![2]!.verifier;
  const inverted = { ...configOf(HONEST).verifier, inverted: true };
  assertEquals(learning.seats![2]!.verifier, inverted);
  assertEquals(verifierOf(CONFIDENTLY_WRONG), inverted);
  assertEquals(verifierOf("falsely scored"), inverted);
  assertEquals(verifierOf("stubborn"), null);
});

/** Of the two others' four answers 4, 3, 2 and 1 are right; the partner always, or never. */
const FOUR = [[1, 1, 1], [1, 1, 1]], THREE = [[1, 1, 0], [1, 0, 0]];
const TWO = [[1, 0, 0], [1, 0, 0]], ONE = [[1, 0, 0], [0, 0, 0]];
const runs: ArmRun[] = [
  run(HONEST, { "off-the-shelf": THREE, "MAPoRL": FOUR }),
  run(learntWith("stubborn"), { "off-the-shelf": ONE, "MAPoRL": THREE }),
  run(besideTrained("stubborn"), { "before training": TWO, "before training again": TWO }),
];
const cellsOf = (table: Table) =>
  withoutPValues(table).rows.map((row) =>
    row.map((cell) =>
      cell === null || typeof cell !== "object" ? cell : (cell as Interval).estimate
    )
  );

Deno.test("adversarial's table has what the others lose, and what training with such a partner gives back", () => {
  assertEquals(cellsOf(arms.table(runs)), [
    ["honest", "off the shelf", 3 / 4, null, null],
    ["honest", "trained", 1, null, null],
    ["stubborn", "off the shelf", 1 / 4, -1 / 2, null],
    ["stubborn", "trained", 1 / 2, -1 / 2, null],
    ["stubborn", "trained with such", 3 / 4, -1 / 4, 1 / 4],
  ]);
});

Deno.test("adversarial shows what partners reach themselves, and the same of its frames", () => {
  const { tables } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(cellsOf(tables.partners!), [["honest", 0, 1, null], ["stubborn", 0, 0, 0]]);
});

import { assert, assertEquals } from "@std/assert";
import { arms } from "../../experiments/incentives/arms.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { resultOfArms } from "../../experiments/results.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import { type ArmRun, framesOfRuns, layerOfArm, type Table } from "../../lib/tracking/mod.ts";
import { evaluationsRow, smallRows } from "../tracking/evaluations_row.ts";
import { withoutPValues } from "../tracking/without_p_values.ts";

const names = Object.keys(arms.arms);
const configOf = (arm: string) =>
  resolveConfig(maporlSchema, [arms.settings, layerOfArm(arms.arms[arm]!)], []) as MaporlConfig;

Deno.test("incentives pays one incentive of 2 at a time, and trains the turn that influence is paid at", () => {
  const paid = Object.fromEntries(names.map((arm) => {
    const { reward, algorithm, discussion, evaluation } = configOf(arm);
    assertEquals([discussion.numAgents, discussion.numTurns, evaluation.numAgents], [2, 2, 3]);
    assertEquals(algorithm.trainGroups, ["all"]);
    const { againstOthers, followOthers, othersLeftMe, othersJoinedMe } = reward;
    return [arm, [
      ...[againstOthers, followOthers, othersLeftMe, othersJoinedMe],
      reward.incentiveCompat,
    ]];
  }));
  assertEquals(paid, {
    "none": [0, 0, 0, 0, "paper"],
    "alpha1 = 2": [0, 2, 0, 0, "paper"],
    "alpha0 = 2": [2, 0, 0, 0, "paper"],
    "beta1 = 2": [0, 0, 0, 2, "paper"],
    "beta0 = 2": [0, 0, 2, 0, "paper"],
    "alpha1 = 2, official": [0, 2, 0, 0, "official"],
    "alpha0 = 2, official": [2, 0, 0, 0, "official"],
  });
});

/** Discussions of three agents in two turns; 1 = right, shape [Q, T, A]. */
function discussed(model: string, correctQTA: readonly (readonly (readonly number[])[])[]) {
  return smallRows(
    correctQTA.flatMap((correctTA, question) =>
      correctTA.flatMap((correctA, turn) =>
        correctA.map((correct, agent) => ({
          ...evaluationsRow({
            model,
            update: model === "MAPoRL" ? 8 : 0,
            question,
            turn,
            correct: correct === 1,
          }),
          agent,
        }))
      )
    ),
  );
}

/** Nobody changes an answer: all three are wrong, or all right. */
const UNMOVED = [[[0, 0, 0], [0, 0, 0]], [[1, 1, 1], [1, 1, 1]]];
/** Agent 0 leaves two wrong ones (WRW); agent 0 follows two right ones (WRR). */
const BETTER = [[[0, 0, 0], [1, 0, 0]], [[0, 1, 1], [1, 1, 1]]];
/** Agent 0 follows two wrong ones (RWW). Agents 1 and 2 leave two right ones (RWR), who so turn wrong. */
const WORSE = [[[1, 0, 0], [0, 0, 0]], [[1, 1, 1], [1, 0, 0]]];

const runs: ArmRun[] = ([["none", UNMOVED], ["alpha1 = 2", BETTER], ["beta0 = 2", WORSE]] as const)
  .map(([arm, trained]) => ({
    arm,
    seed: 0,
    baselines: [],
    evaluations: [...discussed("off-the-shelf", UNMOVED), ...discussed("MAPoRL", trained)],
  }));

/** Cells of a row by the columns' titles, intervals as their estimates rounded to four places. */
function rowOf(table: Table, name: string) {
  const { columns, rows } = withoutPValues(table);
  const row = rows.find(([first]) => first === name)!;
  return Object.fromEntries(
    columns.slice(1).map(({ title }, i) => {
      const cell = row[i + 1] as Interval | number | null;
      const value = typeof cell === "object" ? cell?.estimate ?? null : cell;
      return [title, value === null ? null : Math.round(value * 1e4) / 1e4];
    }),
  );
}

Deno.test("incentives' tables recompute both balances of Table 3 from the counts, and what incentives change", () => {
  const table = arms.table(runs);
  assertEquals(table.rows.map(([name]) => name), [
    ...["off the shelf", "none", "alpha1 = 2", "beta0 = 2"],
  ]);
  // Six cases: one of each.
  assertEquals(rowOf(table, "alpha1 = 2"), {
    ...{ RWR: 0, RWW: 0, WRW: 0.1667, WRR: 0.1667 },
    "delta0 = WRW - RWW": 0.1667,
    "delta0 minus none": 0.1667,
    "delta1 = WRR - RWR": 0.1667,
    "delta1 minus none": 0.1667,
  });
  assertEquals(rowOf(table, "beta0 = 2"), {
    ...{ RWR: 0.3333, RWW: 0.1667, WRW: 0, WRR: 0 },
    "delta0 = WRW - RWW": -0.1667,
    "delta0 minus none": -0.1667,
    "delta1 = WRR - RWR": -0.3333,
    "delta1 minus none": -0.3333,
  });
  assertEquals(rowOf(table, "none")["delta0 minus none"], null);
  // Two differences of two arms, of six cases each.
  assert(table.caption!.includes("adjusted by Holm for the 4 differences"), table.caption);
});

Deno.test("incentives' tables of counts have all eight triples, ties and denominators", () => {
  const { revision_counts: revision, influence_counts: influence } = arms.tables!(runs);
  const none = { RRR: 0, RRW: 0, RWR: 0, RWW: 0, WRR: 0, WRW: 0, WWR: 0, WWW: 0 };
  // Everybody stays, beside two who are as oneself.
  assertEquals(rowOf(revision!, "off the shelf"), {
    ...{ ...none, RRR: 3, WWW: 3 },
    "others split": 0,
    cases: 6,
  });
  // Question 0: agents 1 and 2 stay wrong beside a wrong pair. Question 1: agents 1 and 2 face one right and one wrong.
  assertEquals(rowOf(revision!, "alpha1 = 2"), {
    ...{ ...none, WRW: 1, WWW: 2, WRR: 1 },
    "others split": 2,
    cases: 6,
  });
  // Question 0: agents 1 and 2 see one of a wrong pair turn right: split later. Question 1: agent 0's pair stays right.
  assertEquals(rowOf(influence!, "alpha1 = 2"), {
    ...{ ...none, WWW: 1, RRW: 1 },
    "others split": 4,
    cases: 6,
  });
  // Question 1: the pair of agent 0, who is right, turns wrong.
  assertEquals(rowOf(influence!, "beta0 = 2").RWR, 1);
});

Deno.test("incentives shows the same of its frames", () => {
  const { tables } = resultOfArms(arms).show(framesOfRuns(runs));
  assertEquals(tables.main!.rows, arms.table(runs).rows);
  assertEquals(Object.keys(tables).sort(), [
    ...["costs", "influence", "influence_counts", "main", "revision_counts", "turns"],
  ]);
});

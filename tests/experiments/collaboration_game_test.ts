import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import {
  closedFormsTable,
  figurePlot,
  figureTable,
  solveClosedForms,
  solveFigure,
} from "../../experiments/collaboration_game/exact_result.ts";
import {
  collaboratesAsPrinted,
  collaboratesJointly,
  collaboratesWithFixed,
  payByTurn,
} from "../../experiments/collaboration_game/game.ts";
import { learnCases, learnersTable } from "../../experiments/collaboration_game/learned_result.ts";
import { learn } from "../../experiments/collaboration_game/learn.ts";
import { entropy, solveAgainst, solveJoint } from "../../experiments/collaboration_game/solve.ts";
import { Random } from "../../lib/core/mod.ts";
import { markdownTable, renderPlot, type Table } from "../../lib/tracking/mod.ts";

const folder = new URL("../../experiments/collaboration_game/", import.meta.url);
const shortGame = { numTurns: 2, threshold: 1 };
// Δ against a partner's p at turn 1 of T = 2, C = 1: 0.25 − 0.5 + p (1 − 0.5), which is 0 at p = ½.
const question = { collaborate: 0.25, alone: 0.5 };

/** The README has the table, whose cells the formatter pads. */
async function assertInReadme(table: Table): Promise<void> {
  const unpadded = (text: string) => text.replaceAll(" ", "").replaceAll(/-+/g, "-");
  const readme = unpadded(await Deno.readTextFile(new URL("README.md", folder)));
  for (const line of unpadded(markdownTable(table)).split("\n")) {
    assertStringIncludes(
      readme,
      line,
      "experiments/collaboration_game/README.md needs the tables that `deno task reproduce collaboration_game --commit` writes",
    );
  }
}

Deno.test("payByTurn() is the pay-off matrix of appendix C for T = 2 and C = 1", () => {
  const total = (first: boolean, second: boolean) => {
    // The last turn is always a1.
    const pay = payByTurn({ collaborate: 0.125, alone: 0.5 }, 1, [[first, second], [false, false]]);
    return [0, 1].map((player) => pay.reduce((sum, ofTurn) => sum + ofTurn[player]!, 0));
  };
  assertEquals(total(true, true), [1.125, 1.125]); // R_col + R_syn
  assertEquals(total(true, false), [0.625, 1]); // R_col + R_ind, 2 R_ind
  assertEquals(total(false, true), [1, 0.625]);
  assertEquals(total(false, false), [1, 1]);
});

Deno.test("the observations, by hand", () => {
  // (1 − 0.5) π ≥ 0.5 − 0.25 from π = 0.5 on.
  assertEquals([0.49, 0.5].map((partner) => collaboratesWithFixed(question, partner)), [
    false,
    true,
  ]);
  // 3 · 0.6 − 2 · 0.5 = 0.8 < 1; 3 · 0.6 − 2 · 0.3 = 1.2 > 1, but 2 · 0.6 − 0.3 = 0.9 < 1.
  assert(collaboratesJointly({ alone: 0.6, collaborate: 0.5 }));
  assert(!collaboratesJointly({ alone: 0.6, collaborate: 0.3 }));
  assert(collaboratesAsPrinted({ alone: 0.6, collaborate: 0.3 }));
  assert(!collaboratesAsPrinted({ alone: 0.75, collaborate: 0.25 })); // 2 · 0.75 − 0.25 = 1.25
});

Deno.test("solveAgainst() by hand, and what Observation 1 says of any question", () => {
  for (const partner of [0.25, 0.75]) {
    const hard = solveAgainst(question, shortGame, { partner });
    assertEquals(hard.at(1, 1), 0); // the last turn
    assertEquals(hard.at(2, 1), partner === 0.25 ? 0 : 1);
  }
  // T = 3, C = 1, π = ½: V(1 left) = 0.5, V(2 left) = 1 (Δ = 0), synergy pays 2:
  // Δ = −0.25 + ½ (2 − 1) = 0.25.
  const longer = { numTurns: 3, threshold: 1 };
  assertEquals(solveAgainst(question, longer, { partner: 0.5 }).at(3, 1), 1);
  const random = Random.fromSeed(1);
  for (let i = 0; i < 200; i++) {
    const alone = random.uniform(), partner = random.uniform();
    const drawn = { alone, collaborate: alone * random.uniform() };
    const chance = solveAgainst(drawn, shortGame, { partner }).at(2, 1);
    assertEquals(chance === 1, collaboratesWithFixed(drawn, partner));
  }
});

Deno.test("solveAgainst() with entropy is the soft response, by hand", () => {
  const [partner, tau] = [0.75, 0.1];
  const solution = solveAgainst(question, shortGame, { partner, tau });
  const last = 1 / (1 + Math.exp(2.5)); // Δ / τ = −0.25 / 0.1
  const value = 0.5 - 0.25 * last + tau * entropy(last);
  const advantage = -0.25 + partner * (1 + tau * Math.LN2 - value);
  assertAlmostEquals(solution.at(1, 1), last, 1e-12);
  assertAlmostEquals(solution.at(2, 1), 1 / (1 + Math.exp(-advantage / tau)), 1e-12);
});

Deno.test("solveJoint() is an equilibrium, and with small τ the one that Observation 2 names", () => {
  const random = Random.fromSeed(2);
  for (let i = 0; i < 200; i++) {
    const alone = random.uniform();
    const drawn = { alone, collaborate: alone * random.uniform() };
    const chance = solveJoint(drawn, shortGame, 0.1).at(2, 1);
    // The soft response to a partner that plays p is p; at the last turn the partner changes nothing.
    const response = solveAgainst(drawn, shortGame, { partner: chance, tau: 0.1 });
    assertAlmostEquals(response.at(2, 1), chance, 1e-9);
    const margin = 1 - (3 * alone - 2 * drawn.collaborate);
    if (Math.abs(margin) < 0.02) continue; // with τ > 0 the border lies a little beside
    assertEquals(solveJoint(drawn, shortGame, 1e-3).at(2, 1) > 0.5, collaboratesJointly(drawn));
  }
});

Deno.test("learn() finds both equilibria, and gives the same for the same seed", () => {
  const options = { ...shortGame, tau: 0.1 };
  // Δ(½) = R_col − R_ind + ½ (1 − R_ind) = 0.25 and −0.375, far from 0.
  for (const drawn of [{ alone: 0.3, collaborate: 0.2 }, { alone: 0.85, collaborate: 0.4 }]) {
    const exact = solveJoint(drawn, shortGame, 0.1).at(2, 1);
    const players = learn(drawn, options, Random.fromSeed(3));
    assertEquals(players.length, 2);
    for (const policy of players) assertAlmostEquals(policy[0]!, exact, 0.05);
    assertEquals(learn(drawn, options, Random.fromSeed(3)), players);
  }
  const players = learn(question, { ...options, partner: 0.75 }, Random.fromSeed(3));
  const exact = solveAgainst(question, shortGame, { partner: 0.75, tau: 0.1 });
  assertEquals(players.length, 1);
  assertAlmostEquals(players[0]![0]!, exact.at(2, 1), 0.05);
  assertAlmostEquals(players[0]![1]!, exact.at(1, 1), 0.05);
});

Deno.test("closedFormsTable(): shares are within 0.001 of the closed forms, as the README says", async () => {
  const table = closedFormsTable(solveClosedForms());
  const compared = table.rows.filter((row) => row[2] !== null);
  assertEquals(compared.length, 5);
  for (const [name, _, value, measured] of compared) {
    assertAlmostEquals(measured as number, value as number, 0.001, String(name));
  }
  await assertInReadme(table);
});

/**
 * Mean probability of collaborating at turn 1 when both learn, by another way than `solve.ts`: a damped fixed
 * point from p = ½ in every state, on questions of its own.
 */
function dampedJoint(numQuestions: number, { numTurns, threshold }: typeof shortGame): number {
  const tau = 0.1;
  const random = Random.fromSeed(99).split("damped", numTurns, threshold);
  let sum = 0;
  for (let q = 0; q < numQuestions; q++) {
    const alone = random.uniform();
    const collaborate = alone * random.uniform();
    // values[c] with t turns left and c joint turns needed; every turn has its entropy, also after synergy.
    let values = new Array<number>(threshold + 1).fill(0);
    let p = 0.5;
    for (let t = 1; t <= numTurns; t++) {
      const before = values;
      values = [t * (1 + tau * Math.LN2)];
      for (let c = 1; c <= threshold; c++) {
        const wins = before[c - 1]! - before[c]!;
        p = 0.5;
        for (let i = 0; i < 150; i++) {
          const response = 1 / (1 + Math.exp(-(collaborate - alone + p * wins) / tau));
          p += 0.2 * (response - p);
        }
        const advantage = collaborate - alone + p * wins;
        values[c] = alone + before[c]! + p * advantage + tau * entropy(p);
      }
    }
    sum += p;
  }
  return sum / numQuestions;
}

Deno.test("solveFigure(): another way to solve the game gives the same means", () => {
  const rows = solveFigure(Random.fromSeed(0).split("figure"));
  for (const { numTurns, threshold, joint } of rows) {
    if (numTurns > 10) continue;
    const other = dampedJoint(3000, { numTurns, threshold });
    // Two means over other questions: 4 standard errors of their difference.
    assertAlmostEquals(joint, other, 0.035, `T ${numTurns}, C ${threshold}`);
  }
});

Deno.test("solveFigure(): both together collaborate more than one with a fixed partner, as README and picture say", async () => {
  const rows = solveFigure(Random.fromSeed(0).split("figure"));
  assertEquals(rows.length, 6 + 11);
  for (const { joint, jointError, against } of rows) {
    assert(joint - jointError > Math.max(...Array.from(against)));
  }
  await assertInReadme(figureTable(rows));
  const { png } = await renderPlot(figurePlot(rows));
  const committed = await Deno.readFile(new URL("picture.png", folder));
  assert(
    png.length === committed.length && png.every((byte, i) => byte === committed[i]),
    "picture.png must be the picture that `deno task reproduce collaboration_game --commit` writes",
  );
});

Deno.test("learnCases(): last turn first finds the exact probabilities of two turns, as the README says", async () => {
  const rows = learnCases(Random.fromSeed(0).split("learners"), { mostTurns: 2 });
  assertEquals(rows.length, 2);
  for (const { exact, learned, distance } of rows) {
    assertAlmostEquals(learned, exact, 0.02);
    assert(distance < 0.03);
  }
  await assertInReadme(learnersTable(rows));
});

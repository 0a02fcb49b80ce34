import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  incentiveParts,
  type Incentives,
  incentivesFromOfficial,
  incentivesFromPaper,
  othersOpinion,
  othersRightShare,
  presentTurns,
} from "../../lib/rewards/mod.ts";
import { assertTable, orderOf, renumber, tables } from "./tables.ts";

const OFFICIAL = incentivesFromOfficial([10, 20, 30, 40]);
const PAPER = incentivesFromPaper({ alpha0: 10, alpha1: 20, beta0: 30, beta1: 40 });
const bits = fc.constantFrom(0, 1);
const BITS3 = [0, 1].flatMap((x) => [0, 1].flatMap((y) => [0, 1].map((z) => [x, y, z] as const)));

/** Bonus of agent 0 at turn 1 for its own revision, A = 2, T = 2. */
function ownBonus(cell: readonly [number, number, number], compat: "paper" | "official"): number {
  const [previous, current, other] = cell;
  const weights = compat === "paper" ? PAPER : OFFICIAL;
  const table = [[previous, other], [current, other]];
  return incentiveParts(table, weights, { compat }).ownRevisionTA[1]![0]!;
}

/** Bonus of agent 0 at a turn for moving the other, A = 2, T = 3, own answer unchanged. */
function influence(
  cell: readonly [number, number, number],
  options: { compat: "paper" | "official"; turn: number },
): number {
  const [self, other, otherNext] = cell;
  const weights = options.compat === "paper" ? PAPER : OFFICIAL;
  const table = options.turn === 0
    ? [[self, other], [self, otherNext], [self, otherNext]]
    : [[self, other], [self, other], [self, otherNext]];
  const { influenceTA } = incentiveParts(table, weights, { compat: options.compat });
  return influenceTA[options.turn]![0]!;
}

Deno.test("incentiveParts() pays own revisions as Table 1 or the released code says", () => {
  const golden = {
    paper: { "0,1,0": 10, "0,1,1": 20, "1,0,0": -10, "1,0,1": -20 },
    official: { "0,1,0": 20, "0,1,1": 10, "1,0,0": -10, "1,0,1": -20 },
  };
  for (const compat of ["paper", "official"] as const) {
    const cells: Record<string, number> = golden[compat];
    for (const cell of BITS3) {
      assertEquals(ownBonus(cell, compat), cells[cell.join()] ?? 0, `${cell}`);
    }
  }
});

Deno.test("incentiveParts() pays influence as Table 2 or the released code says", () => {
  const golden = {
    paper: { "0,0,1": 30, "1,0,1": 40, "0,1,0": -30, "1,1,0": -40 },
    official: { "0,0,1": -30, "1,0,1": -40, "0,1,0": 40, "1,1,0": 30 },
  };
  for (const compat of ["paper", "official"] as const) {
    const cells: Record<string, number> = golden[compat];
    for (const cell of BITS3) {
      const expected = cells[cell.join()] ?? 0;
      assertEquals(influence(cell, { compat, turn: 1 }), expected, `${compat} ${cell}`);
      // The released code returns before the influence half at turn 0; the paper's table applies.
      const atFirst = compat === "paper" ? expected : 0;
      assertEquals(influence(cell, { compat, turn: 0 }), atFirst, `${compat} ${cell} at turn 0`);
    }
  }
});

Deno.test("incentiveParts() in official mode nudges a bonus off exactly −1", () => {
  const ones = incentivesFromOfficial([1, 1, 1, 1]);
  const table = [[1, 1], [0, 1]]; // own R→W against a right other: −alpha[1] = −1
  const bonus = (nudge: boolean) =>
    incentiveParts(table, ones, { compat: "official", nudge }).ownRevisionTA[1]![0];
  assertEquals(bonus(true), -0.999);
  assertEquals(bonus(false), -1);
  // own W→R with a wrong other +1, then that other W→R: −1 − 1 … the sum 1 − 1 = 0 is no sentinel
  const sum = incentiveParts([[0, 0], [1, 0], [1, 1]], ones, { compat: "official" });
  assertEquals([sum.ownRevisionTA[1]![0], sum.influenceTA[1]![0]], [1, -1]);
  // no own revision, a right answer that others join: −alpha[3] = −1 → −0.999
  const joined = incentiveParts([[1, 0], [1, 0], [1, 1]], ones, { compat: "official" });
  assertEquals(joined.influenceTA[1]![0], -0.999);
  // own part −2 and influence +1 sum to −1: the second half carries the nudge
  const two = incentivesFromOfficial([2, 2, 1, 1]);
  const both = incentiveParts([[1, 1], [0, 1], [0, 0]], two, { compat: "official" });
  assertTable([[both.ownRevisionTA[1]![0]!, both.influenceTA[1]![0]!]], [[-2, 1.001]]);
});

Deno.test("incentiveParts() pays nothing for an exact half of the others, unless a tie rule says so", () => {
  // A = 3, agent 0 goes W→R between others of whom one is right.
  const table = [[0, 1, 0], [1, 1, 0]];
  const own = (tieRule: "none" | "right" | "wrong" | "half") =>
    incentiveParts(table, PAPER, { tieRule }).ownRevisionTA[1]![0];
  // right: +α1 = 20; wrong: +α0 = 10; half: ½·20 + ½·10
  assertEquals([own("none"), own("right"), own("wrong"), own("half")], [0, 20, 10, 15]);
  const official = incentiveParts(table, OFFICIAL, { compat: "official" });
  assertEquals(official.ownRevisionTA[1]![0], 0);
  // Agent 0 right throughout, the others go from one right to both right.
  const moved = [[1, 1, 0], [1, 1, 1]];
  const reach = (tieRule: "none" | "right" | "wrong" | "half") =>
    incentiveParts(moved, PAPER, { tieRule }).influenceTA[0]![0];
  // right: no change; wrong: W→R +β1 = 40; half: half of it
  assertEquals([reach("none"), reach("right"), reach("wrong"), reach("half")], [0, 0, 40, 20]);
  assertThrows(
    () => incentiveParts(table, OFFICIAL, { compat: "official", tieRule: "half" }),
    RangeError,
    'tieRule must be "none"',
  );
});

Deno.test("incentiveParts() of a lone agent: alpha[1] in official mode, nothing in paper mode", () => {
  const table = [[0], [1], [0]];
  assertEquals(incentiveParts(table, OFFICIAL, { compat: "official" }).ownRevisionTA, [[0], [20], [
    -20,
  ]]);
  assertEquals(incentiveParts(table, PAPER).ownRevisionTA, [[0], [0], [0]]);
  assertEquals(incentiveParts(table, PAPER).influenceTA, [[0], [0], [0]]);
});

Deno.test("incentiveParts() of a stopped discussion: official mode reads absence as wrong others", () => {
  const table = [[1, 1], [1, 1], [NaN, NaN]];
  const presentTA = presentTurns(2, { numTurns: 3, numAgents: 2 });
  const zeros = [[0, 0], [0, 0], [0, 0]];
  assertEquals(incentiveParts(table, PAPER, { presentTA }).influenceTA, zeros);
  // others "R→W" while the own answer is right: +alpha[2] = 30
  assertEquals(
    incentiveParts(table, OFFICIAL, { compat: "official", presentTA }).influenceTA,
    [[0, 0], [30, 30], [0, 0]],
  );
});

Deno.test("incentiveParts() with equal alphas pays one own-revision half in both modes", () => {
  const equal: Incentives = {
    againstOthers: 3,
    followOthers: 3,
    othersLeftMe: 0,
    othersJoinedMe: 0,
  };
  fc.assert(fc.property(tables(bits), (table) => {
    fc.pre(table[0]!.length > 1);
    assertEquals(
      incentiveParts(table, equal).ownRevisionTA,
      incentiveParts(table, equal, { compat: "official" }).ownRevisionTA,
    );
  }));
});

Deno.test("incentiveParts() in paper mode flips its sign with the direction of time or of truth", () => {
  fc.assert(fc.property(bits, bits, bits, (x, y, other) => {
    const forward = ownBonus([x, y, other], "paper");
    assertEquals(ownBonus([y, x, other], "paper") + forward, 0);
    // improvements are never charged, declines never paid
    assertEquals(Math.sign(forward), Math.sign(y - x));
    const there = influence([x, y, other], { compat: "paper", turn: 0 });
    assertEquals(influence([x, other, y], { compat: "paper", turn: 0 }) + there, 0);
  }));
  const half = { tieRule: "half" } as const;
  fc.assert(fc.property(tables(bits), (table) => {
    // Swapping right and wrong with α0 = α1 and β0 = β1 negates every bonus.
    const even = incentivesFromPaper({ alpha0: 2, alpha1: 2, beta0: 5, beta1: 5 });
    const flipped = table.map((row) => row.map((c) => 1 - c));
    const parts = incentiveParts(table, even, half);
    const mirrored = incentiveParts(flipped, even, half);
    assertTable(mirrored.ownRevisionTA, parts.ownRevisionTA.map((row) => row.map((v) => -v)));
    assertTable(mirrored.influenceTA, parts.influenceTA.map((row) => row.map((v) => -v)));
  }));
});

Deno.test("incentiveParts() moves with renumbered agents and ignores what a mask hides", () => {
  const seeds = fc.array(fc.integer(), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(tables(bits), seeds, (table, someSeeds) => {
    const order = orderOf(someSeeds, table[0]!.length);
    for (const compat of ["paper", "official"] as const) {
      const weights = compat === "paper" ? PAPER : OFFICIAL;
      const parts = incentiveParts(table, weights, { compat });
      const moved = incentiveParts(renumber(table, order), weights, { compat });
      assertTable(moved.ownRevisionTA, renumber(parts.ownRevisionTA, order));
      assertTable(moved.influenceTA, renumber(parts.influenceTA, order));
    }
    const shape = { numTurns: table.length + 1, numAgents: table[0]!.length };
    const padded = incentiveParts([...table, table[0]!.map(() => NaN)], PAPER, {
      presentTA: presentTurns(table.length, shape),
    });
    const alone = incentiveParts(table, PAPER);
    assertEquals(padded.ownRevisionTA.slice(0, -1), alone.ownRevisionTA);
    assertEquals(padded.influenceTA.slice(0, -1), alone.influenceTA);
  }));
});

Deno.test("incentiveParts() pays no revision from an answer that is not there", () => {
  const presentTA = [[0, 1], [1, 1]];
  const { ownRevisionTA, influenceTA } = incentiveParts([[1, 1], [0, 0]], PAPER, { presentTA });
  // agent 1 alone at turn 0: nobody to agree with, nobody to move
  assertEquals(ownRevisionTA, [[0, 0], [0, 0]]);
  assertEquals(influenceTA, [[0, 0], [0, 0]]);
});

Deno.test("incentiveParts() refuses what is no correctness, no weight or no table", () => {
  assertThrows(() => incentiveParts([], PAPER), RangeError, "shape is [0, 0]");
  assertThrows(() => incentiveParts([[0.5]], PAPER), RangeError, "correctness must be 0 or 1");
  for (const alpha0 of [-1, NaN, Infinity]) {
    const weights = incentivesFromPaper({ alpha0, alpha1: 0, beta0: 0, beta1: 0 });
    assertThrows(() => incentiveParts([[1]], weights), RangeError, "againstOthers must be");
  }
});

Deno.test("othersRightShare() and othersOpinion() leave the own and the absent answers out", () => {
  assertEquals(othersRightShare([1, 1, 0], 0, [1, 1, 1]), 0.5);
  assertEquals(othersRightShare([1, 1, 0], 0, [1, 1, 0]), 1);
  assertEquals(othersRightShare([1], 0, [1]), undefined);
  assertEquals(othersOpinion(undefined, "right"), undefined);
  assertEquals([3 / 5, 2 / 5].map((share) => othersOpinion(share, "half")), [1, 0]);
});

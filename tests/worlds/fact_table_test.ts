import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import { makeFactTable } from "../../lib/worlds/small_world/mod.ts";

const pairs = [["Ann", "pens"], ["Ann", "nuts"], ["Ben", "pens"], ["Ben", "nuts"]] as const;

function table({ tailSeed = 0, tailExponent = 1 } = {}) {
  return makeFactTable({
    pairs,
    values: ["2", "3", "4"],
    world: Random.fromSeed(1),
    ranks: Random.fromSeed(tailSeed),
    tailExponent,
  });
}

function sharesOf(split: "pretrain" | "test"): number[] {
  const { facts, draw } = table();
  const random = Random.fromSeed(3);
  const counts = new Map<unknown, number>();
  for (let i = 0; i < 20_000; i++) {
    const fact = draw(split, random, () => true);
    counts.set(fact, (counts.get(fact) ?? 0) + 1);
  }
  return facts.map((fact) => (counts.get(fact) ?? 0) / 20_000);
}

Deno.test("a table ranks facts by its seed, but what is so is so for all", () => {
  const byKey = (tailSeed: number) =>
    new Map(table({ tailSeed }).facts.map((f) => [`${f.subject} ${f.object}`, f.value]));
  assertEquals(byKey(0), byKey(7));
  const orders = Array.from(
    { length: 20 },
    (_, tailSeed) => table({ tailSeed }).facts.map((f) => f.subject + f.object).join(),
  );
  assert(new Set(orders).size > 5, `${new Set(orders).size} orders`);
});

Deno.test("draw() follows Zipf's law in pretraining and asks for all alike elsewhere", () => {
  // 1 + 1/2 + 1/3 + 1/4 = 25/12
  const zipf = [12 / 25, 6 / 25, 4 / 25, 3 / 25];
  for (const [k, share] of sharesOf("pretrain").entries()) {
    assertAlmostEquals(share, zipf[k]!, 0.015);
  }
  for (const share of sharesOf("test")) assertAlmostEquals(share, 1 / 4, 0.015);
});

Deno.test("draw() draws among what is wanted alone", () => {
  const { draw } = table();
  const random = Random.fromSeed(0);
  const things = new Set<string>();
  for (let i = 0; i < 100; i++) {
    const { subject, object } = draw("pretrain", random, (fact) => fact.subject === "Ben");
    assertEquals(subject, "Ben");
    things.add(object);
  }
  assertEquals(things, new Set(["pens", "nuts"]));
});

Deno.test("popularityOf() compares a fact with the mean of all: 12, 6, 4 and 3 of 25, times four", () => {
  const { facts, popularityOf } = table();
  const found = facts.map(popularityOf);
  assertEquals(found.map(({ quantile }) => quantile), [0, 0.25, 0.5, 0.75]);
  for (const [i, times] of [48 / 25, 24 / 25, 16 / 25, 12 / 25].entries()) {
    assertAlmostEquals(found[i]!.timesMean, times, 1e-12);
  }
  const even = table({ tailExponent: 0 });
  for (const fact of even.facts) assertAlmostEquals(even.popularityOf(fact).timesMean, 1, 1e-12);
});

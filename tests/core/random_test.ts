import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { CheckpointError, philox4x32, Random } from "../../lib/core/mod.ts";

const draws = (random: Random, n: number) => Array.from({ length: n }, () => random.uint32());

Deno.test("Random draws are pinned: the same numbers on every machine and in every version", () => {
  const random = Random.fromSeed(42);
  assertEquals(draws(random, 5), [3503692026, 2234383999, 2994297448, 591032962, 1097581909]);
  assertEquals(Random.fromSeed(42).split("question-3", 1, 2).uniform(), 0.4557234174130609);
  assertEquals(Random.fromSeed(42).normal(), 0.8993499952948101);
});

Deno.test("Random draws are Philox blocks of its identity", () => {
  const random = Random.fromSeed(1);
  const [s0, s1, s2, s3] = random.state().stream as [number, number, number, number];
  const blocks = [0, 1].flatMap((i) => [...philox4x32([i, 0, s2, s3], [s0, s1])]);
  assertEquals(draws(random, 8), blocks);
});

Deno.test("Random.split() depends on the labels alone", () => {
  const random = Random.fromSeed(3);
  const before = draws(random.split("a", 1), 3);
  random.uniform();
  random.split("b").normal();
  assertEquals(draws(random.split("a", 1), 3), before);
  assertEquals(draws(random.split("a").split(1), 3), before);
});

Deno.test("Random.split() does not advance the parent", () => {
  const one = Random.fromSeed(3), other = Random.fromSeed(3);
  one.split("x", 2);
  assertEquals(draws(one, 5), draws(other, 5));
});

Deno.test("Random.split() tells labels apart that look alike", () => {
  const root = Random.fromSeed(0);
  const streams = [
    root,
    root.split(""),
    root.split("", ""),
    root.split("1"),
    root.split(1),
    root.split(-1),
    root.split(1.5),
    root.split("ab", "c"),
    root.split("a", "bc"),
    root.split("abc"),
    root.split("abc\0"),
    root.split(1, 2),
    root.split(2, 1),
    Random.fromSeed(1),
    Random.fromSeed(1 + 2 ** 32),
  ];
  assertEquals(new Set(streams.map((s) => s.state().stream.join())).size, streams.length);
  assertEquals(root.split(0).state(), root.split(-0).state());
});

Deno.test("Random.split() never gave two of 100 000 streams the same first word pair", () => {
  const root = Random.fromSeed(9), seen = new Set<string>();
  for (let i = 0; i < 100_000; i++) seen.add(root.split(i).state().stream.slice(0, 2).join());
  assertEquals(seen.size, 100_000); // by chance equal keys: 1e10 / 2^65 < 1e-9
});

Deno.test("Random.fromState() goes on in the middle of a block", () => {
  fc.assert(fc.property(fc.integer(), fc.nat(30), (seed, numDrawn) => {
    const random = Random.fromSeed(seed).split("s");
    draws(random, numDrawn);
    const restored = Random.fromState(JSON.parse(JSON.stringify(random.state())));
    assertEquals(draws(restored, 9), draws(random, 9));
  }));
});

Deno.test("Random.fromState() throws for anything else", () => {
  const bad = [{}, { stream: [1, 2, 3], position: 0 }, { stream: [1, 2, 3, -1], position: 0 }, {
    stream: [1, 2, 3, 4],
    position: 0.5,
  }];
  for (const state of bad) {
    assertThrows(() => Random.fromState(state as never), CheckpointError, "four words");
  }
});

Deno.test("Random.uniform() has the moments of a uniform variable", () => {
  const random = Random.fromSeed(5), n = 100_000;
  let sum = 0, squares = 0;
  for (let i = 0; i < n; i++) {
    const u = random.uniform();
    assert(u >= 0 && u < 1);
    sum += u;
    squares += u * u;
  }
  // Standard errors: sqrt(1/12/n) = 0.0009 and sqrt(4/45/n) = 0.0009; five of them.
  assertAlmostEquals(sum / n, 1 / 2, 0.0046);
  assertAlmostEquals(squares / n, 1 / 3, 0.0047);
});

Deno.test("Random.normal() has the moments of a standard normal variable", () => {
  const random = Random.fromSeed(6), n = 100_000;
  const x = Array.from({ length: n }, () => random.normal());
  const moment = (k: number) => x.reduce((sum, value) => sum + value ** k, 0) / n;
  // Five standard errors: sqrt(1/n), sqrt(2/n), sqrt(15/n), sqrt(96/n).
  assertAlmostEquals(moment(1), 0, 0.016);
  assertAlmostEquals(moment(2), 1, 0.023);
  assertAlmostEquals(moment(3), 0, 0.062);
  assertAlmostEquals(moment(4), 3, 0.155);
});

Deno.test("Random.integer() gives every value equally often, the ends included", () => {
  const random = Random.fromSeed(8), counts = new Map<number, number>();
  for (let i = 0; i < 60_000; i++) {
    const value = random.integer(-2, 4);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  assertEquals([...counts.keys()].sort((a, b) => a - b), [-2, -1, 0, 1, 2, 3]);
  // Standard deviation of each count: sqrt(60000 · 1/6 · 5/6) = 91; five of them.
  for (const count of counts.values()) assertAlmostEquals(count, 10_000, 460);
});

Deno.test("Random.integer() takes the widest range and refuses others", () => {
  const word = Random.fromSeed(1).uint32();
  assertEquals(Random.fromSeed(1).integer(0, 2 ** 32), word);
  for (const [low, high] of [[0, 0], [1, 0], [0, 2 ** 32 + 1], [0.5, 2], [0, NaN]] as const) {
    assertThrows(() => Random.fromSeed(1).integer(low, high), RangeError, "[low, high)");
  }
});

Deno.test("Random.permutation() holds each number once and every order occurs equally often", () => {
  const random = Random.fromSeed(2), counts = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const order = random.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  // sqrt(12000 · 1/6 · 5/6) = 41; five of them.
  for (const count of counts.values()) assertAlmostEquals(count, 2_000, 205);
  assertEquals(
    [...random.permutation(50)].sort((a, b) => a - b),
    Array.from({ length: 50 }, (_, i) => i),
  );
  assertEquals(random.permutation(0).length, 0);
  assertThrows(() => random.permutation(-1), RangeError, "natural number");
});

Deno.test("Random.choice() chooses among the items and refuses none", () => {
  const random = Random.fromSeed(4);
  const chosen = new Set(Array.from({ length: 50 }, () => random.choice(["a", "b", "c"])));
  assertEquals([...chosen].sort(), ["a", "b", "c"]);
  assertThrows(() => random.choice([]), RangeError, "the list is empty");
});

Deno.test("Random refuses seeds and labels that are not numbers", () => {
  for (const seed of [0.5, NaN, 2 ** 53]) assertThrows(() => Random.fromSeed(seed), RangeError);
  assertThrows(() => Random.fromSeed(0).split(NaN), RangeError, "must be finite");
  assertNotEquals(Random.fromSeed(-1).state(), Random.fromSeed(1).state());
});

Deno.test("Random.skip() goes on as if words had been drawn", () => {
  for (const [drawn, skipped] of [[0, 0], [0, 5], [3, 1], [2, 9]] as const) {
    const [one, other] = [Random.fromSeed(3), Random.fromSeed(3)];
    for (let i = 0; i < drawn; i++) [one.uint32(), other.uint32()];
    for (let i = 0; i < skipped; i++) one.uint32();
    other.skip(skipped);
    assertEquals(other.uint32(), one.uint32());
    assertEquals(other.state(), one.state());
  }
});

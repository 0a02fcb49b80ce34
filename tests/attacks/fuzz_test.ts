import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ConfigError, Random, RunError } from "../../lib/core/mod.ts";
import { captureOutput } from "./captured_output.ts";
import { FUZZ_FOUND } from "./found_cases.ts";
import { fuzz } from "./fuzz.ts";
import { PLANTED } from "./fuzz_planted_targets.ts";
import { SHARES } from "./fuzz_shares.ts";
import { judgeError, judgeMessage } from "./fuzz_target.ts";
import { mutateJson, mutateYaml } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

const TEXT = new TextEncoder().encode('{\n  "seed": 1,\n  "config": {"a": [1, 2], "b": "x"}\n}\n');

Deno.test("mutations are the same for a seed, change something, and keep the original", () => {
  const before = TEXT.slice();
  for (const mutate of [mutateBytes, mutateJson, mutateYaml]) {
    let numSame = 0;
    for (let seed = 0; seed < 200; seed++) {
      const mutated = mutate(Random.fromSeed(seed), TEXT);
      assertEquals(mutate(Random.fromSeed(seed), TEXT), mutated);
      if (String(mutated) === String(TEXT)) numSame++;
    }
    assert(numSame < 60, `${mutate.name} changed nothing ${numSame} times of 200`);
  }
  assertEquals(TEXT, before);
});

Deno.test("mutateJson() doubles keys, and gives other values that are still JSON", () => {
  const texts = Array.from(
    { length: 300 },
    (_, seed) => new TextDecoder().decode(mutateJson(Random.fromSeed(seed), TEXT)),
  );
  assert(texts.some((text) => text.match(/"seed"/g)?.length === 2), "no key twice");
  assert(texts.some((text) => text.includes("__proto__")), "no prototype");
  const parsed = texts.flatMap((text) => {
    try {
      return [JSON.parse(text)];
    } catch {
      return [];
    }
  });
  assert(parsed.length > 100, `${parsed.length} of 300 are JSON`);
  assertNotEquals(new Set(parsed.map((value) => JSON.stringify(value))).size, 1);
});

Deno.test("judgeError() tells clear errors from unclear ones and from stacks", () => {
  const judge = (error: unknown) => judgeError(error, { errors: [ConfigError] }).outcome;
  assertEquals(
    judge(new ConfigError("Cannot use a as b: c", { remedy: "Write d" })),
    "clear error",
  );
  assertEquals(judge(new RunError("Cannot use a as b: c")), "unclear error");
  assertEquals(judge(new ConfigError("What?")), "unclear error");
  assertEquals(judgeMessage("Cannot use \x1b[31m as b").outcome, "unclear error");
  assertEquals(judgeMessage(`Cannot use ${"a".repeat(5000)}`).outcome, "unclear error");
  assertEquals(judgeMessage(`Cannot use${"\na".repeat(50)}`).outcome, "unclear error");
  assertEquals(judge(new TypeError("x is undefined")), "stack");
});

/** Tests may run while other work does. */
const PATIENCE = 10, PROCESSOR_PATIENCE = 3;

Deno.test("fuzz: planted hangs, blow-ups, crashes and mistakes are found, and nothing else", async () => {
  const names = Object.keys(PLANTED) as (keyof typeof PLANTED)[];
  const hangs = names.filter((name) => PLANTED[name] === "hang");
  // What an input took before must not hide what another one takes.
  const others = [
    "planted half gigabytes",
    ...names.filter((name) => !hangs.includes(name)),
  ] as const;
  // What the process that starts them holds hides nothing.
  const own = new Uint8Array(1.5 * 2 ** 30).fill(1);
  // What does not end costs as much time as it is given, and filling a heap takes some on a busy machine.
  for (
    const [chosen, patience, processorPatience] of [
      [hangs, 1, 1],
      [others, PATIENCE, PROCESSOR_PATIENCE],
    ] as const
  ) {
    const only = chosen.map((name) => `${name}:1`);
    const { result: tally } = await captureOutput(() =>
      fuzz({ minutes: 1, seed: 1, only, patience, processorPatience, quiet: true })
    );
    assertEquals(
      tally.failures.map(({ only, kind }) => [only, kind]),
      chosen.filter((name) => PLANTED[name]).map((name) => [`'${name}:1'`, PLANTED[name]]),
    );
    assertEquals(tally.total(), only.length);
  }
  assertEquals(own.at(-1), 1);
});

Deno.test("fuzz: what it found before does not happen again", async () => {
  const tally = await fuzz({
    minutes: 1,
    seed: 1,
    only: FUZZ_FOUND,
    patience: PATIENCE,
    processorPatience: PROCESSOR_PATIENCE,
    quiet: true,
  });
  assertEquals(tally.failures, []);
  assertEquals(tally.total(), FUZZ_FOUND.length);
});

/** Cases of each target; of some fewer, as each takes seconds. */
const CASES = 6;
const FEWER: Readonly<Record<string, number>> = { "programs": 2, "resumed runs": 3 };

Deno.test("fuzz: of every target some inputs are refused in a sentence or do no harm", async () => {
  const only = Object.keys(SHARES).flatMap((target) =>
    Array.from({ length: FEWER[target] ?? CASES }, (_, i) => `${target}:${1 + i}`)
  );
  const tally = await fuzz({
    minutes: 1,
    seed: 1,
    only,
    patience: PATIENCE,
    processorPatience: PROCESSOR_PATIENCE,
    quiet: true,
  });
  assertEquals(tally.failures, []);
  assertEquals(tally.total(), only.length);
});

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";

const schema = z.strictObject({
  seed: z.int().min(0).default(0),
  discussion: z.strictObject({
    numAgents: z.int().min(1).max(64).default(3),
    numTurns: z.int().min(1).max(16).default(3),
    showScores: z.boolean().default(true),
  }),
  ppo: z.strictObject({
    clipCoef: z.number().gt(0).max(1).default(0.2),
    betas: z.tuple([z.number(), z.number()]).default([0.9, 0.95]),
    compat: z.enum(["paper", "official"]).default("paper"),
    optimizer: z.strictObject({ lr: z.number().default(1e-4), eps: z.number().default(1e-8) }),
  }),
  scorer: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("oracle") }),
    z.strictObject({ kind: z.literal("trained"), checkpoint: z.string() }),
  ]).default({ kind: "oracle" }),
  notes: z.record(z.string(), z.number()).default({}),
}).refine((config) => config.discussion.numTurns === 1 || config.discussion.numAgents > 1, {
  error: "A discussion of several turns needs at least two agents: discussion.numAgents is 1",
  path: ["discussion", "numAgents"],
});

const defaults = resolveConfig(schema, []);

function problemsOf(layer: unknown, sets: string[] = []): string[] {
  const error = assertThrows(() => resolveConfig(schema, [layer], sets), ConfigError);
  return (error.value as { message: string }[]).map(({ message }) => message);
}

Deno.test("resolveConfig() fills in defaults at every level", () => {
  assertEquals(defaults, {
    seed: 0,
    discussion: { numAgents: 3, numTurns: 3, showScores: true },
    ppo: {
      clipCoef: 0.2,
      betas: [0.9, 0.95],
      compat: "paper",
      optimizer: { lr: 1e-4, eps: 1e-8 },
    },
    scorer: { kind: "oracle" },
    notes: {},
  });
});

Deno.test("resolveConfig() lays layers and settings over each other in order", () => {
  const file = { ppo: { clipCoef: 0.1, optimizer: { lr: 1 } }, discussion: { numTurns: 2 } };
  const user = { ppo: { clipCoef: 0.3 }, notes: { a: 1 } };
  const config = resolveConfig(schema, [file, user], [
    "ppo.clipCoef=0.4",
    "ppo.clipCoef=0.5",
    "notes.b=2",
  ]);
  assertEquals(config, {
    ...defaults,
    discussion: { ...defaults.discussion, numTurns: 2 },
    ppo: { ...defaults.ppo, clipCoef: 0.5, optimizer: { lr: 1, eps: 1e-8 } },
    notes: { a: 1, b: 2 },
  });
  assertEquals(file.ppo.clipCoef, 0.1);
});

Deno.test("resolveConfig() reads the values of settings as YAML", () => {
  const config = resolveConfig(schema, [], [
    "ppo.optimizer.lr=1e-3",
    "ppo.betas=[0, .5]",
    "discussion.showScores=false",
    "scorer={kind: trained, checkpoint: data/verifier}",
  ]);
  assertEquals(config.ppo.optimizer.lr, 0.001);
  assertEquals(config.ppo.betas, [0, 0.5]);
  assertEquals(config.discussion.showScores, false);
  assertEquals(config.scorer, { kind: "trained", checkpoint: "data/verifier" });
});

Deno.test("resolveConfig() takes an empty section of YAML as nothing said", () => {
  assertEquals(resolveConfig(schema, [null, { discussion: null }]), defaults);
  assertEquals(
    resolveConfig(schema, [{ ppo: { clipCoef: 0.1 } }, { ppo: null }]).ppo.clipCoef,
    0.1,
  );
});

Deno.test("resolveConfig() names the nearest valid path of an unknown key and what is allowed", () => {
  const allowed = "Allowed in discussion: numAgents, numTurns, showScores";
  const cases: [string, string][] = [
    [
      "discussion.numAgent=2",
      `discussion.numAgent is not an option. Did you mean discussion.numAgents? ${allowed}`,
    ],
    [
      "discussion.num_turns=2",
      `discussion.num_turns is not an option. Did you mean discussion.numTurns? ${allowed}`,
    ],
    ["discussion.zebra=2", `discussion.zebra is not an option. ${allowed}`],
    [
      "discussion.clipCoef=2",
      `discussion.clipCoef is not an option. Did you mean ppo.clipCoef? ${allowed}`,
    ],
  ];
  for (const [setting, message] of cases) assertEquals(problemsOf({}, [setting]), [message]);
  const [top] = problemsOf({ numTurns: 3 });
  assertStringIncludes(top!, "numTurns is not an option. Did you mean discussion.numTurns?");
  assertStringIncludes(top!, "Allowed at the top: seed, discussion, ppo, scorer, notes");
});

Deno.test("resolveConfig() refuses wrong types and ranges with path, received value and what is allowed", () => {
  const cases: [string, string][] = [
    ["seed=abc", 'seed must be an integer >= 0: "abc"'],
    ["seed=1.5", "seed must be an integer >= 0: 1.5"],
    ["discussion.numAgents=0", "discussion.numAgents must be an integer in [1, 64]: 0"],
    ["discussion.numTurns=0", "discussion.numTurns must be an integer in [1, 16]: 0"],
    ["discussion.showScores=1", "discussion.showScores must be true | false: 1"],
    ["discussion=3", "discussion must be a mapping: 3"],
    ["ppo.clipCoef=0", "ppo.clipCoef must be a number in (0, 1]: 0"],
    ["ppo.clipCoef=.nan", "ppo.clipCoef must be a number in (0, 1]: NaN"],
    [
      "ppo.compat=offical",
      'ppo.compat must be "paper" | "official": "offical". Did you mean official?',
    ],
    ["ppo.betas=[1]", "ppo.betas must be [number, number]: [1]"],
    ["scorer.kind=remote", 'scorer.kind must be "oracle" | "trained": "remote"'],
    ["scorer.kind=trained", "scorer.checkpoint must be text: missing"],
    ["notes.a=x", 'notes.a must be a number: "x"'],
  ];
  for (const [setting, message] of cases) assertEquals(problemsOf({}, [setting]), [message]);
});

Deno.test("resolveConfig() refuses keys of another branch of a union", () => {
  const [message] = problemsOf({ scorer: { kind: "oracle", checkpoint: "x" } });
  assertStringIncludes(message!, "scorer.checkpoint is not an option.");
  assertStringIncludes(message!, "Allowed in scorer: kind");
});

Deno.test("resolveConfig() refuses impossible combinations with the schema's own sentence", () => {
  assertEquals(problemsOf({}, ["discussion.numAgents=1"]), [
    "A discussion of several turns needs at least two agents: discussion.numAgents is 1",
  ]);
  assertEquals(
    resolveConfig(schema, [], ["discussion.numAgents=1", "discussion.numTurns=1"]).discussion,
    {
      numAgents: 1,
      numTurns: 1,
      showScores: true,
    },
  );
});

Deno.test("resolveConfig() lists all problems at once", () => {
  const error = assertThrows(
    () => resolveConfig(schema, [{ sed: 1, ppo: { clipCoef: "x", compt: 1 } }], ["seed=-1"]),
    ConfigError,
    "Cannot use the configuration as 4 entries are wrong:\n",
  );
  assertEquals(error.message.split("\n").length, 5);
  assertEquals(error.thing, "sed");
});

Deno.test("resolveConfig() refuses settings and layers that are none", () => {
  for (const setting of ["foo", "=1", "a..b=1", ".a=1"]) {
    assertThrows(
      () => resolveConfig(schema, [], [setting]),
      ConfigError,
      "--set as it takes key.path=value",
    );
  }
  assertThrows(
    () => resolveConfig(schema, [], ["seed={"]),
    ConfigError,
    "Cannot read --set seed={",
  );
  assertThrows(() => resolveConfig(schema, [[1]]), ConfigError, "must be a mapping");
  assertThrows(
    () => resolveConfig(schema, [], [`${Array(100_000).fill("a").join(".")}=1`]),
    ConfigError,
    "--set as options lie at most 64 deep: 100000 keys",
  );
});

Deno.test("resolveConfig() leaves the prototype of objects alone", () => {
  const [message] = problemsOf({}, ["__proto__.seed=3"]);
  assertStringIncludes(message!, "__proto__ is not an option");
  assert(!("seed" in {}));
});

Deno.test("resolveConfig() looks into lists and into mappings with free names", () => {
  const agents = z.strictObject({
    list: z.array(z.strictObject({ name: z.string(), temperature: z.number().default(1) })).default(
      [],
    ),
    byName: z.record(z.string(), z.strictObject({ frozen: z.boolean().default(false) })).default(
      {},
    ),
    anything: z.any().optional(),
  });
  assertEquals(
    resolveConfig(agents, [{
      list: [{ name: "a" }],
      byName: { x: {} },
      anything: { deep: { er: 1 } },
    }]),
    {
      list: [{ name: "a", temperature: 1 }],
      byName: { x: { frozen: false } },
      anything: { deep: { er: 1 } },
    },
  );
  const bad = { list: [{ name: "a", temprature: 2 }], byName: { x: { frosen: true } } };
  const error = assertThrows(
    () => resolveConfig(agents, [bad]),
    ConfigError,
    "2 entries are wrong",
  );
  assertStringIncludes(
    error.message,
    "list.0.temprature is not an option. Did you mean list.0.temperature?",
  );
  assertStringIncludes(error.message, "Allowed in list.0: name, temperature");
  assertStringIncludes(
    error.message,
    "byName.x.frosen is not an option. Did you mean byName.x.frozen?",
  );
});

Deno.test("resolveConfig() takes an empty section as nothing said, whatever its default", () => {
  const sections = z.strictObject({
    filled: z.strictObject({ a: z.number().default(1) }).prefault({}),
    preset: z.strictObject({ a: z.number().default(1) }).default({ a: 2 }),
    deep: z.strictObject({ below: z.strictObject({ a: z.number().default(3) }).prefault({}) })
      .prefault({}),
  });
  const all = { filled: { a: 1 }, preset: { a: 2 }, deep: { below: { a: 3 } } };
  assertEquals(resolveConfig(sections, [{ filled: null, preset: null, deep: null }]), all);
  assertEquals(resolveConfig(sections, [{ deep: { below: null } }], ["filled="]), all);
});

Deno.test("resolveConfig() lists ten unknown keys or wrong entries and counts the others, at once", () => {
  const many = Object.fromEntries(Array.from({ length: 400_000 }, (_, i) => [`numTurn${i}`, i]));
  const start = performance.now();
  const error = assertThrows(() => resolveConfig(schema, [{}, many]), ConfigError);
  // One second here; listing them all took minutes.
  assert(performance.now() - start < 20_000, `took ${performance.now() - start} ms`);
  const lines = error.message.split("\n");
  assertEquals([lines.length, lines.at(-1)], [12, "  and 399990 other keys that are not options"]);
  assertStringIncludes(lines[0]!, "as 400000 entries are wrong");

  const lists = z.strictObject({ list: z.array(z.number()) });
  const wrong = assertThrows(
    () => resolveConfig(lists, [{ list: Array(1000).fill("x"), other: 1 }]),
    ConfigError,
    "as 1001 entries are wrong",
  );
  assertEquals(wrong.message.split("\n").length, 1 + 1 + 9 + 1);
  assertStringIncludes(wrong.message, "and 991 other entries that are wrong");
});

Deno.test("resolveConfig() shows keys and values of others without obeying or repeating them at length", () => {
  const key = "a\x1b[31m".repeat(1000);
  const error = assertThrows(
    () => resolveConfig(schema, [{ [key]: 1, seed: "\x9b".repeat(1000) }]),
    ConfigError,
  );
  assert(!error.message.includes("\x1b") && !error.message.includes("\x9b"), error.message);
  assert(error.message.length < 1000, error.message);
});

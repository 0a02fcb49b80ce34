import { assertEquals } from "@std/assert";
import { z } from "zod";
import { describeOptions } from "../../lib/core/mod.ts";

const schema = z.strictObject({
  name: z.string().min(1).describe("name of the run"),
  tag: z.string().optional(),
  ppo: z.strictObject({
    gamma: z.number().min(0).max(1).default(1).describe("discount per token"),
    lr: z.number().positive().default(1e-4).describe("learning rate"),
    steps: z.int().min(1).multipleOf(4).default(8),
    incentives: z.array(z.number()).length(4).default([0, 0, 0, 0]).describe("weights"),
  }),
  scorer: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("oracle") }),
    z.strictObject({ kind: z.literal("trained"), checkpoint: z.string().describe("folder") }),
  ]).default({ kind: "oracle" }),
  seats: z.array(z.strictObject({
    base: z.string().nullable().default(null).describe("folder of the base"),
  })).nullable().default(null).describe("who sits where"),
  device: z.union([z.literal("auto"), z.int()]).nullable().default("auto"),
});

Deno.test("describeOptions() gives path, type, default and description of every option", () => {
  assertEquals(describeOptions(schema).map((row) => Object.values(row)), [
    ["name", "text, not empty", "required", "name of the run"],
    ["tag", "text", "not set", ""],
    ["ppo.gamma", "number in [0, 1]", "1", "discount per token"],
    ["ppo.lr", "number > 0", "0.0001", "learning rate"],
    ["ppo.steps", "integer >= 1 in steps of 4", "8", ""],
    ["ppo.incentives", "list (4 items) of number", "[0,0,0,0]", "weights"],
    ["scorer.kind", '"oracle" | "trained"', '"oracle"', ""],
    ["scorer.checkpoint", "text", "required with scorer.kind=trained", "folder"],
    ["seats", "list of mapping | null", "null", "who sits where"],
    ["seats.N.base", "text | null", "null", "folder of the base"],
    ["device", '"auto" | integer | null', '"auto"', ""],
  ]);
});

Deno.test("describeOptions() shows the defaults of an experiment's own file", () => {
  const rows = describeOptions(schema, { ppo: { gamma: 0.5 }, device: null });
  assertEquals(rows.find(({ path }) => path === "ppo.gamma")?.default, "0.5");
  assertEquals(rows.find(({ path }) => path === "ppo.lr")?.default, "0.0001");
});

Deno.test("describeOptions() says which choice requires an option, and which section", () => {
  const oneKind = z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("a"), size: z.int(), name: z.string() }),
    z.strictObject({ kind: z.literal("b"), size: z.int() }),
  ]);
  const rows = describeOptions(z.strictObject({
    one: oneKind,
    other: oneKind.nullable().default(null),
    part: z.strictObject({ size: z.int() }).nullable().default(null),
  }));
  assertEquals(rows.map(({ path, default: value }) => [path, value]), [
    ["one.kind", "required"],
    ["one.size", "required"],
    ["one.name", "required with one.kind=a"],
    ["other.kind", "required with other"],
    ["other.size", "required with other"],
    ["other.name", "required with other.kind=a"],
    ["part.size", "required with part"],
  ]);
});

Deno.test("describeOptions() says which choice an option goes with, where kinds differ in it", () => {
  const seed = (most: number) => z.int().min(0).max(most).default(0);
  const kind = z.discriminatedUnion("name", [
    z.strictObject({ name: z.literal("a"), seed: seed(9), size: z.int().default(1), all: z.int() }),
    z.strictObject({ name: z.literal("b"), seed: seed(5), size: z.int().default(1), all: z.int() }),
    z.strictObject({
      name: z.literal("c"),
      seed: seed(9),
      own: z.string().optional(),
      all: z.int(),
    }),
  ]);
  const rows = describeOptions(z.strictObject({ task: kind }));
  assertEquals(rows.map(({ path, type, default: value }) => [path, type, value]), [
    ["task.name", '"a" | "b" | "c"', "required"],
    ["task.seed", "integer in [0, 9]", "0 with task.name=a or c"],
    ["task.seed", "integer in [0, 5]", "0 with task.name=b"],
    ["task.size", "integer", "1 with task.name=a or b"],
    ["task.all", "integer", "required"],
    ["task.own", "text", "not set with task.name=c"],
  ]);
});

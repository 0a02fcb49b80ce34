import { assertEquals } from "@std/assert";
import { z } from "zod";
import { settingFrom, withPathsFrom } from "../../lib/core/mod.ts";
import { path } from "../../lib/core/option_types.ts";

const schema = z.strictObject({
  base: path.default("own"),
  seats: z.array(z.strictObject({
    base: path.nullable().default(null),
    name: z.string().default(""),
    scorer: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("trained"), path }),
      z.strictObject({ kind: z.literal("oracle") }),
    ]).nullable().default(null),
  })).nullable().default(null),
});

Deno.test("withPathsFrom() finds the paths in the entries of a list, and leaves other texts and addresses alone", () => {
  const seats = [
    { base: "a", name: "a", scorer: { kind: "trained", path: "v" } },
    { base: "/b", scorer: null },
    { base: null, scorer: { kind: "oracle" } },
  ];
  assertEquals(withPathsFrom({ base: "x", seats }, { schema, folder: "/there" }), {
    base: "/there/x",
    seats: [
      { base: "/there/a", name: "a", scorer: { kind: "trained", path: "/there/v" } },
      { base: "/b", scorer: null },
      { base: null, scorer: { kind: "oracle" } },
    ],
  });
  assertEquals(settingFrom("seats=[{base: a}, {}]", { schema, folder: "/there" }), {
    keys: ["seats"],
    value: [{ base: "/there/a" }, {}],
  });
  assertEquals(withPathsFrom({ base: "http://x/v1" }, { schema, folder: "/there" }), {
    base: "http://x/v1",
  });
  assertEquals(settingFrom("seats.1.base=a", { schema, folder: "/there" }), {
    keys: ["seats", "1", "base"],
    value: "/there/a",
  });
});

import { assertEquals } from "@std/assert";
import { differingPaths } from "../../lib/tracking/mod.ts";

Deno.test("differingPaths() names every option that differs, and none that does not", () => {
  const a = {
    seed: 1,
    ppo: { lr: 1, betas: [0.9, 0.95], extra: undefined },
    scorer: { kind: "oracle" },
  };
  const b = { ppo: { betas: [0.9, 0.9], lr: 1 }, scorer: "oracle", notes: null };
  assertEquals(differingPaths(a, b), ["notes", "ppo.betas", "scorer", "seed"]);
  assertEquals(differingPaths(a, structuredClone(a)), []);
});

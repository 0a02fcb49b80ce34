import { assertEquals } from "@std/assert";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { resolveConfig } from "../../lib/core/mod.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

/** What the quickstart's plan says of verifiers. */
async function said(...sets: string[]): Promise<string[]> {
  const config = resolveConfig(maporlSchema, [{}], sets) as MaporlConfig;
  const lines = await planMaporl(config, { seed: 0, resumed: false, device: "cpu" });
  return lines.filter((line) => line.includes("verifier"));
}

Deno.test("the plan says in one line when a verifier was trained on another task than it scores", async () => {
  const line =
    "plan: the verifier data/checkpoints/arithmetic/verifier was trained on answers to " +
    "arithmetic, and scores those to entailment here";
  assertEquals(await said(), []);
  assertEquals(await said("task.difficulty=3"), []);
  for (const setting of ["task", "evaluation.task"]) {
    assertEquals(await said(`${setting}.name=entailment`), [line], setting);
    assertEquals(await said(`${setting}.name=entailment`, "verifier.kind=oracle"), []);
  }
});

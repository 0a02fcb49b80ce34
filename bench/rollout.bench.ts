/**
 * Rollouts of the arithmetic experiment: its base model, its prompts, three agents, three turns.
 *
 *     deno task bench bench/rollout.bench.ts
 *
 * One iteration holds all discussions of one update; answers are scored by the oracle, which costs
 * nothing, so that generation alone is timed. The line before the table says how many tokens that is.
 *
 * @module
 */
import { discussionCost } from "../lib/discussion/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { paddedFraction, reusedFraction } from "../lib/generation/mod.ts";
import { loadArithmetic, ORACLE } from "./support/update_run.ts";

console.log(formatDeviceReport(await startDevice("cpu")));

/** Fresh adapters cost what trained ones cost, and leave the base model's answers as they are. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  "arithmetic: shared agents, first turn frozen": [],
  "the same, nothing kept or shared": ["sampling.prefixMegabytes=0"],
  "the same, 64 rows": ["sampling.maxRows=64"],
  "one policy for all turns": ["algorithm.turnGroups=all", "algorithm.trainGroups=[all]"],
  "separate agents": ["algorithm.shareAgents=false"],
};

for (const [name, sets] of Object.entries(CASES)) {
  const { discuss, freshPolicies } = await loadArithmetic([...ORACLE, ...sets]);
  const policies = freshPolicies();
  const cost = discussionCost(await discuss(policies));
  console.log(
    `${name}: ${cost.newTokens} new tokens after ${cost.promptTokens} of prompts, ` +
      `${(100 * reusedFraction(cost)).toFixed(0)} % of them copied; ` +
      `${(100 * paddedFraction(cost)).toFixed(1)} % of the computed were padding`,
  );
  Deno.bench({
    name,
    group: "rollout",
    n: 5,
    warmup: 1,
    async fn() {
      await discuss(policies);
    },
  });
}

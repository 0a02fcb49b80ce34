import { assertEquals, assertStringIncludes } from "@std/assert";
import { maporlSchema } from "../../experiments/maporl/config.ts";
import { planMaporl } from "../../experiments/maporl/plan.ts";
import { resolveConfig } from "../../lib/core/mod.ts";

/** TFLOP of discussions, updates, evaluations and baselines of the quickstart's models, as the plan tells them. */
async function workOf(...sets: string[]): Promise<number[]> {
  const config = resolveConfig(maporlSchema, [{}], [
    "algorithm.turnGroups=first_vs_rest",
    "algorithm.trainGroups=[rest]",
    ...sets,
  ]);
  const lines = await planMaporl(config, { seed: 0, resumed: false, device: "cpu" });
  return [
    ...lines.at(-1)!.matchAll(/(discussions|updates|evaluations|baselines) ([\d.]+) ([GT])FLOP/g),
  ]
    .map(([, , count, unit]) => Number(count) * (unit === "T" ? 1 : 1e-3));
}

Deno.test("planMaporl() tells of one update and of one step in the singular", async () => {
  const config = resolveConfig(maporlSchema, [{}], [
    ...["updates=1", "numPpoEpochs=1", "numMiniBatches=1", "warmupSteps=0"]
      .map((set) => `algorithm.${set}`),
  ]);
  const [work] = await planMaporl(config, { seed: 0, resumed: false, device: "cpu" });
  assertStringIncludes(work!, "plan: 1 update of 576 answers, 576 in all; ");
  assertStringIncludes(work!, " and 1 optimiser step of a group in each; ");
});

Deno.test("workParts() counts a discussion once where keys and values are kept, every turn where not", async () => {
  // 2 × 771200 weights; 8 × 64 questions × 3 agents; a whole discussion has 302 + 40 tokens and a question
  // with its answer 35 + 40. Oracle: 1536 × 342 × 1.5424e6 = 0.81e12; each of three turns: 2.4e12.
  const [kept] = await workOf("verifier.kind=oracle");
  assertEquals(kept, 0.81);
  const [again] = await workOf("verifier.kind=oracle", "sampling.prefixMegabytes=0");
  assertEquals(again, 2.4);
});

Deno.test("workParts() counts what each pass of an update reads", async () => {
  // The policy's 2 + 3 · 2 passes: 1536 × 342 × 8 × 1.5424e6 = 6.5e12. Without a critic that is all.
  const [, alone] = await workOf("algorithm.credit.name=reinforce++");
  assertEquals(alone, 6.5);
  // A critic that reads what the policy reads has 1 + 3 · 2 passes more: 6.5e12 · 15 / 8 = 12e12.
  const [, full] = await workOf("algorithm.valueInput=full");
  assertEquals(full, 12);
  // Without an update there are evaluations alone.
  const untrained = ["algorithm.updates=0", "algorithm.trainGroups=[]"];
  const evaluated = await workOf(...untrained, "evaluation.baselines.maxAnswers=0");
  assertEquals(evaluated.length, 1);
});

Deno.test("workParts() counts answers without discussion, and again what training changes", async () => {
  // Of at most 10 answers each agent gives 3, and one greedy and one at temperature 0.7: 5 of 32 + 40 tokens.
  // Self-refinement is at most a whole discussion of 342: 300 × 3 × (360 + 342) × 1.5424e6 = 0.97e12.
  const settings = ["verifier.kind=oracle", "evaluation.baselines.maxAnswers=10"];
  const untrained = await workOf("algorithm.updates=0", "algorithm.trainGroups=[]", ...settings);
  assertEquals(untrained[1], 0.97);
  // Later turns are trained, so self-refinement comes twice, and what they have learnt answers alone once:
  // 900 × (360 + 684 + 72) × 1.5424e6 = 1.55e12.
  assertEquals((await workOf(...settings))[3], 1.5);
  // All turns: 900 × 2 × 702 × 1.5424e6 = 1.9e12.
  const all = ["algorithm.turnGroups=all", "algorithm.trainGroups=[all]"];
  assertEquals((await workOf(...all, ...settings))[3], 1.9);
});

Deno.test("workParts() asks no train split of an evaluation alone", async () => {
  const file = await Deno.makeTempFile({ suffix: ".jsonl" });
  try {
    await Deno.writeTextFile(file, '{"question": "What is 3 + 4?", "answer": 7}\n');
    const ofFile = [
      "task.name=jsonl",
      `task.files.test=${file}`,
      "evaluation.task.name=arithmetic",
    ];
    // No split of validation either: there is nothing between two updates.
    const parts = await workOf("algorithm.updates=0", "evaluation.every=2", ...ofFile);
    // Two evaluations of 300 questions and what is answered without discussion, as without the file.
    assertEquals(parts, await workOf("algorithm.updates=0"));
    assertEquals(parts.length, 2);
  } finally {
    await Deno.remove(file);
  }
});

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { NO_COST } from "../../lib/generation/mod.ts";
import { forwardFlops } from "../../lib/models/mod.ts";
import { rolloutCost, updateFlops } from "../../lib/training/mod.ts";
import { smallWorldConfig } from "../support/small_world.ts";

const decoder = smallWorldConfig();
const wide = { ...decoder, intermediateSize: 2 * decoder.intermediateSize };
const flops = (numTokens: number, context: number, config = decoder) =>
  forwardFlops(config, { numTokens, context });

Deno.test("rolloutCost() adds up tokens and operations of each seat's model", () => {
  const answer = (agent: number, numTokens: number) => ({
    ...{ question: 0, sample: 0, agent, turn: 0, text: "", solution: "", annotations: {} },
    ...{ answer: null, boxed: false, correct: false, score: 0, finished: true, model: "" },
    ...{ version: 0, logProbs: new Float32Array(numTokens) },
    promptTokens: new Int32Array(4),
    tokens: new Int32Array(numTokens),
    cost: { ...NO_COST, computedTokens: 5, paddedTokens: 1 },
  });
  const { rolloutFlops, ...counts } = rolloutCost([answer(0, 3), answer(1, 1)], [decoder, wide]);
  // Prompts of 4, all computed: 4 + 3 and 4 + 1.
  assertEquals(counts, { rolloutAnswers: 2, rolloutTokens: 4, rolloutComputedTokens: 12 });
  // Prompt tokens see 1 to 4 positions; responses 5, 6, 7 and 5.
  const expected = flops(4, 2.5) + flops(3, 6) + flops(4, 2.5, wide) + flops(1, 5, wide);
  assertAlmostEquals(rolloutFlops, expected, 1e-6);
});

Deno.test("updateFlops() counts passes of policy, base model and critic", () => {
  const row = {
    promptTokens: new Int32Array(4),
    valuePromptTokens: new Int32Array(1),
    tokens: new Int32Array(3),
  };
  // Two epochs are 2 · 3 forward passes; before them the policy and the base model read 7 tokens once each.
  const policy = 8 * flops(7, 4);
  const options = { decoder, numPpoEpochs: 2, numCriticEpochs: 0 };
  assertAlmostEquals(updateFlops([row, row], options), 2 * policy, 1e-6);
  // A critic of one epoch reads 4 tokens 1 + 3 times.
  const critic = 4 * flops(4, 2.5);
  assertAlmostEquals(updateFlops([row], { ...options, numCriticEpochs: 1 }), policy + critic, 1e-6);
});

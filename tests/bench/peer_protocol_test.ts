import { assertEquals } from "@std/assert";
import { Random } from "../../lib/core/mod.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import { peerTurns } from "../../bench/peers/discussion_turns.ts";
import { huggingFaceSizes } from "../../bench/support/decoders.ts";
import { randomDecoder } from "../../bench/gpu/random_decoder.ts";
import { NO_COST } from "../../lib/generation/mod.ts";
import type { Answer, Discussion } from "../../lib/discussion/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldConfig } from "../support/small_world.ts";
import { assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

/** Answer of an agent at a turn to a question; its numbers tell which it is. */
function answer(question: number, turn: number, agent: number): Answer {
  return {
    question,
    turn,
    agent,
    text: "",
    solution: "",
    annotations: {},
    sample: 0,
    model: "toy",
    version: 0,
    cost: NO_COST,
    answer: null,
    boxed: false,
    correct: false,
    score: 0,
    finished: true,
    promptTokens: Int32Array.of(question, turn, agent),
    tokens: Int32Array.of(10 * turn + agent),
    logProbs: Float32Array.of(-1),
  };
}

Deno.test("peerTurns() lists every answer of a turn, question by question", () => {
  const discussions = [0, 1].map((question): Discussion => ({
    question: { id: `${question}`, text: "", gold: "" } as never,
    sample: 0,
    answersTA: [0, 1].map((turn) => [0, 1].map((agent) => answer(question, turn, agent))),
    lastTurn: 1,
  }));
  const turns = peerTurns(discussions);
  assertEquals(turns.length, 2);
  assertEquals(turns[1], {
    prompts: [[0, 1, 0], [0, 1, 1], [1, 1, 0], [1, 1, 1]],
    responses: [[10], [11], [10], [11]],
    log_probs: [[-1], [-1], [-1], [-1]],
  });
});

Deno.test("huggingFaceSizes() keeps what decides about time", () => {
  const sizes = huggingFaceSizes(smallWorldConfig());
  assertEquals(
    [sizes.hidden_size, sizes.intermediate_size, sizes.num_hidden_layers, sizes.head_dim],
    [16, 24, 1, 8],
  );
});

Deno.test("randomDecoder() draws matrices of the asked deviation, the same for the same seed", async () => {
  const config = smallWorldConfig({ initializerRange: 0.3 });
  const name = "model.layers.0.mlp.gate_proj.weight";
  const valuesOf = async (decoder: Decoder) => {
    const values = await decoder.weights.get(name)!.data();
    const norm = await decoder.weights.get("model.norm.weight")!.data();
    decoder.dispose();
    assertEquals([...norm], new Array(16).fill(1));
    return [...values];
  };
  let values: number[] = [];
  await assertNoLeak(async () => {
    values = await valuesOf(randomDecoder(config, Random.fromSeed(3)));
  });
  const again = await valuesOf(randomDecoder(config, Random.fromSeed(3)));
  assertEquals(values, again);
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
  assertEquals(Math.abs(deviation - 0.3) < 0.05, true, `${deviation}`);
});

/**
 * One MAPoRL update of the arithmetic experiment and its parts, and training steps with all weights.
 *
 *     deno task bench bench/update.bench.ts
 *
 * MAPORL_BLAS=wasm measures without a native library. Rates count sampled tokens of discussions, and
 * all tokens that a step reads.
 *
 * @module
 */
import { withTokens } from "../lib/discussion/mod.ts";
import { Random } from "../lib/core/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { Decoder } from "../lib/models/mod.ts";
import { AdamW } from "../lib/optim/mod.ts";
import { supervisedStep } from "../lib/training/mod.ts";
import { DECODERS, randomTokens } from "./support/decoders.ts";
import { loadArithmetic } from "./support/update_run.ts";
import { rateBench } from "./support/rate_bench.ts";

const report = await startDevice("cpu");
console.log(formatDeviceReport(report));
const device = report.products.split(" ")[0]!;

async function benchUpdate(): Promise<void> {
  const arithmetic = await loadArithmetic();
  const first = arithmetic.freshPolicies();
  const rewarded = arithmetic.reward(await arithmetic.discuss(first));
  first.dispose();
  const answers = rewarded.flatMap(({ discussion }) => discussion.answersTA.flat().map(withTokens));
  const count = (of: (answer: typeof answers[number]) => number) =>
    answers.reduce((sum, answer) => sum + of(answer), 0);
  const sampled = count(({ tokens }) => tokens.length);
  const trained = count(({ turn, promptTokens, tokens }) =>
    turn === 0 ? 0 : promptTokens.length + tokens.length
  );
  const { numPpoEpochs } = arithmetic.config.algorithm;
  const shared = { group: "MAPoRL update, Q=64, A=3, T=3", device, unit: "tokens", n: 3 } as const;
  let policies = arithmetic.freshPolicies();
  const fresh = () => {
    policies.dispose();
    policies = arithmetic.freshPolicies();
  };
  rateBench(
    { ...shared, name: "discussions and scores, sampled tokens", work: sampled },
    async () => {
      await arithmetic.discuss(policies);
    },
    fresh,
  );
  rateBench(
    { ...shared, name: "rewards and PPO, tokens of all epochs", work: trained * numPpoEpochs },
    async () =>
      await arithmetic.update(policies, arithmetic.reward(rewarded.map((r) => r.discussion))),
    fresh,
  );
  rateBench({ ...shared, name: "the whole update, sampled tokens", work: sampled }, async () => {
    await arithmetic.update(policies, arithmetic.reward(await arithmetic.discuss(policies)));
  }, fresh);
}

function benchStep(name: keyof typeof DECODERS, numRows: number, numTokens: number): void {
  const random = Random.fromSeed(0);
  const config = DECODERS[name];
  const decoder = Decoder.initialize(config, random.split("weights"));
  const optimizer = new AdamW(decoder.weights, {
    betas: [0.9, 0.95],
    eps: 1e-8,
    weightDecay: 0.1,
  });
  const mask = new Uint8Array(numTokens).fill(1, 1);
  const rows = Array.from({ length: numRows }, (_, row) => ({
    tokens: randomTokens(numTokens, {
      vocabSize: config.vocabSize,
      random: random.split("row", row),
    }),
    mask,
  }));
  rateBench({
    group: "training step, all weights",
    name: `${config.hiddenSize} wide, ${config.numHiddenLayers} layers, ${numRows} x ${numTokens}`,
    device,
    work: numRows * numTokens,
    unit: "tokens",
    n: 5,
  }, async () => {
    await supervisedStep(decoder, rows, {
      params: decoder.weights,
      optimizer,
      learningRate: 1e-4,
      maxGradNorm: 1,
      maxBatchTokens: 16_384,
    });
  });
}

await benchUpdate();
benchStep("small", 64, 96);
benchStep("small", 64, 220);
benchStep("large", 8, 256);

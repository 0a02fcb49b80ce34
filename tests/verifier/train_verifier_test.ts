import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { trainVerifier, verifierMetrics, verifierVariables } from "../../lib/verifier/mod.ts";
import { changedSince, snapshot } from "../rl/ppo_toys.ts";
import { abortingAtLook } from "../support/aborts.ts";
import { startTestDevice } from "../support/device.ts";
import { numHeapBlocks, smallWorldDecoder } from "../support/small_world.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";
import {
  LORA,
  makeVerifier,
  scatterVerifier,
  toyAnswers,
  trainingOptions,
} from "./verifier_toys.ts";

await startTestDevice();

const decoder = smallWorldDecoder();
const ANSWERS = toyAnswers(0, 40);

const SETTINGS = [
  { tokens: "all", lora: LORA, name: "an adapter" },
  { tokens: "latter_half", lora: LORA, name: "an adapter" },
  { tokens: "last", lora: LORA, name: "an adapter" },
  { tokens: "latter_half", lora: null, name: "the head alone" },
  { tokens: "last", lora: null, name: "the head alone" },
] as const;

for (const { tokens, lora, name } of SETTINGS) {
  Deno.test(`trainVerifier() learns to tell toy answers apart from ${tokens} tokens with ${name}`, async () => {
    const verifier = makeVerifier(decoder, lora);
    const base = await snapshot(decoder.weights);
    const options = trainingOptions(verifier.parts, { tokens, epochs: 8 });
    const losses = await trainVerifier(verifier.parts, ANSWERS, options);
    assertEquals(losses.length, 8 * 5); // 80 answers in batches of 16
    assertAlmostEquals(losses[0]!, Math.log(2), 1e-6); // a fresh head says 0 to everything
    const heldOut = toyAnswers(1000, 60);
    const scores = await verifier.score(heldOut);
    const metrics = verifierMetrics(scores, heldOut.map(({ correct }) => correct));
    assert(metrics.accuracy > 0.95, `${metrics.accuracy}, last loss ${losses.at(-1)}`);
    assertEquals(await changedSince(base, decoder.weights), []);
    options.optimizer.dispose();
    verifier.dispose();
  });
}

Deno.test("trainVerifier() scores as Verifier.score() does: the loss of the last tokens is that of the logits", async () => {
  const verifier = makeVerifier(decoder, LORA);
  scatterVerifier(verifier.parts);
  const answers = ANSWERS.slice(0, 12);
  const logits = await verifier.logits(answers);
  // Binary cross-entropy −log σ(z) of right answers and −log σ(−z) of wrong ones, mean over answers.
  const terms = answers.map(({ correct }, i) =>
    Math.log1p(Math.exp(correct ? -logits[i]! : logits[i]!))
  );
  const options = trainingOptions(verifier.parts, { tokens: "last", batchSize: 12 });
  const [loss] = await trainVerifier(verifier.parts, answers, options);
  assertAlmostEquals(loss!, terms.reduce((a, b) => a + b) / 12, 1e-5);
  assert(new Set(terms.map((term) => term.toFixed(3))).size > 6, "and they are not all alike");
  options.optimizer.dispose();
  verifier.dispose();
});

Deno.test("trainVerifier() weighs long answers no more than short ones", async () => {
  const verifier = makeVerifier(decoder, null);
  const { weights } = verifier.parts.head;
  const [short, long] = [ANSWERS[0]!, ANSWERS[1]!];
  const wordy = {
    ...long,
    solution: `${new Array(10).fill(long.solution).join(" ")}`,
  };
  // A head that says 2 everywhere: −log σ(2) at each token of the right answer, −log σ(−2) of the wrong.
  weights.get("score.bias")!.assign(weights.get("score.bias")!.add(2));
  const options = trainingOptions(verifier.parts, { tokens: "all" });
  const [loss] = await trainVerifier(verifier.parts, [short, wordy], options);
  assertAlmostEquals(loss!, (Math.log1p(Math.exp(-2)) + Math.log1p(Math.exp(2))) / 2, 1e-5);
  options.optimizer.dispose();
  verifier.dispose();
});

Deno.test("trainVerifier() takes the same steps however a batch is cut into micro-batches", async () => {
  const runs: { losses: number[]; weights: Map<string, Float32Array> }[] = [];
  for (const maxBatchTokens of [4096, 100, 1]) {
    const verifier = makeVerifier(decoder, LORA);
    scatterVerifier(verifier.parts);
    const options = trainingOptions(verifier.parts, { maxBatchTokens, learningRate: () => 1e-3 });
    const losses = await trainVerifier(verifier.parts, ANSWERS.slice(0, 32), options);
    runs.push({ losses, weights: await snapshot(verifierVariables(verifier.parts)) });
    options.optimizer.dispose();
    verifier.dispose();
  }
  for (const { losses, weights } of runs.slice(1)) {
    assertClose(losses, runs[0]!.losses, 1e-4);
    // AdamW turns gradients near 0, and so their rounding, into whole steps: 2 of 1e-3.
    for (const [name, values] of runs[0]!.weights) assertClose(weights.get(name)!, values, 2e-3);
  }
});

Deno.test("trainVerifier() shuffles by its stream, follows its schedule and tells its steps", async () => {
  const lossesOf = async (changes: Parameters<typeof trainingOptions>[1]) => {
    const verifier = makeVerifier(decoder, LORA);
    scatterVerifier(verifier.parts);
    const options = trainingOptions(verifier.parts, changes);
    const losses = await trainVerifier(verifier.parts, ANSWERS, options);
    options.optimizer.dispose();
    verifier.dispose();
    return losses;
  };
  const asked: string[] = [];
  const told: string[] = [];
  const first = await lossesOf({
    epochs: 2,
    learningRate: (step, total) => {
      asked.push(`${step}/${total}`);
      return 1e-3;
    },
    onStep: (step, total, loss) => void told.push(`${step}/${total} ${loss}`),
  });
  const again = await lossesOf({ epochs: 2, learningRate: () => 1e-3 });
  assertEquals(again, first);
  assertEquals(asked, Array.from({ length: 10 }, (_, i) => `${i}/10`));
  assertEquals(told, first.map((loss, i) => `${i + 1}/10 ${loss}`));
});

Deno.test("trainVerifier() needs an answer", async () => {
  const verifier = makeVerifier(decoder, null);
  const options = trainingOptions(verifier.parts);
  await assertRejects(
    () => trainVerifier(verifier.parts, [], options),
    RangeError,
    "Cannot train a verifier as there is no labelled answer: got 0",
  );
  options.optimizer.dispose();
  verifier.dispose();
});

Deno.test("trainVerifier() leaks no tensors and no native memory", async () => {
  const verifier = makeVerifier(decoder, LORA);
  const options = trainingOptions(verifier.parts, { maxBatchTokens: 200 });
  const once = () => trainVerifier(verifier.parts, ANSWERS.slice(0, 20), options);
  await assertNoLeak(once);
  const blocks = numHeapBlocks();
  await once();
  assertEquals(numHeapBlocks(), blocks);
  options.optimizer.dispose();
  verifier.dispose();
});

Deno.test("trainVerifier() and Verifier.score() stop between batches and leave no tensor", async () => {
  const verifier = makeVerifier(decoder, LORA);
  const options = trainingOptions(verifier.parts, { batchSize: 80, maxBatchTokens: 200 });
  const { numTensors } = tf.memory();
  const before = await snapshot(verifierVariables(verifier.parts));
  const stopped = (run: () => Promise<unknown>) =>
    assertRejects(run, RangeError, "stopped at a look");
  const looks = [1, 2, 12, 13, 14];
  for (const look of looks) {
    await stopped(() =>
      trainVerifier(verifier.parts, ANSWERS, { ...options, ...abortingAtLook(look) })
    );
    assertEquals(options.optimizer.stepCount, 0, `${look}`);
  }
  for (const look of [1, 2]) await stopped(() => verifier.score(ANSWERS, abortingAtLook(look)));
  assertEquals(await changedSince(before, verifierVariables(verifier.parts)), []);
  assertEquals(tf.memory().numTensors, numTensors);
  options.optimizer.dispose();
  verifier.dispose();
});

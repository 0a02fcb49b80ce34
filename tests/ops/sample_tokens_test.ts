import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { sampleTokens } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { onEveryPlace } from "./twins.ts";

const PLAIN = { temperature: 1, topK: 0, topP: 1 };

/** Tokens that uniforms lead to from one row of logits. */
async function draw(
  logits: readonly number[],
  uniforms: readonly number[],
  options: Partial<typeof PLAIN> = {},
): Promise<{ tokens: number[]; logProbs: number[] }> {
  const rows = tf.tensor2d(uniforms.map(() => [...logits]));
  try {
    const drawn = await sampleTokens(rows, Float32Array.from(uniforms), { ...PLAIN, ...options });
    return { tokens: [...drawn.tokens], logProbs: [...drawn.logProbs] };
  } finally {
    rows.dispose();
  }
}

// p = 1/8, 4/8, 2/8, 1/8: cumulated 0.125, 0.625, 0.875, 1.
const LOGITS = [1, 4, 2, 1].map(Math.log);

Deno.test("sampleTokens() inverts the cumulative distribution in the order of ids", async () => {
  await onEveryPlace(async () => {
    const { tokens, logProbs } = await draw(LOGITS, [
      0,
      0.124,
      0.126,
      0.62,
      0.63,
      0.87,
      0.88,
      0.9999,
    ]);
    assertEquals(tokens, [0, 0, 1, 1, 2, 2, 3, 3]);
    assertClose(logProbs, tokens.map((token) => Math.log([1, 4, 2, 1][token]! / 8)), 1e-6);
  });
});

Deno.test("sampleTokens() takes the largest logit at temperature 0, the first among equals", async () => {
  const { tokens, logProbs } = await draw([0, 1, 1], [0.99], { temperature: 0 });
  assertEquals(tokens, [1]);
  assertClose(logProbs, [1 - Math.log(1 + 2 * Math.E)], 1e-6); // under temperature 1
});

Deno.test("sampleTokens() applies temperature before all else", async () => {
  // At temperature ½ the odds are squared: 1, 16, 4, 1 of 22.
  const { tokens, logProbs } = await draw(LOGITS, [0.9 / 22, 1.1 / 22, 16.9 / 22, 17.1 / 22], {
    temperature: 0.5,
  });
  assertEquals(tokens, [0, 1, 1, 2]);
  assertClose(logProbs, [1, 16, 16, 4].map((x) => Math.log(x / 22)), 1e-6);
});

Deno.test("sampleTokens() keeps the K largest logits and their equals", async () => {
  // K = 2 keeps ids 1 and 2, odds 4 : 2.
  const two = await draw(LOGITS, [0, 0.66, 0.67, 0.9999], { topK: 2 });
  assertEquals(two.tokens, [1, 1, 2, 2]);
  assertClose(two.logProbs, [4, 4, 2, 2].map((x) => Math.log(x / 8)), 1e-6); // not renormalised
  // The third largest is shared by ids 0 and 3, so K = 3 keeps all four.
  assertEquals((await draw(LOGITS, [0.1, 0.9999], { topK: 3 })).tokens, [0, 3]);
  assertEquals((await draw(LOGITS, [0, 0.9999], { topK: 1 })).tokens, [1, 1]);
  assertEquals((await draw(LOGITS, [0, 0.9999], { topK: 99 })).tokens, [0, 3]);
});

Deno.test("sampleTokens() keeps tokens until their mass reaches topP", async () => {
  const kept = async (topP: number, more = {}): Promise<number[]> => {
    const uniforms = Array.from({ length: 64 }, (_, i) => (i + 0.5) / 64);
    return [...new Set((await draw(LOGITS, uniforms, { topP, ...more })).tokens)];
  };
  assertEquals(await kept(0.001), [1]); // the most probable always stays
  assertEquals(await kept(0.49), [1]);
  assertEquals(await kept(0.51), [1, 2]); // 1/2 is not enough
  assertEquals(await kept(0.76), [0, 1, 2]); // of the equals 0 and 3 the lower id comes first
  assertEquals(await kept(0.88), [0, 1, 2, 3]);
  // After K = 2 the masses are 2/3 and 1/3.
  assertEquals(await kept(0.66, { topK: 2 }), [1]);
  assertEquals(await kept(0.67, { topK: 2 }), [1, 2]);
});

Deno.test("sampleTokens() draws with the probabilities of the softmax", async () => {
  const random = Random.fromSeed(13);
  const uniforms = Array.from({ length: 20000 }, () => random.uniform());
  const { tokens } = await draw(LOGITS, uniforms);
  const counts = [0, 0, 0, 0];
  for (const token of tokens) counts[token]!++;
  // Four standard errors of a share p of 20 000 are 4 √(p (1 − p) / 20 000) ≤ 0.0142.
  counts.forEach((count, token) =>
    assert(Math.abs(count / 20000 - [1, 4, 2, 1][token]! / 8) < 0.0142)
  );
});

Deno.test("sampleTokens() gives the same tokens every time and whatever else is in the batch", async () => {
  const random = Random.fromSeed(14);
  const logits = Array.from({ length: 5 }, () => Array.from({ length: 50 }, () => random.normal()));
  const uniforms = Float32Array.from(logits, () => random.uniform());
  const options = { temperature: 0.8, topK: 20, topP: 0.9 };
  const places: number[][] = [];
  await onEveryPlace(async () => {
    const all = tf.tensor2d(logits);
    places.push([...(await sampleTokens(all, uniforms, options)).tokens]);
    all.dispose();
  });
  const alone = await Promise.all(
    logits.map(async (row, i) => (await draw(row, [uniforms[i]!], options)).tokens[0]!),
  );
  for (const tokens of places) assertEquals(tokens, alone);
});

Deno.test("sampleTokens() refuses options out of range and logits that are not finite", async () => {
  for (const topP of [0, -0.1, 1.1, NaN]) {
    await assertRejects(() => draw([0], [0], { topP }), RangeError, "topP must be in (0, 1]");
  }
  for (const topK of [-1, 0.5]) {
    await assertRejects(() => draw([0], [0], { topK }), RangeError, "topK must be an integer");
  }
  await assertRejects(() => draw([0], [0], { temperature: -1 }), RangeError, "at least 0: got -1");
  await assertRejects(() => draw([0, NaN], [0]), RangeError, "logits must be finite: row 0");
  await assertRejects(() => draw([0, Infinity], [0]), RangeError, "logits must be finite: row 0");
  const { tokens } = await draw([0, -Infinity], [0.9999]); // a masked token is never drawn
  assertEquals(tokens, [0]);
});

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { causalAttention, causalAttentionReference } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import {
  assertGradient,
  assertTwins,
  evaluate,
  integers,
  normals,
  onEveryPlace,
  type Op,
} from "./twins.ts";

interface Sizes {
  readonly numHeads: number;
  readonly numKvHeads: number;
  readonly starts: readonly number[];
  readonly length?: number;
  readonly window?: number;
  readonly softCap?: number;
}

function attend(op: typeof causalAttention, sizes: Sizes): Op {
  return (q, k, v) =>
    op(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
      ...sizes,
      starts: integers(sizes.starts),
    });
}

Deno.test("causalAttention() mixes the visible values, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // One head of width 1, T = 3, one pad token. Query 0 is padding: 0. Query 1 sees key 1 only: its
      // value 20. Query 2 sees keys 1 and 2 with scores 1·0 and 1·ln 3: weights ¼, ¾: 5 + 30 = 35.
      const q = tf.tensor3d([9, 7, 1], [1, 3, 1]);
      const k = tf.tensor3d([9, 0, Math.log(3)], [1, 3, 1]);
      const v = tf.tensor3d([10, 20, 40], [1, 3, 1]);
      const options = { numHeads: 1, numKvHeads: 1, starts: integers([1]) };
      assertClose(causalAttention(q, k, v, options).dataSync(), [0, 20, 35], 1e-5);
      // The same for the last query alone, against a cache that holds more than is in use.
      const last = causalAttention(
        tf.tensor3d([1], [1, 1, 1]),
        k.concat(tf.fill([1, 2, 1], NaN), 1) as tf.Tensor3D,
        v.concat(tf.fill([1, 2, 1], NaN), 1) as tf.Tensor3D,
        { ...options, length: 3 },
      );
      assertClose(last.dataSync(), [35], 1e-5);
    });
  });
});

Deno.test("causalAttention() sees the last keys of a window, and bounds scores, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // As above, with four tokens and one pad token: within a window of 2, query 3 sees keys 2 and 3 with scores
      // ln 3 and 0, so ¾ · 40 + ¼ · 80 = 50; query 2 sees keys 1 and 2 as before, query 1 no padding.
      const q = tf.tensor3d([9, 7, 1, 1], [1, 4, 1]);
      const k = tf.tensor3d([9, 0, Math.log(3), 0], [1, 4, 1]);
      const v = tf.tensor3d([10, 20, 40, 80], [1, 4, 1]);
      const options = { numHeads: 1, numKvHeads: 1, starts: integers([1]) };
      const run = (more: { window?: number; softCap?: number }) =>
        causalAttention(q, k, v, { ...options, ...more }).dataSync();
      assertClose(run({ window: 2 }), [0, 20, 35, 50], 1e-5);
      assertClose(run({ window: 1 }), [0, 20, 40, 80], 1e-5);
      // Keys 1, 2 and 3: (1 · 20 + 3 · 40 + 1 · 80) / 5.
      assertClose(run({ window: 3 }), [0, 20, 35, 44], 1e-5);
      assertClose(run({ window: 4 }), run({}), 1e-5);
      // Bounded by c = ln 3, ln 3 becomes ln 3 · tanh 1.
      const weight = 3 ** Math.tanh(1);
      const mixed = (20 + weight * 40) / (1 + weight);
      assertClose(run({ window: 2, softCap: Math.log(3) }).slice(0, 3), [0, 20, mixed], 1e-5);
    });
  });
});

Deno.test("causalAttention() equals its reference over shapes, padding and caches", async () => {
  const random = Random.fromSeed(9);
  const cases: (Omit<Sizes, "starts"> & {
    readonly numRows: number;
    readonly numQueries: number;
    readonly stored: number;
    readonly headDim: number;
  })[] = [
    { numRows: 1, numQueries: 1, stored: 1, numHeads: 1, numKvHeads: 1, headDim: 1 },
    { numRows: 3, numQueries: 5, stored: 5, numHeads: 2, numKvHeads: 2, headDim: 4 },
    { numRows: 3, numQueries: 50, stored: 50, numHeads: 4, numKvHeads: 2, headDim: 6 }, // two tiles of our own kernel
    {
      numRows: 2,
      numQueries: 97,
      stored: 120,
      length: 110,
      numHeads: 3,
      numKvHeads: 1,
      headDim: 5,
    },
    { numRows: 2, numQueries: 140, stored: 150, numHeads: 2, numKvHeads: 1, headDim: 4 },
    { numRows: 1, numQueries: 70, stored: 520, numHeads: 2, numKvHeads: 2, headDim: 4 },
    { numRows: 3, numQueries: 1, stored: 9, length: 7, numHeads: 6, numKvHeads: 3, headDim: 3 },
    { numRows: 4, numQueries: 1, stored: 40, length: 33, numHeads: 2, numKvHeads: 2, headDim: 18 },
    { numRows: 4, numQueries: 3, stored: 8, length: 8, numHeads: 2, numKvHeads: 1, headDim: 16 },
  ];
  const windows = [1, 2, 7, 48, 49, 64, 100];
  const all = cases.flatMap((sizes, i) => {
    const window = windows[random.integer(0, windows.length)]!;
    return [sizes, { ...sizes, window, ...i % 2 === 1 ? { softCap: 0.8 } : {} }];
  });
  for (const { numRows, numQueries, stored, headDim, ...rest } of all) {
    const length = rest.length ?? stored;
    // A row without padding, one that is all padding but its last token, the others between.
    const starts = Array.from(
      { length: numRows },
      (_, row) => row === 0 ? 0 : row === 1 ? length - 1 : random.integer(0, length + 1),
    );
    const inputs = [
      normals(random, numRows, numQueries, rest.numHeads * headDim),
      normals(random, numRows, stored, rest.numKvHeads * headDim),
      normals(random, numRows, stored, rest.numKvHeads * headDim),
    ];
    const name = `causalAttention ${
      JSON.stringify({ numRows, numQueries, stored, headDim, ...rest })
    }`;
    const op = attend(causalAttention, { ...rest, starts });
    const reference = attend(causalAttentionReference, { ...rest, starts });
    await assertTwins({ op, reference }, inputs, { name });
    if (numQueries === 5) await assertGradient(op, inputs, { random, name });
  }
});

Deno.test("causalAttention() without a gradient equals itself with one", async () => {
  const random = Random.fromSeed(10);
  const inputs = [normals(random, 3, 1, 12), normals(random, 3, 21, 6), normals(random, 3, 21, 6)];
  const sizes = { numHeads: 4, numKvHeads: 2, starts: [0, 20, 21] };
  await onEveryPlace(async () => {
    const [expected] = await evaluate(attend(causalAttention, sizes), inputs);
    tf.tidy(() => {
      const [q, k, v] = inputs.map(({ shape, values }) => tf.tensor(values, [...shape]));
      const y = attend(causalAttention, sizes)(q!, k!, v!);
      assertClose(y.dataSync(), expected!, 1e-6);
      assertEquals([...y.slice([2, 0, 0], [1, 1, 12]).dataSync()], Array(12).fill(0)); // padding
    });
  });
});

Deno.test("causalAttention() reads no key in front of all windows", async () => {
  const random = Random.fromSeed(12);
  const [q, k, v] = [
    normals(random, 1, 70, 8),
    normals(random, 1, 90, 8),
    normals(random, 1, 90, 8),
  ];
  // The first query stands at 20 and sees 6 keys.
  for (const { values } of [k, v]) values.fill(NaN, 0, 15 * 8);
  await onEveryPlace(() => {
    tf.tidy(() => {
      const [queries, keys, values] = [q, k, v].map((x) =>
        tf.tensor3d(x.values, [1, x.shape[1]!, 8])
      );
      const heads = { numHeads: 2, numKvHeads: 2, starts: integers([0]), window: 6 };
      const y = causalAttention(queries!, keys!, values!, heads);
      const behind = (x: tf.Tensor3D) => x.slice([0, 15, 0], [1, 75, 8]);
      const expected = causalAttention(queries!, behind(keys!), behind(values!), heads);
      assertClose(y.dataSync(), expected.dataSync(), 1e-6);
    });
  });
});

Deno.test("causalAttention() does not depend on padding", async () => {
  const random = Random.fromSeed(11);
  const [q, k, v] = [0, 1, 2].map(() => normals(random, 1, 10, 8));
  await onEveryPlace(() => {
    tf.tidy(() => {
      const tensors = [q!, k!, v!].map(({ values }) => tf.tensor3d(values, [1, 10, 8]));
      const padded = tensors.map((x) => tf.concat([tf.fill([1, 3, 8], 1e3), x], 1) as tf.Tensor3D);
      const heads = { numHeads: 2, numKvHeads: 2, window: 4 };
      const plain = causalAttention(tensors[0]!, tensors[1]!, tensors[2]!, {
        ...heads,
        starts: integers([0]),
      });
      const shifted = causalAttention(padded[0]!, padded[1]!, padded[2]!, {
        ...heads,
        starts: integers([3]),
      });
      assertClose(shifted.slice([0, 3, 0], [1, 10, 8]).dataSync(), plain.dataSync(), 1e-6);
    });
  });
});

Deno.test("causalAttention() refuses shapes that do not fit", () => {
  tf.tidy(() => {
    const x = (...shape: [number, number, number]) => tf.ones(shape) as tf.Tensor3D;
    const options = { numHeads: 2, numKvHeads: 1, starts: integers([0]) };
    const run = (q: tf.Tensor3D, k: tf.Tensor3D, more = {}) =>
      causalAttention(q, k, k, { ...options, ...more });
    assertThrows(() => run(x(1, 3, 5), x(1, 3, 2)), RangeError, "must be [B, T, H*C] with H = 2");
    assertThrows(() => run(x(1, 3, 4), x(1, 3, 4)), RangeError, "must be [B, S, K*C]");
    assertThrows(() => run(x(2, 3, 4), x(2, 3, 2)), RangeError, "must agree in B");
    assertThrows(
      () => run(x(1, 3, 4), x(1, 3, 2), { length: 2 }),
      RangeError,
      "length 2 must be in",
    );
    for (const window of [0, -1, 1.5, NaN]) {
      const message = `causalAttention as window must be a positive integer: got ${window}`;
      assertThrows(() => run(x(1, 3, 4), x(1, 3, 2), { window }), RangeError, message);
    }
    const message = "causalAttention as softCap must be a positive number: got 0";
    assertThrows(() => run(x(1, 3, 4), x(1, 3, 2), { softCap: 0 }), RangeError, message);
  });
});

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { rotaryEmbedding, rotaryEmbeddingReference, rotaryFrequencies } from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { longRope } from "./long_rope.ts";
import { assertGradient, assertTwins, integers, normals, onEveryPlace, type Op } from "./twins.ts";

function at(op: typeof rotaryEmbedding, positions: readonly number[], headDim: number): Op {
  return (x) => op(x as tf.Tensor2D, integers(positions), { headDim, theta: 10000 });
}

Deno.test("rotaryEmbedding() turns halves of a head against each other, by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // C = 4, theta = 16: frequencies 1 and 16^(−1/2) = 1/4. At position 2 the pair (x0, x2) turns by
      // 2 rad, (x1, x3) by 1/2 rad. x = (1, 1, 0, 0) becomes (cos 2, cos ½, sin 2, sin ½).
      const x = tf.tensor2d([[1, 1, 0, 0], [1, 2, 3, 4]]);
      const y = rotaryEmbedding(x, integers([2, 0]), { headDim: 4, theta: 16 });
      const turned = [Math.cos(2), Math.cos(0.5), Math.sin(2), Math.sin(0.5)];
      assertClose(y.dataSync(), [...turned, 1, 2, 3, 4], 1e-6); // position 0 turns nothing
    });
  });
});

Deno.test("rotaryEmbedding() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(5);
  for (const [heads, headDim] of [[1, 2], [3, 6], [2, 32], [5, 10]] as const) {
    const rows = random.integer(1, 40);
    const positions = Array.from({ length: rows }, () => random.integer(0, 700));
    const inputs = [normals(random, rows, heads * headDim)];
    const name = `rotaryEmbedding ${rows} ${heads} ${headDim}`;
    const op = at(rotaryEmbedding, positions, headDim);
    const reference = at(rotaryEmbeddingReference, positions, headDim);
    await assertTwins({ op, reference }, inputs, { name });
    if (headDim === 6) await assertGradient(op, inputs, { random, name });
  }
});

Deno.test("rotaryFrequencies() scales as told, by hand", () => {
  const plain = { headDim: 8, theta: 10_000 }; // 1, 1/10, 1/100, 1/1000
  assertClose(rotaryFrequencies(plain), [1, 0.1, 0.01, 0.001], 1e-8);
  const linear = { ropeType: "linear", factor: 4 } as const;
  assertClose(
    rotaryFrequencies({ ...plain, scaling: linear }),
    [0.25, 0.025, 0.0025, 0.00025],
    1e-8,
  );
  // In 200·π positions pairs turn 100, 10, 1 and 1/10 times. More than 5.5 times: kept. Less than half: divided by 8.
  // Once: a tenth of the way, 1/100 · (0.9/8 + 0.1).
  const llama3 = {
    ropeType: "llama3",
    factor: 8,
    lowFreqFactor: 0.5,
    highFreqFactor: 5.5,
    originalMaxPositionEmbeddings: 200 * Math.PI,
  } as const;
  assertClose(rotaryFrequencies({ ...plain, scaling: llama3 }), [1, 0.1, 0.002125, 0.000125], 1e-8);
  const scaling = longRope([1, 2, 4, 5], 3);
  assertClose(rotaryFrequencies({ ...plain, scaling }), [1, 0.05, 0.0025, 0.0002], 1e-8);
});

Deno.test("rotaryEmbedding() multiplies by LongRoPE's attention factor, its gradient too", async () => {
  const options = { headDim: 2, theta: 10_000, scaling: longRope([2], 1.5) };
  await onEveryPlace(() => {
    tf.tidy(() => {
      // Position 6, frequency 1/2: 1.5 · (cos 3, sin 3).
      const y = rotaryEmbedding(tf.tensor2d([[1, 0]]), integers([6]), options);
      assertClose(y.dataSync(), [1.5 * Math.cos(3), 1.5 * Math.sin(3)], 1e-6);
    });
  });
  const random = Random.fromSeed(9);
  const at = integers([0, 3, 8]).arraySync() as number[];
  const op = (rotate: typeof rotaryEmbedding): Op => (x) =>
    rotate(x as tf.Tensor2D, integers(at), options);
  const inputs = [normals(random, 3, 4)];
  const twins = { op: op(rotaryEmbedding), reference: op(rotaryEmbeddingReference) };
  await assertTwins(twins, inputs, { name: "longrope" });
  await assertGradient(twins.op, inputs, { random, name: "longrope" });
});

Deno.test("rotaryEmbedding() keeps tables of other frequencies apart", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const x = tf.tensor2d([[1, 0]]);
      const turn = (scaling?: { ropeType: "linear"; factor: number }) =>
        rotaryEmbedding(x, integers([6]), { headDim: 2, theta: 10000, scaling }).dataSync();
      const by = (angle: number) => [Math.cos(angle), Math.sin(angle)];
      assertClose(turn(), by(6), 1e-6);
      assertClose(turn({ ropeType: "linear", factor: 2 }), by(3), 1e-6);
      assertClose(turn({ ropeType: "linear", factor: 3 }), by(2), 1e-6);
      assertClose(turn(), by(6), 1e-6);
    });
  });
});

Deno.test("rotaryEmbedding() makes products depend on distances only", async () => {
  const random = Random.fromSeed(6);
  const [q, k] = [normals(random, 1, 8).values, normals(random, 1, 8).values];
  await onEveryPlace(() => {
    const dot = (positionQ: number, positionK: number): number =>
      tf.tidy(() => {
        const turn = (x: Float32Array, position: number) =>
          rotaryEmbedding(tf.tensor2d(x, [1, 8]), integers([position]), {
            headDim: 8,
            theta: 10000,
          });
        return turn(q, positionQ).mul(turn(k, positionK)).sum().dataSync()[0]!;
      });
    assertClose([dot(12, 5)], [dot(107, 100)], 1e-4);
  });
});

Deno.test("rotaryEmbedding() refuses odd heads and positions below 0", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const x = tf.ones([2, 6]) as tf.Tensor2D;
      const options = { headDim: 3, theta: 10000 };
      assertThrows(
        () => rotaryEmbedding(x, integers([0, 1]), options),
        RangeError,
        "even C = 3: got [2, 6]",
      );
      assertThrows(
        () => rotaryEmbedding(x, integers([0, -1]), { ...options, headDim: 6 }),
        RangeError,
        "at least 0: got -1",
      );
    });
    assertEquals(tf.memory().unreliable ?? false, false);
  });
});

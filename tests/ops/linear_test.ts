import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import { linear, linearReference, loraLinear, loraLinearReference } from "../../lib/ops/mod.ts";
import { assertGradient, assertTwins, evaluate, normals, onEveryPlace, type Op } from "./twins.ts";

const asLora = (op: typeof loraLinear): Op => (x, weight, a, b) =>
  op(x as tf.Tensor2D, weight as tf.Tensor2D, {
    a: a as tf.Tensor2D,
    b: b as tf.Tensor2D,
    scale: 0.7,
  });

Deno.test("linear() gives x Wᵀ + b and its gradients by hand", async () => {
  await onEveryPlace(async () => {
    // x [1, 2] = (1, 2), W = (3 4; 5 6; 7 8): y = (3+8, 5+12, 7+16) = (11, 17, 23).
    const x = { shape: [1, 2], values: Float32Array.of(1, 2) };
    const weight = { shape: [3, 2], values: Float32Array.of(3, 4, 5, 6, 7, 8) };
    const [y] = await evaluate((x, w) => linear(x as tf.Tensor2D, w as tf.Tensor2D), [x, weight]);
    assertEquals([...y!], [11, 17, 23]);
    tf.tidy(() => {
      const biased = linear(
        tf.tensor2d([[1, 2]]),
        tf.tensor2d([[3, 4], [5, 6], [7, 8]]),
        tf.tensor1d([1, 0, -3]),
      );
      assertEquals([...biased.dataSync()], [12, 17, 20]);
      // d(Σ y)/dx = column sums of W = (15, 18); d(Σ y)/dW = x in each row.
      const [dx, dw] = tf.grads((x, w) => linear(x as tf.Tensor2D, w as tf.Tensor2D).sum())([
        tf.tensor2d([[1, 2]]),
        tf.tensor2d([[3, 4], [5, 6], [7, 8]]),
      ]);
      assertEquals([...dx!.dataSync()], [15, 18]);
      assertEquals([...dw!.dataSync()], [1, 2, 1, 2, 1, 2]);
    });
  });
});

Deno.test("linear() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(1);
  for (let i = 0; i < 6; i++) {
    const [n, inputs, outputs] = [0, 1, 2].map(() => random.integer(1, 70)) as [
      number,
      number,
      number,
    ];
    const tensors = [normals(random, n, inputs), normals(random, outputs, inputs)];
    const name = `linear ${n} ${inputs} ${outputs}`;
    await assertTwins({ op: linear as Op, reference: linearReference as Op }, tensors, { name });
    const bias = normals(random, outputs);
    await assertTwins({ op: linear as Op, reference: linearReference as Op }, [...tensors, bias], {
      name: `${name} with bias`,
    });
    if (i === 0) await assertGradient(linear as Op, [...tensors, bias], { random, name });
  }
});

Deno.test("linear() computes no gradient of a frozen weight", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const [x, weight] = [tf.ones([3, 2]), tf.ones([4, 2])] as [tf.Tensor2D, tf.Tensor2D];
      const names: string[] = [];
      const run = tf.engine().runKernel;
      tf.engine().runKernel = function (this: unknown, name: string, ...rest: unknown[]) {
        names.push(name);
        return (run as (...args: unknown[]) => tf.Tensor).call(this, name, ...rest);
      } as typeof run;
      try {
        tf.grad((x) => linear(x as tf.Tensor2D, weight).sum())(x);
      } finally {
        tf.engine().runKernel = run;
      }
      assertEquals(names.filter((name) => name === "MaporlMatMul").length, 1);
    });
  });
});

Deno.test("loraLinear() adds scale · (x Aᵀ) Bᵀ by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // x Wᵀ = 1·3 + 2·4 = 11; x Aᵀ = 1·1 + 2·(−1) = −1; times B = 5 and scale 2: −10.
      const y = loraLinear(tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]]), {
        a: tf.tensor2d([[1, -1]]),
        b: tf.tensor2d([[5]]),
        scale: 2,
      });
      assertEquals([...y.dataSync()], [1]);
    });
  });
});

Deno.test("loraLinear() equals its reference over random shapes", async () => {
  const random = Random.fromSeed(2);
  for (let i = 0; i < 6; i++) {
    const [n, inputs, outputs] = [0, 1, 2].map(() => random.integer(1, 50)) as [
      number,
      number,
      number,
    ];
    const rank = random.integer(1, 9);
    const tensors = [
      normals(random, n, inputs),
      normals(random, outputs, inputs),
      normals(random, rank, inputs),
      normals(random, outputs, rank),
    ];
    const name = `loraLinear ${n} ${inputs} ${outputs} rank ${rank}`;
    const twins = { op: asLora(loraLinear), reference: asLora(loraLinearReference) };
    await assertTwins(twins, tensors, { name });
    if (i === 0) await assertGradient(twins.op, tensors, { random, name });
  }
});

Deno.test("linear() and loraLinear() refuse shapes that do not fit", () => {
  tf.tidy(() => {
    const [x, weight] = [tf.ones([3, 2]), tf.ones([4, 5])] as [tf.Tensor2D, tf.Tensor2D];
    assertThrows(() => linear(x, weight), RangeError, "must agree in I: got [3, 2] and [4, 5]");
    const fits = tf.ones([4, 2]) as tf.Tensor2D;
    assertThrows(() => linear(x, fits, tf.ones([3])), RangeError, "must agree in O");
    const lora = { a: tf.ones([2, 2]) as tf.Tensor2D, b: tf.ones([3, 2]) as tf.Tensor2D, scale: 1 };
    assertThrows(() => loraLinear(x, fits, lora), RangeError, "B must be [O, R]");
  });
});

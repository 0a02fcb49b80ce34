import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { CpuBackend } from "../../lib/device/cpu_backend.ts";
import * as ops from "../../lib/ops/mod.ts";
import { assertClose } from "../support/tensors.ts";
import { integers, normals, onEveryPlace } from "./twins.ts";

const scalar = (x: tf.Tensor): tf.Scalar => x.sum();

Deno.test("gradients() gives value and gradients by hand", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // f = Σ a² b + a: df/da = 2ab + 1, df/db = a²; c is not used.
      const [a, b, c] = [tf.tensor1d([1, 2]), tf.tensor1d([3, -1]), tf.tensor1d([7])];
      const { value, grads } = ops.gradients(
        () => scalar(a.square().mul(b).add(a)),
        [a, b, c],
      );
      assertEquals(value.dataSync()[0], 3 + 1 - 4 + 2);
      assertEquals([...grads[0]!.dataSync()], [7, -3]);
      assertEquals([...grads[1]!.dataSync()], [1, 4]);
      assertEquals(grads[2], undefined);
    });
  });
});

/** A small network in which tensors are used more than once, on 3 rows of 4 tokens. */
function network(params: readonly tf.Tensor[]): tf.Scalar {
  const [table, weight, norm, other] = params as [
    tf.Tensor2D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor2D,
  ];
  const ids = integers([0, 1, 2, 3, 3, 2, 1, 0, 1, 1, 2, 2]);
  const x = ops.embedding(table, ids);
  const normed = ops.rmsNorm(x, norm, 1e-5);
  const q = ops.linear(normed, weight).reshape([3, 4, 8]) as tf.Tensor3D;
  const mixed = ops.causalAttention(q, q, q, {
    numHeads: 2,
    numKvHeads: 2,
    starts: integers([0, 1, 0]),
  });
  const residual = x.add(mixed.reshape([12, 8])) as tf.Tensor2D;
  const gated = ops.swiGlu(residual, ops.linear(residual, other));
  const { logProbs } = ops.tokenLogProbs(residual.add(gated), table, ids);
  return logProbs.mean();
}

Deno.test("gradients() equals tfjs's own backward pass", async () => {
  const random = Random.fromSeed(19);
  const shapes = [[5, 8], [8, 8], [8], [8, 8]];
  const values = shapes.map((shape) => normals(random, ...shape));
  await onEveryPlace(() => {
    tf.tidy(() => {
      const params = values.map((x) => tf.tensor(x.values, [...x.shape]));
      const ours = ops.gradients(() => network(params), params);
      const theirs = tf.valueAndGrads((...xs) => network(xs))(params);
      assertClose(ours.value.dataSync(), theirs.value.dataSync(), 1e-6);
      ours.grads.forEach((grad, i) =>
        assertClose(grad!.dataSync(), theirs.grads[i]!.dataSync(), 2e-6)
      );
      // Some of the parameters only: the others are constants.
      const some = ops.gradients(() => network(params), [params[1]!]);
      assertClose(some.grads[0]!.dataSync(), theirs.grads[1]!.dataSync(), 2e-6);
    });
  });
});

Deno.test("gradients() leaves nothing behind and peaks below tfjs's own backward pass", async () => {
  const random = Random.fromSeed(20);
  const params = [[5, 8], [8, 8], [8], [8, 8]].map((shape) => normals(random, ...shape).values);
  await onEveryPlace(() => {
    const [table, weight, norm, other] = params;
    const variables = [
      tf.tensor(table!, [5, 8]),
      tf.tensor(weight!, [8, 8]),
      tf.tensor(norm!, [8]),
      tf.tensor(other!, [8, 8]),
    ];
    const { heap } = tf.backend() as CpuBackend;
    const { numTensors } = tf.memory();
    const { numBlocks } = heap.stats;
    // The most blocks that were live when any kernel began.
    const peak = (run: () => { value: tf.Scalar; grads: (tf.Tensor | undefined)[] }): number => {
      let most = 0;
      const plain = heap.alloc;
      heap.alloc = (...args) => {
        most = Math.max(most, heap.stats.liveBytes);
        return plain(...args);
      };
      try {
        const { value, grads } = run();
        tf.dispose([value, ...grads.map((grad) => grad!)]);
      } finally {
        heap.alloc = plain;
      }
      assertEquals(tf.memory().numTensors, numTensors);
      assertEquals(heap.stats.numBlocks, numBlocks);
      return most;
    };
    const ours = peak(() => ops.gradients(() => network(variables), variables));
    const theirs = peak(() => tf.valueAndGrads((...xs) => network(xs))(variables));
    assert(ours < theirs, `${ours} bytes against ${theirs}`);
    tf.dispose(variables);
  });
});

/** All that adds its gradient to a sum in place: one tensor in two linear layers, LoRA and two norms. */
function branches([x, weight, norm, a, b]: readonly tf.Tensor[]): tf.Scalar {
  const [input, matrix] = [x, weight] as [tf.Tensor2D, tf.Tensor2D];
  const factors = { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 0.5 };
  const terms = [
    ops.linear(input, matrix),
    ops.linear(input.square() as tf.Tensor2D, matrix),
    ops.loraLinear(input, matrix, factors),
    ops.loraLinear(input, matrix, { ...factors, scale: 2 }),
    ops.rmsNorm(input, norm as tf.Tensor1D, 1e-5),
    ops.rmsNorm(ops.linear(matrix, matrix), norm as tf.Tensor1D, 1e-5),
    input,
  ];
  return scalar(tf.addN(terms.map((term, i) => term.sigmoid().mul(i + 1))));
}

Deno.test("gradients() of what adds to sums in place equals tfjs's and finite differences", async () => {
  const random = Random.fromSeed(23);
  const shapes = [[6, 6], [6, 6], [6], [2, 6], [6, 2]];
  const values = shapes.map((shape) => normals(random, ...shape));
  const steps = shapes.map((shape) => normals(random, ...shape));
  await onEveryPlace(() => {
    tf.tidy(() => {
      const params = values.map((x) => tf.tensor(x.values, [...x.shape]));
      const before = tf.memory().numTensors;
      const { value, grads } = ops.gradients(() => branches(params), params);
      assertEquals(tf.memory().numTensors, before + 1 + params.length);
      const theirs = tf.valueAndGrads((...xs) => branches(xs))(params);
      assertClose(value.dataSync(), theirs.value.dataSync(), 1e-4);
      grads.forEach((grad, i) => assertClose(grad!.dataSync(), theirs.grads[i]!.dataSync(), 1e-4));
      const moved = (size: number) =>
        branches(params.map((x, i) => x.add(tf.tensor(steps[i]!.values, [...x.shape]).mul(size))))
          .dataSync()[0]!;
      const slope = (moved(1e-2) - moved(-1e-2)) / 2e-2;
      const along = grads.map((grad, i) =>
        grad!.mul(tf.tensor(steps[i]!.values, [...grad!.shape])).sum().dataSync()[0]!
      ).reduce((sum, part) => sum + part, 0);
      assertClose([slope / along], [1], 1e-2);
    });
  });
});

Deno.test("gradients() frees the tape when the function throws", async () => {
  await onEveryPlace(() => {
    const x = tf.tensor1d([1, 2]);
    const { numTensors } = tf.memory();
    const fail = (): tf.Scalar => {
      x.square().mul(x);
      throw new RangeError("stop here");
    };
    assertThrows(() => ops.gradients(fail, [x]), RangeError, "stop here");
    assertThrows(() => ops.gradients(() => x.square() as tf.Tensor as tf.Scalar, [x]), RangeError);
    assertEquals(tf.memory().numTensors, numTensors + 1); // the value that was no scalar
    assertEquals([...tf.grad((y) => y.square())(x).dataSync()], [2, 4]); // the tape works on
    x.dispose();
  });
});

Deno.test("gradients() does not touch tensors that a gradient hands on", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const constant = tf.tensor1d([5, 6]);
      const handOn = tf.customGrad((...args) => ({
        value: (args[0] as tf.Tensor).clone(),
        gradFunc: () => constant,
      }));
      const x = tf.tensor1d([1, 2]);
      // x is used twice with the same constant as gradient: they add up, the constant stays.
      const { grads } = ops.gradients(() => scalar(handOn(x).add(handOn(x))), [x]);
      assertEquals([...grads[0]!.dataSync()], [10, 12]);
      assertEquals([...constant.dataSync()], [5, 6]);
    });
  });
});

Deno.test("gradients() inside of another differentiation leaves the outer one whole", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const x = tf.tensor1d([2]);
      // d/dx (d/dx x³) = 6x = 12.
      const inner = (y: tf.Tensor): tf.Tensor =>
        ops.gradients(() => scalar(y.mul(y).mul(y)), [y]).grads[0]!;
      assertClose(tf.grad(inner)(x).dataSync(), [12], 1e-5);
    });
  });
});

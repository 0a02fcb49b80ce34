import type * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import * as ops from "../../lib/ops/mod.ts";
import { evaluate, integers, onEveryPlace, type Op } from "./twins.ts";

const empty = (...shape: number[]) => ({ shape, values: new Float32Array(0) });
const full = (...shape: [number, number]) => ({
  shape,
  values: new Float32Array(shape[0] * shape[1]).fill(1),
});

Deno.test("ops of no rows give no rows, and zeros as gradients of weights", async () => {
  const none = new Int32Array(0);
  const cases: Record<string, { op: Op; inputs: { shape: number[]; values: Float32Array }[] }> = {
    linear: { op: ops.linear as Op, inputs: [empty(0, 3), full(2, 3)] },
    geGlu: { op: ops.geGlu as Op, inputs: [empty(0, 3), empty(0, 3)] },
    swiGlu: { op: ops.swiGlu as Op, inputs: [empty(0, 3), empty(0, 3)] },
    rmsNorm: {
      op: (x, w) => ops.rmsNorm(x as tf.Tensor2D, w!.reshape([3]) as tf.Tensor1D, 1e-5),
      inputs: [empty(0, 3), full(1, 3)],
    },
    embedding: {
      op: (table) => ops.embedding(table as tf.Tensor2D, integers(none)),
      inputs: [full(2, 3)],
    },
    tokenLogProbs: {
      op: (x, w) => ops.tokenLogProbs(x as tf.Tensor2D, w as tf.Tensor2D, integers(none)).logProbs,
      inputs: [empty(0, 3), full(2, 3)],
    },
    causalAttention: {
      op: (q, k, v) =>
        ops.causalAttention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, {
          numHeads: 1,
          numKvHeads: 1,
          starts: integers(none),
        }),
      inputs: [empty(0, 2, 3), empty(0, 2, 3), empty(0, 2, 3)],
    },
  };
  await onEveryPlace(async () => {
    for (const [name, { op, inputs }] of Object.entries(cases)) {
      const [y, ...grads] = await evaluate(op, inputs);
      assertEquals(y!.length, 0, name);
      grads.forEach((grad, i) => {
        assertEquals([...grad], Array(inputs[i]!.values.length).fill(0), `${name}, input ${i}`);
      });
    }
  });
});

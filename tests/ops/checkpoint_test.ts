import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import * as ops from "../../lib/ops/mod.ts";
import { assertNoLeak } from "../support/tensors.ts";
import { onEveryPlace } from "./twins.ts";

const scalar = (x: tf.Tensor): tf.Scalar => x.sum();

Deno.test("vjp() carries a vector back by hand, and leaves it to its owner", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // y = x², dy = [10, 1]: dx = 2x · dy.
      const [x, dy] = [tf.tensor1d([3, 4]), tf.tensor1d([10, 1])];
      const { value, grads } = ops.vjp(() => x.square(), [x], dy);
      assertEquals([...value.dataSync()], [9, 16]);
      assertEquals([...grads[0]!.dataSync()], [60, 8]);
      assertEquals([...dy.dataSync()], [10, 1]);
      assertThrows(() => ops.vjp(() => x.square(), [x]), RangeError, "float32 scalar");
    });
  });
});

Deno.test("checkpoint() gives value and gradients by hand and computes twice", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // f = Σ (a² b + a) c with a checkpointed part in b and c: df/da = (2ab + 1) c, df/db = a² c.
      const [a, b, c] = [tf.tensor1d([1, 2]), tf.tensor1d([3, -1]), tf.tensor1d([2, 5])];
      let runs = 0;
      const part = (x: tf.Tensor): tf.Tensor => {
        runs++;
        return x.square().mul(b).add(x).mul(c);
      };
      const f = () => scalar(ops.checkpoint(part, [a], [b, c]));
      const { value, grads } = ops.gradients(f, [a, b]);
      assertEquals(value.dataSync()[0], (3 + 1) * 2 + (-4 + 2) * 5);
      assertEquals([...grads[0]!.dataSync()], [7 * 2, -3 * 5]);
      assertEquals([...grads[1]!.dataSync()], [1 * 2, 4 * 5]);
      assertEquals(runs, 2);
      assertEquals(f().dataSync()[0], -2); // without a gradient once
      assertEquals(runs, 3);
    });
  });
});

Deno.test("checkpoint() gives zeros by what the function does not read, and can be nested", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const [x, unused] = [tf.tensor1d([1, 2]), tf.tensor1d([7])];
      const inner = (y: tf.Tensor): tf.Tensor => y.square();
      const outer = (y: tf.Tensor): tf.Tensor => ops.checkpoint(inner, [y.mul(3)], []).mul(y);
      const f = () => scalar(ops.checkpoint(outer, [x], [unused]));
      // y (3y)² = 9 y³: gradient 27 y².
      const { grads } = ops.gradients(f, [x, unused]);
      assertEquals([...grads[0]!.dataSync()], [27, 108]);
      assertEquals([...grads[1]!.dataSync()], [0]);
    });
  });
});

Deno.test("checkpoint() leaves nothing behind, also when the function throws the second time", async () => {
  await onEveryPlace(async () => {
    const x = tf.tensor1d([1, 2]);
    await assertNoLeak(() => {
      const { value, grads } = ops.gradients(
        () => scalar(ops.checkpoint((y) => y.square(), [x] as const, [])),
        [x],
      );
      tf.dispose([value, grads[0]!]);
    });
    const fails = (): tf.Scalar => {
      let runs = 0;
      return scalar(ops.checkpoint(
        (y) => {
          if (++runs === 2) throw new RangeError("stop here");
          return y.square().square();
        },
        [x] as const,
        [],
      ));
    };
    const { numTensors } = tf.memory();
    assertThrows(() => ops.gradients(fails, [x]), RangeError, "stop here");
    assertEquals(tf.memory().numTensors, numTensors + 1); // the value, as wherever a gradient throws
    assertEquals([...tf.grad((y) => y.square())(x).dataSync()], [2, 4]); // the tape works on
    x.dispose();
  });
});

import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { makeVariable } from "../../lib/models/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

const a = makeVariable(Float32Array.of(2, 3), [2]);
const b = makeVariable(Float32Array.of(5), [1]);
const unused = makeVariable(Float32Array.of(1), [1]);
/** Σ a² + b Σ a: value 13 + 25, gradients 2a + b = [9, 11] and Σ a = 5. */
const loss = () => a.square().sum().add(b.mul(a).sum()) as tf.Scalar;

Deno.test("valueAndGrads() gives value and gradients under the given names", async () => {
  const { value, grads } = valueAndGrads(loss, new Map([["first", a], ["second", b]]));
  assertClose(await value.data(), [38]);
  assertEquals([...grads.keys()], ["first", "second"]);
  assertClose(await grads.get("first")!.data(), [9, 11]);
  assertClose(await grads.get("second")!.data(), [5]);
  tf.dispose([value, ...grads.values()]);
});

Deno.test("valueAndGrads() leaves other variables constant", async () => {
  const { value, grads } = valueAndGrads(loss, new Map([["b", b]]));
  assertEquals([...grads.keys()], ["b"]);
  assertClose(await grads.get("b")!.data(), [5]);
  tf.dispose([value, ...grads.values()]);
});

Deno.test("valueAndGrads() names parameters that the loss does not use", () => {
  const before = tf.memory().numTensors;
  assertThrows(
    () => valueAndGrads(loss, new Map([["a", a], ["value_head.weight", unused]])),
    RangeError,
    "it does not use value_head.weight, pass only",
  );
  assertThrows(
    () => valueAndGrads(() => tf.scalar(1), new Map([["a", a]])),
    RangeError,
    "it does not use a, pass only",
  );
  assertEquals(tf.memory().numTensors, before);
  assertThrows(() => valueAndGrads(loss, new Map()), RangeError, "at least one parameter");
});

Deno.test("valueAndGrads() frees what a throwing loss had made", () => {
  const before = tf.memory().numTensors;
  const failing = () => {
    a.square();
    throw new RangeError("a loss that fails");
  };
  assertThrows(() => valueAndGrads(failing, new Map([["a", a]])), RangeError, "a loss that fails");
  assertEquals(tf.memory().numTensors, before);
  const { value, grads } = valueAndGrads(loss, new Map([["a", a]])); // and the next one works
  tf.dispose([value, ...grads.values()]);
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("valueAndGrads() hands out what the loss keeps, and leaks nothing else", async () => {
  await assertNoLeak(async () => {
    const kept: tf.Tensor[] = [];
    const keeping = () => {
      kept.push(tf.keep(a.square()));
      return loss();
    };
    const { value, grads } = valueAndGrads(keeping, new Map([["a", a]]));
    assertClose(await kept[0]!.data(), [4, 9]);
    tf.dispose([value, ...grads.values(), ...kept]);
  });
});

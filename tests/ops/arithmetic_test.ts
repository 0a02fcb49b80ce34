import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { CpuBackend } from "../../lib/device/cpu_backend.ts";
import "../../lib/ops/mod.ts";
import { assertTwins, integers, normals, onEveryPlace, type Op } from "./twins.ts";

const BINARY: Record<string, Op> = {
  add: (a, b) => tf.add(a!, b!),
  sub: (a, b) => tf.sub(a!, b!),
  mul: (a, b) => tf.mul(a!, b!),
};

Deno.test("Add, Sub, Multiply equal tfjs's own with one shape, scalars and broadcasting", async () => {
  const random = Random.fromSeed(15);
  const shapes = [
    [[7, 5], [7, 5]],
    [[1027], [1027]],
    [[7, 5], []],
    [[], [7, 5]],
    [[7, 5], [1, 1]],
    [[7, 5], [5]],
    [[7, 1], [1, 5]],
    [[1], [1, 1]],
    [[0], [0]],
  ];
  for (const [name, op] of Object.entries(BINARY)) {
    for (const [a, b] of shapes) {
      const inputs = [normals(random, ...a!), normals(random, ...b!)];
      // On tfjs's `cpu` the same call runs tfjs's kernel.
      await assertTwins({ op, reference: op }, inputs, { name: `${name} [${a}] [${b}]` });
    }
  }
});

Deno.test("Neg, Square, AddN and Sum equal tfjs's own", async () => {
  const random = Random.fromSeed(16);
  const unary: Record<string, Op> = {
    neg: (x) => tf.neg(x!),
    square: (x) => tf.square(x!),
    sum: (x) => tf.sum(x!),
    "sum of columns": (x) => tf.sum(x!, 0),
  };
  for (const [name, op] of Object.entries(unary)) {
    for (const shape of [[3, 5], [41, 101]]) {
      await assertTwins({ op, reference: op }, [normals(random, ...shape)], { name });
    }
  }
  const terms = [0, 1, 2].map(() => normals(random, 5, 3));
  const addN: Op = (...xs) => tf.addN(xs);
  await assertTwins({ op: addN, reference: addN }, terms, { name: "addN" });
});

Deno.test("Sum of many equal values does not drift", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      // 2²² times 0.1 in float32 one after the other ends 2 % away.
      const total = tf.fill([1 << 22], 0.1).sum().dataSync()[0]!;
      assert(Math.abs(total / (Math.fround(0.1) * 2 ** 22) - 1) < 1e-6, `${total}`);
    });
  });
});

Deno.test("gather() of rows and its gradient equal tfjs's own", async () => {
  const random = Random.fromSeed(17);
  const gather: Op = (x) => tf.gather(x!, integers([2, 0, 2, 3]));
  await assertTwins({ op: gather, reference: gather }, [normals(random, 4, 5)], { name: "gather" });
  await assertTwins({ op: gather, reference: gather }, [normals(random, 4, 2, 3)], {
    name: "gather of blocks",
  });
  const columns: Op = (x) => tf.gather(x!, integers([2, 0]), 1);
  await assertTwins({ op: columns, reference: columns }, [normals(random, 4, 3)], {
    name: "columns",
  });
  await onEveryPlace(() => {
    tf.tidy(() => {
      assertThrows(() => tf.gather(tf.ones([2, 2]), integers([2])), Error);
    });
  });
});

Deno.test("integers keep tfjs's own arithmetic", async () => {
  await onEveryPlace(() => {
    tf.tidy(() => {
      const y = tf.add(integers([1, 2]), integers([3, 4]));
      assertEquals(y.dtype, "int32");
      assertEquals([...y.dataSync()], [4, 6]);
    });
  });
});

Deno.test("exp of the kernels is right to a few units in the last place", async () => {
  await onEveryPlace(() => {
    const { heap, wasm } = tf.backend() as CpuBackend;
    const count = 100003;
    const [from, to] = [heap.alloc(count * 4), heap.alloc(count * 4)];
    const x = new Float32Array(heap.buffer, from, count);
    const y = new Float32Array(heap.buffer, to, count);
    for (let i = 0; i < count; i++) x[i] = -87.3 + 175.6 * i / count;
    wasm["exponential"]!(from, to, count);
    let worst = 0;
    for (let i = 0; i < count; i++) {
      const expected = Math.exp(x[i]!);
      worst = Math.max(worst, Math.abs(y[i]! - expected) / expected);
    }
    assert(worst < 2e-7, `relative error ${worst}`);
    x.set([0, -Infinity, -88, NaN]);
    wasm["exponential"]!(from, to, 4);
    assertEquals([...y.subarray(0, 4)], [1, 0, 0, NaN]);
    heap.free(from);
    heap.free(to);
  });
});

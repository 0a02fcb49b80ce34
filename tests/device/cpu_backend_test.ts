import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { CPU_BACKEND, CpuBackend } from "../../lib/device/cpu_backend.ts";
import { createHeap } from "../../lib/device/heap.ts";
import "../../lib/device/kernels/register.ts";

const MIB = 1 << 20;

/** Runs with a backend of its own, whose heap was filled with NaN so that unset elements show. */
async function withBackend(
  maxBytes: number,
  run: (backend: CpuBackend) => void | Promise<void>,
): Promise<void> {
  const heap = createHeap({ maxBytes });
  new Float32Array(heap.buffer, MIB).fill(NaN);
  const backend = new CpuBackend({ heap });
  if (tf.findBackend(CPU_BACKEND) !== null) tf.removeBackend(CPU_BACKEND);
  tf.registerBackend(CPU_BACKEND, () => backend);
  await tf.setBackend(CPU_BACKEND);
  const numTensors = tf.memory().numTensors;
  try {
    await run(backend);
    assertEquals(tf.memory().numTensors, numTensors, "tensors leaked");
    assertEquals(heap.stats.numBlocks, 0, "blocks leaked");
  } finally {
    tf.removeBackend(CPU_BACKEND);
  }
}

/** Takes blocks until the heap has no room for tensors; returns what gives them back. */
function fillUp(backend: CpuBackend): () => void {
  const offsets: number[] = [];
  for (let bytes = MIB; bytes >= 64; bytes /= 2) {
    const keepFree = backend.heap.buffer.byteLength / 8;
    for (
      let offset = backend.heap.alloc(bytes, keepFree);
      offset !== 0;
      offset = backend.heap.alloc(bytes, keepFree)
    ) offsets.push(offset);
  }
  return () => offsets.forEach((offset) => backend.heap.free(offset));
}

function isOnHeap(backend: CpuBackend, tensor: tf.Tensor): boolean {
  return backend.heap.isOnHeap(backend.data.get(tensor.dataId).values as Float32Array);
}

Deno.test("CpuBackend keeps numeric tensors on its heap and nothing else", () =>
  withBackend(8 * MIB, (backend) => {
    const float = tf.tensor1d([1.5, 2.5]);
    const integer = tf.tensor1d([1, 2], "int32");
    const bool = tf.tensor1d([true, false]);
    const text = tf.tensor1d(["a", "bc"]);
    assert(isOnHeap(backend, float) && isOnHeap(backend, integer));
    assertEquals([...float.dataSync()], [1.5, 2.5]);
    assertEquals([...integer.dataSync()], [1, 2]);
    assertEquals([...bool.dataSync()], [1, 0]);
    assertEquals(text.dataSync() as unknown as string[], ["a", "bc"]);
    assertEquals(backend.heap.stats.numBlocks, 2);
    tf.dispose([float, integer, bool, text]);
  }));

Deno.test("CpuBackend keeps complex tensors and frees both of their parts", () =>
  withBackend(8 * MIB, () => {
    tf.tidy(() => {
      const z = tf.complex([1, 2], [3, 4]);
      assertEquals([...z.dataSync()], [1, 3, 2, 4]);
      assertEquals([...tf.imag(z).dataSync()], [3, 4]);
    });
  }));

Deno.test("write() copies: changing the array afterwards does not change the tensor", () =>
  withBackend(8 * MIB, (backend) => {
    for (const refill of [() => () => {}, () => fillUp(backend)]) {
      const release = refill();
      const source = new Float32Array([1, 2, 3]);
      const x = tf.tensor1d(source);
      source[0] = 99;
      assertEquals([...x.dataSync()], [1, 2, 3]);
      x.dispose();
      release();
    }
  }));

Deno.test("dataSync() gives a copy that outlives the tensor and does not write through", () =>
  withBackend(8 * MIB, async (backend) => {
    const x = tf.tensor1d([1, 2, 3]);
    const [first, second] = [x.dataSync(), await x.data()];
    first[0] = 99;
    assertEquals([...x.dataSync()], [1, 2, 3]);
    x.dispose();
    const reuser = tf.fill([3], -1);
    assertEquals([...second], [1, 2, 3]);
    assertEquals([...first], [99, 2, 3]);
    reuser.dispose();
    assertEquals(backend.heap.stats.liveBytes, 0);
  }));

Deno.test("slice(), unstack(), split() and reverse() live on when their source is disposed", () =>
  withBackend(8 * MIB, (backend) => {
    for (const refill of [() => () => {}, () => fillUp(backend)]) {
      const release = refill();
      const source = tf.tensor2d([[1, 2], [3, 4], [5, 6]]);
      const whole = source.slice([0, 0], [3, 2]);
      const row = source.slice([1, 0], [1, 2]);
      const column = source.slice([0, 1], [3, 1]);
      const rows = tf.unstack(source, 0);
      const parts = tf.split(source, [1, 2], 0);
      const turned = tf.reverse2d(source, 0);
      source.dispose();
      const overwriter = tf.fill([3, 2], -7); // takes the block that the source gave back
      assertEquals([...whole.dataSync()], [1, 2, 3, 4, 5, 6]);
      assertEquals([...row.dataSync()], [3, 4]);
      assertEquals([...column.dataSync()], [2, 4, 6]);
      assertEquals(rows.map((t) => [...t.dataSync()]), [[1, 2], [3, 4], [5, 6]]);
      assertEquals(parts.map((t) => [...t.dataSync()]), [[1, 2], [3, 4, 5, 6]]);
      assertEquals([...turned.dataSync()], [5, 6, 3, 4, 1, 2]);
      tf.dispose([whole, row, column, rows, parts, turned, overwriter]);
      release();
    }
  }));

Deno.test("an in-place write reaches reshapes and clones, and nothing that was sliced", () =>
  withBackend(8 * MIB, (backend) => {
    for (const refill of [() => () => {}, () => fillUp(backend)]) {
      const release = refill();
      const x = tf.tensor2d([[1, 2], [3, 4]]);
      const [flat, clone, part] = [x.reshape([4]), x.clone(), x.slice([0, 0], [2, 2])];
      assertEquals(backend.refCount(x.dataId), 3);
      backend.float32(x)[0] = 10;
      assertEquals([...flat.dataSync()], [10, 2, 3, 4]);
      assertEquals([...clone.dataSync()], [10, 2, 3, 4]);
      assertEquals([...part.dataSync()], [1, 2, 3, 4]);
      x.dispose();
      assertEquals([...flat.dataSync()], [10, 2, 3, 4], "shared data live until the last is gone");
      tf.dispose([flat, clone, part]);
      release();
    }
  }));

Deno.test("cast() converts the bits that native code will read", () =>
  withBackend(8 * MIB, (backend) => {
    tf.tidy(() => {
      const fromInteger = tf.tensor1d([1, -2], "int32").cast("float32");
      assertEquals([...backend.float32(fromInteger)], [1, -2]);
      assert(backend.data.get(fromInteger.dataId).values instanceof Float32Array);
      const fromBool = tf.tensor1d([true, false]).cast("float32");
      assert(backend.data.get(fromBool.dataId).values instanceof Float32Array);
      assertEquals([...fromBool.dataSync()], [1, 0]);
      assertEquals([...tf.tensor1d([1.9, -1.9]).cast("int32").dataSync()], [1, -1]);
      assertEquals([...tf.tensor1d([0, -0.5]).cast("bool").dataSync()], [0, 1]);
      const x = tf.tensor1d([1]);
      assertEquals(x.cast("float32").dataId, x.dataId, "to the same type nothing is copied");
    });
  }));

Deno.test("allocate() falls back to plain memory when the heap is full, and ops still compute", () =>
  withBackend(8 * MIB, (backend) => {
    const release = fillUp(backend);
    tf.tidy(() => {
      const a = tf.tensor2d([[1, 2], [3, 4]]);
      assert(!isOnHeap(backend, a));
      const b = tf.matMul(a, a, false, true); // [5 11; 11 25]
      assertEquals([...b.dataSync()], [5, 11, 11, 25]);
      assertEquals([...tf.concat([b, a]).sum(0).dataSync()], [20, 42]);
      const c = backend.allocate([3], "int32");
      assert(backend.int32(c) instanceof Int32Array);
      backend.disposeIntermediateTensorInfo(c);
    });
    release();
    const back = tf.scalar(1);
    assert(isOnHeap(backend, back), "room that is free again is used again");
    back.dispose();
  }));

Deno.test("a tensor larger than a quarter of the heap lies elsewhere", () =>
  withBackend(8 * MIB, (backend) => {
    const small = tf.zeros([MIB / 4]);
    const large = tf.fill([3 * MIB / 4], 2);
    assert(isOnHeap(backend, small) && !isOnHeap(backend, large));
    assertEquals(tf.tidy(() => large.sum().dataSync()[0]), 1.5 * MIB);
    tf.dispose([small, large]);
  }));

Deno.test("withPointers() stages what is off the heap and writes results back", () =>
  withBackend(8 * MIB, (backend) => {
    const onHeap = tf.tensor1d([1, 2]);
    const release = fillUp(backend);
    const offHeap = tf.tensor1d([3, 4]);
    const numBlocks = backend.heap.stats.numBlocks;
    const result = backend.withPointers([onHeap, offHeap, offHeap], (a, b, again) => {
      assertEquals(a, backend.float32(onHeap).byteOffset);
      assertEquals(b, again, "one tensor has one address");
      const memory = new Float32Array(backend.heap.buffer);
      assertEquals([memory[b / 4], memory[b / 4 + 1]], [3, 4]);
      memory[b / 4] = 30;
      memory[a / 4] = 10;
      return "done";
    });
    assertEquals(result, "done");
    assertEquals([...offHeap.dataSync()], [30, 4]);
    assertEquals([...onHeap.dataSync()], [10, 2]);
    assertEquals(backend.heap.stats.numBlocks, numBlocks, "copies are freed");
    assertThrows(() =>
      backend.withPointers([offHeap], () => {
        throw new RangeError("kernel");
      }), RangeError);
    assertEquals(backend.heap.stats.numBlocks, numBlocks, "also when the kernel throws");
    tf.dispose([onHeap, offHeap]);
    release();
  }));

Deno.test("pointer() says so when the heap has no room for a copy", () =>
  withBackend(8 * MIB, (backend) => {
    const large = tf.zeros([7 * MIB / 4 + 1]);
    assertThrows(() => backend.pointer(large), DeviceError, "must fit into the heap");
    backend.releaseStaged();
    large.dispose();
  }));

Deno.test("tensors move to the backend from another and back", () =>
  withBackend(8 * MIB, async (backend) => {
    await tf.setBackend("cpu");
    const x = tf.tensor1d([1, 2, 3]);
    await tf.setBackend(CPU_BACKEND);
    const y = x.add(1);
    assert(isOnHeap(backend, x) && isOnHeap(backend, y));
    await tf.setBackend("cpu");
    const z = y.mul(x);
    assertEquals([...z.dataSync()], [2, 6, 12]);
    assertEquals(backend.heap.stats.numBlocks, 0, "both have moved away");
    tf.dispose([x, y, z]);
  }));

Deno.test("tf.memory() counts bytes and tensors", () =>
  withBackend(8 * MIB, () => {
    const before = tf.memory();
    const x = tf.zeros([100, 10]);
    const y = x.reshape([1000]);
    const after = tf.memory();
    assertEquals(after.numTensors - before.numTensors, 2);
    assertEquals(
      after.numBytes - before.numBytes,
      8000,
      "tfjs counts each tensor that shares data",
    );
    assertEquals(after.numDataBuffers - before.numDataBuffers, 1);
    assertNotEquals(after.unreliable, true);
    tf.dispose([x, y]);
    assertEquals(tf.memory().numBytes, before.numBytes);
  }));

Deno.test("10 000 tensors one after the other take no more memory than the largest moment", () =>
  withBackend(16 * MIB, (backend) => {
    const kept = tf.zeros([100, 100]);
    for (let i = 0; i < 10_000; i++) {
      tf.tidy(() => {
        const x = tf.fill([1 + i % 97, 100], i);
        tf.matMul(x, kept);
      });
    }
    // Kept: 40 KB. At most in a step: x and the product, 97 x 100 floats of 4 bytes each.
    const workingSet = 40_000 + 2 * 38_800;
    assert(backend.heap.stats.peakBytes <= workingSet + 3 * 64, `${backend.heap.stats.peakBytes}`);
    // Pieces of free memory that do not fit cost room; three times as much would be a leak.
    assert(
      backend.heap.stats.extentBytes - MIB < 3 * workingSet,
      `${backend.heap.stats.extentBytes}`,
    );
    kept.dispose();
  }));

Deno.test("variables are updated and disposed without leaks", () =>
  withBackend(8 * MIB, () => {
    const v = tf.tidy(() => tf.variable(tf.tensor1d([1, 2]), true, "v-of-device-test"));
    const { value, grads } = tf.variableGrads(() => v.square().sum() as tf.Scalar, [v]);
    const grad = grads["v-of-device-test"]!;
    assertEquals(value.dataSync()[0], 5);
    assertEquals([...grad.dataSync()], [2, 4]);
    tf.tidy(() => v.assign(v.sub(grad)));
    assertEquals([...v.dataSync()], [-1, -2]);
    tf.dispose([value, grad, v]);
  }));

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { CPU_BACKEND, type CpuBackend } from "../../lib/device/cpu_backend.ts";
import { formatDeviceReport, startDevice } from "../../lib/device/device.ts";
import { findAdapter, startWebgpu, summarizeAdapter } from "../../lib/device/webgpu.ts";
import { ownEnvironment } from "./own_environment.ts";

/** Runs with environment variables set, or unset where undefined. */
async function withEnvironment(
  values: Record<string, string | undefined>,
  run: () => Promise<void>,
): Promise<void> {
  using _ = ownEnvironment(values);
  await run();
}

const UNSET = { MAPORL_BLAS: undefined, MAPORL_SOFTWARE_GPU: undefined };
const found = await findAdapter();
const hasSoftware = found?.summary.isSoftware === true;
const hasGpu = found !== null && !hasSoftware;
if (found === null) console.warn("SKIPPED: tests of WebGPU, as there is no adapter");

Deno.test("startDevice() takes the processor when asked to, and reports what multiplies", () =>
  withEnvironment(UNSET, async () => {
    const report = await startDevice("cpu");
    assertEquals(tf.getBackend(), CPU_BACKEND);
    assertEquals(report.backend, CPU_BACKEND);
    assertStringIncludes(report.reason, "cpu asked for");
    assert(report.numThreads >= 1);
    const { products } = tf.findBackend(CPU_BACKEND) as CpuBackend;
    assertStringIncludes(report.products, products.name);
  }));

Deno.test("startDevice() changes over to other products and keeps tensors", () =>
  withEnvironment(UNSET, async () => {
    await startDevice("cpu");
    const a = tf.tensor2d([[1, 2], [3, 4]]);
    const report = await startDevice("cpu", { products: "wasm" });
    assertEquals(report.products, "WebAssembly SIMD");
    assertEquals(report.numThreads, navigator.hardwareConcurrency);
    const b = tf.matMul(a, a); // [7 10; 15 22]
    assertEquals([...b.dataSync()], [7, 10, 15, 22]);
    tf.dispose([a, b]);
  }));

Deno.test("startDevice() follows MAPORL_BLAS and refuses one that does not work", async () => {
  await withEnvironment({ ...UNSET, MAPORL_BLAS: "wasm" }, async () => {
    const report = await startDevice("cpu");
    assertEquals(report.products, "WebAssembly SIMD");
    assertStringIncludes(report.reason, "asked for in MAPORL_BLAS");
  });
  await withEnvironment({ ...UNSET, MAPORL_BLAS: "/nowhere/libblas.so.3" }, async () => {
    const error = await assertRejects(() => startDevice("cpu"), DeviceError);
    assertStringIncludes(error.message, "Cannot take the library in MAPORL_BLAS");
  });
});

Deno.test({
  name: "startDevice() takes the processor by default where the GPU is software",
  ignore: !hasSoftware,
  fn: () =>
    withEnvironment({ ...UNSET, MAPORL_SOFTWARE_GPU: "1" }, async () => {
      const report = await startDevice("auto");
      assertEquals(report.backend, CPU_BACKEND);
      assertStringIncludes(report.reason, "is no real GPU");
    }),
});

Deno.test({
  name: "startDevice() takes a real GPU by default",
  ignore: !hasGpu,
  fn: () =>
    withEnvironment(UNSET, async () => {
      const report = await startDevice("auto");
      assertEquals(report.backend, "webgpu");
      assertEquals(report.reason, "GPU found");
    }),
});

Deno.test({
  name: "startDevice() refuses a software renderer as webgpu, with a remedy",
  ignore: !hasSoftware,
  fn: () =>
    withEnvironment(UNSET, async () => {
      const error = await assertRejects(() => startDevice("webgpu"), DeviceError);
      assertStringIncludes(error.message, "computes on the processor");
      assertStringIncludes(error.remedy!, "--device cpu");
      assertStringIncludes(error.remedy!, "MAPORL_SOFTWARE_GPU=1");
    }),
});

Deno.test({
  name: "startDevice() computes on webgpu, a software renderer if that is allowed",
  ignore: found === null,
  // The GPU's driver keeps threads and handles until the program ends.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: () =>
    withEnvironment({ ...UNSET, MAPORL_SOFTWARE_GPU: "1" }, async () => {
      const report = await startDevice("webgpu");
      assertEquals([report.backend, tf.getBackend()], ["webgpu", "webgpu"]);
      assertEquals(report.name, found!.summary.description);
      const a = tf.tensor2d([[1, 2], [3, 4]]);
      const b = tf.matMul(a, a, false, true); // [5 11; 11 25]
      assertEquals([...await b.data()], [5, 11, 11, 25]);
      const x = tf.tensor2d([[1, 2], [3, 4]]);
      const grad = tf.grad((x) => tf.matMul(x as tf.Tensor2D, a).square().sum())(x);
      // d|XA|²/dX = 2 (XA) Aᵀ = 2 [7 10; 15 22] [1 3; 2 4] = [54 122; 118 266]
      assertEquals([...await grad.data()], [54, 122, 118, 266]);
      let message = "";
      const c = a.add(1);
      try {
        c.dataSync();
      } catch (error) {
        assert(error instanceof DeviceError);
        message = error.message;
      }
      assertStringIncludes(message, "synchronously");
      tf.dispose([a, b, c, x, grad]);
      await startDevice("cpu");
      assertEquals(tf.getBackend(), CPU_BACKEND);
    }),
});

Deno.test("summarizeAdapter() tells software from GPUs", () => {
  const software = (description: string, isFallbackAdapter = false) =>
    summarizeAdapter({ description, vendor: "65541", isFallbackAdapter }).isSoftware;
  assert(software("llvmpipe (LLVM 15.0.6, 256 bits)"));
  assert(software("SwiftShader Device (Subzero)"));
  assert(software("Microsoft Basic Render Driver"));
  assert(software("Any name", true));
  assert(!software("NVIDIA H100 80GB HBM3"));
  assert(!software("Apple M2"));
  assertEquals(summarizeAdapter({ description: "", vendor: "4318" }).description, "4318");
});

Deno.test("formatDeviceReport() names device, library, threads and reason in a line", () => {
  const common = {
    products: "WebAssembly SIMD",
    numThreads: 1,
    dtype: "float32",
    reason: "why",
  } as const;
  assertEquals(
    formatDeviceReport({ backend: "maporl-cpu", name: "aarch64 processor", ...common }),
    "device: cpu (aarch64 processor), products by WebAssembly SIMD on 1 thread: why",
  );
  assertEquals(
    formatDeviceReport({ ...common, backend: "webgpu", name: "Apple M2", products: "shaders" }),
    "device: webgpu (Apple M2), products by shaders: why",
  );
});

Deno.test("startWebgpu() refuses float16 where the GPU has none", async () => {
  const adapter = { features: new Set(["subgroups"]) } as unknown as GPUAdapter;
  const error = await assertRejects(() => startWebgpu(adapter, { dtype: "float16" }), DeviceError);
  assertStringIncludes(error.message, "must have the feature shader-f16");
  assertStringIncludes(error.remedy!, "bfloat16");
});

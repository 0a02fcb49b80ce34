/**
 * The tests of models, generation and optimisers once more, in a process each, on the processor without any
 * native library and on WebGPU (a software adapter where there is no other). Tensors live on one device per
 * process.
 */
import { assertEquals } from "@std/assert";

const MODEL_TESTS = [
  "decoder",
  "decoder_gradient",
  "lora_adapter",
  "kv_cache",
  "scalar_head",
  "parity",
]
  .map((name) => `tests/models/${name}_test.ts`);
const FILES = [...MODEL_TESTS, "tests/generation", "tests/optim"];

const root = new URL("../..", import.meta.url);
const isNested = Deno.env.get("MAPORL_TEST_DEVICE") !== undefined;
const adapter = await navigator.gpu?.requestAdapter().catch(() => null);

for (const device of ["cpu-wasm", "webgpu"]) {
  if (device === "webgpu" && !adapter) {
    console.warn(
      "SKIPPED: models, generation and optimisers on webgpu, as Deno finds no adapter, not even software",
    );
  }
  Deno.test({
    name: `models, generation and optimisers pass their tests on ${device}`,
    // The nested runs must not start runs of their own.
    ignore: isNested || (device === "webgpu" && !adapter),
    fn: async () => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "-q", "--no-check", "--no-prompt", "-P=test", ...FILES],
        cwd: root,
        env: { MAPORL_TEST_DEVICE: device },
      }).output();
      const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assertEquals(code, 0, text.slice(-4000));
    },
  });
}

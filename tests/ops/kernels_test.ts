import { assert } from "@std/assert";

Deno.test("kernels.wasm is what its sources compile to", async () => {
  const committed = await Deno.readFile(
    new URL("../../lib/ops/wasm/kernels.wasm", import.meta.url),
  );
  let compileKernels: () => Promise<Uint8Array>;
  try {
    ({ compileKernels } = await import("../../lib/ops/wasm/build.ts"));
  } catch (error) {
    console.warn(
      `SKIPPED: comparison of kernels.wasm with its sources, as asc cannot run: ${error}`,
    );
    return;
  }
  const compiled = await compileKernels();
  const same = compiled.length === committed.length &&
    compiled.every((byte, i) => byte === committed[i]);
  assert(same, "lib/ops/wasm/kernels.wasm is stale: run deno task kernels and commit it");
});

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { findBlas } from "../../lib/device/blas.ts";
import { fusesMultiplyAdd, instructionsOf } from "../../lib/device/instructions.ts";

/** What another process, told to take older kernels by its environment, says of its processor. */
async function instructionsWith(
  products: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly instructions: string; readonly bits: string }> {
  const device = new URL("../../lib/device/mod.ts", import.meta.url);
  const code = `import { findBlas, startDevice } from ${JSON.stringify(device.href)};
    const { instructions } = await startDevice("cpu", { products: ${JSON.stringify(products)} });
    const sizes = { m: 64, n: 64, k: 600, lda: 600, ldb: 64, ldc: 64 };
    const filled = (size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
    const c = new Float32Array(64 * 64);
    findBlas(${JSON.stringify(products)}).products.gemm({ ...sizes, a: filled(64 * 600),
      b: filled(64 * 600), c, transA: false, transB: false, alpha: 1, beta: 0 });
    console.log(JSON.stringify({ instructions, bits: new Uint8Array(c.buffer).toHex() }));
    Deno.exit();`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "-q", `--config=${config}`, code],
    env: { MAPORL_THREADS: "1", ...env },
    stderr: "inherit",
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** How each library is told to take the kernels of an older processor. */
const older = {
  onednn: { DNNL_MAX_CPU_ISA: "SSE41" },
  openblas: { OPENBLAS_CORETYPE: "Nehalem" },
};

Deno.test("startDevice() reports which kernels a library takes on this processor", async (t) => {
  for (const [kind, env] of Object.entries(older)) {
    const name = kind as keyof typeof older;
    const isThere = Deno.build.arch === "x86_64" &&
      Deno.build.os === "linux" && hasLibrary(name);
    if (!isThere) console.warn(`SKIPPED: kernels of ${name}, which is not here for x86_64 Linux`);
    await t.step({
      name,
      ignore: !isThere,
      async fn() {
        const own = await instructionsWith(name, {});
        assertEquals(await instructionsWith(name, {}), own);
        const other = await instructionsWith(name, env);
        assertNotEquals(other.instructions, own.instructions);
        assertNotEquals(other.bits, own.bits); // why it counts
      },
    });
  }
});

function hasLibrary(name: "onednn" | "openblas"): boolean {
  try {
    return findBlas(name).products !== null;
  } catch {
    return false;
  }
}

Deno.test({
  name: "fusesMultiplyAdd() sees what the processor has",
  ignore: Deno.build.arch !== "x86_64",
  async fn() {
    const code = `import { fusesMultiplyAdd } from ${
      JSON.stringify(new URL("../../lib/device/instructions.ts", import.meta.url).href)
    }; console.log(fusesMultiplyAdd());`;
    const without = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "-q", "--v8-flags=--no-enable-fma3", code],
    }).output();
    assertEquals(new TextDecoder().decode(without.stdout), "false\n");
  },
});

Deno.test("instructionsOf() takes the processor's model where a library does not tell", () => {
  const own = fusesMultiplyAdd() ? "fused multiply-add" : "separate multiply and add";
  assertEquals(instructionsOf({ kind: "cblas", instructions: "Haswell" }), `Haswell, ${own}`);
  // Our own products, in WebAssembly, have one kernel for all processors.
  assertEquals(instructionsOf({}), own);
  const untold = instructionsOf({ kind: "cblas" });
  assert(untold.endsWith(`, ${own}`) && untold.length > own.length + 2, untold);
});

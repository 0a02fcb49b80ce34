/**
 * Compiles the AssemblyScript kernels to lib/ops/wasm/kernels.wasm.
 *
 * @module
 */
import { main as asc } from "assemblyscript/asc";

const FOLDER = new URL("./", import.meta.url);
const ENTRY = "assembly/index.ts";

/** Where the compiled kernels lie. */
export const KERNELS_URL: URL = new URL("kernels.wasm", FOLDER);

/** Lowest address of the compiler's static data, and end of the part of memory that is its own. */
const STATIC_DATA = { from: 1024, to: 0x10000 };

/**
 * Compiles the kernels without writing a file; the same sources and compiler give the same bytes.
 *
 * @returns The WebAssembly module.
 * @throws {Error} If the sources do not compile; the message holds the compiler's diagnostics.
 */
export async function compileKernels(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc([
    ENTRY,
    ...["--outFile", "kernels.wasm"],
    ...["--runtime", "stub", "--noAssert", "-O3", "--converge"],
    ...["--enable", "simd", "--enable", "relaxed-simd", "--enable", "bulk-memory"],
    ...["--enable", "threads", "--sharedMemory"],
    // The least initial size that the module accepts: a heap may be smaller than 4 GiB.
    ...["--importMemory", "--initialMemory", "16", "--maximumMemory", "65536"],
    ...["--memoryBase", String(STATIC_DATA.from)],
  ], {
    readFile: (name) => {
      try {
        return Deno.readTextFileSync(new URL(name.replaceAll("\\", "/"), FOLDER));
      } catch {
        return null; // asc asks for several candidates of each import
      }
    },
    writeFile: (name, contents) => {
      if (name === "kernels.wasm") binary = contents as Uint8Array;
    },
    listFiles: () => null,
  });
  if (error !== null || binary === undefined) {
    throw new Error(`Cannot compile the kernels as asc failed: ${error?.message}\n${stderr}`);
  }
  return binary;
}

if (import.meta.main) {
  const binary = await compileKernels();
  await Deno.writeFile(KERNELS_URL, binary);
  console.log(`${KERNELS_URL.pathname}: ${binary.length} bytes`);
}

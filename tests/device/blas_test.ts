import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DeviceError } from "../../lib/core/errors.ts";
import { findBlas } from "../../lib/device/blas.ts";
import { blasCandidates } from "../../lib/device/blas_candidates.ts";
import { limitSpinning } from "../../lib/device/openmp.ts";
import { ownEnvironment } from "./own_environment.ts";

/** Runs with MAPORL_BLAS set to a value, or unset. */
function withBlas<R>(value: string | undefined, run: () => R): R {
  using _ = ownEnvironment({ MAPORL_BLAS: value });
  return run();
}

/** A candidate of each installed library, for tests that need one that works. */
const INSTALLED = withBlas(undefined, () => findBlas("auto").products);
const WITHOUT_LIBRARY = INSTALLED === null;
if (WITHOUT_LIBRARY) console.warn("SKIPPED: tests of native libraries, as none is installed");

Deno.test("blasCandidates() covers the usual places of each system", () => {
  const paths = (os: string, arch: string) => blasCandidates({ os, arch }).map(({ path }) => path);
  const intel = paths("linux", "x86_64");
  const arm = paths("linux", "aarch64");
  assert(intel.includes("/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0"));
  assert(arm.includes("/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0"));
  assert(intel.includes("libdnnl.so.3") && intel.includes("libopenblasp.so.0"));
  assertStringIncludes(paths("darwin", "aarch64")[0]!, "Accelerate.framework");
  assert(paths("windows", "x86_64").every((path) => path.endsWith(".dll")));
});

Deno.test("blasCandidates() tries every file of a faster library before a slower one", () => {
  const kinds = blasCandidates({ os: "linux", arch: "x86_64" }).map(({ kind }) => kind);
  const blocks = kinds.filter((kind, i) => kind !== kinds[i - 1]);
  assertEquals(blocks, ["onednn", "mkl", "openblas"]);
});

Deno.test("findBlas() falls back to WebAssembly where nothing is found", () => {
  const search = withBlas(undefined, () => findBlas("auto", { candidates: [] }));
  assertEquals(search, { products: null, reason: "no native library found", skipped: [] });
  const absent = [{ kind: "openblas", path: "libmaporl-absent.so.9" }] as const;
  assertEquals(withBlas(undefined, () => findBlas("auto", { candidates: absent })).skipped, []);
});

Deno.test("findBlas() skips broken files and says why", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const broken = `${folder}/libopenblas.so.0`;
    await Deno.writeTextFile(broken, "not a library");
    const candidates = [{ kind: "openblas", path: broken }] as const;
    const search = withBlas(undefined, () => findBlas("auto", { candidates }));
    assertEquals(search.products, null);
    assertEquals(search.skipped.length, 1);
    assertStringIncludes(search.skipped[0]!, broken);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "findBlas() skips a library that lacks the function and takes the next",
  ignore: Deno.build.os !== "linux" || WITHOUT_LIBRARY,
  fn() {
    // The C library's mathematics is a sound library without any matrix product.
    const kind = INSTALLED!.name.startsWith("oneDNN") ? "onednn" : "openblas";
    const candidates = [
      { kind: "onednn", path: "libm.so.6" },
      { kind: "openblas", path: "libm.so.6" },
      { kind, path: INSTALLED!.path },
    ] as const;
    const search = withBlas(undefined, () => findBlas("auto", { candidates }));
    assertEquals(search.products?.path, INSTALLED!.path);
    assertStringIncludes(search.skipped[0]!, "symbol dnnl_");
    assertStringIncludes(search.skipped[1]!, "symbol cblas_sgemm");
  },
});

Deno.test({
  name: "findBlas() reports version and threads of an installed library",
  ignore: WITHOUT_LIBRARY,
  fn() {
    assert(/^(oneDNN|OpenBLAS|MKL) \d+\.\d+|^Accelerate$/.test(INSTALLED!.name), INSTALLED!.name);
    assert(INSTALLED!.numThreads >= 1 && Number.isInteger(INSTALLED!.numThreads));
  },
});

Deno.test("findBlas() follows MAPORL_BLAS for a name", () => {
  const search = withBlas("wasm", () => findBlas());
  assertEquals(search, { products: null, reason: "asked for in MAPORL_BLAS", skipped: [] });
  const error = withBlas("mkl", () => assertThrows(() => findBlas("auto", { candidates: [] })));
  assert(error instanceof DeviceError);
  assertStringIncludes(error.message, "Cannot take mkl as matrix products: not found");
});

Deno.test({
  name: "findBlas() follows MAPORL_BLAS for a path",
  ignore: WITHOUT_LIBRARY,
  fn() {
    const search = withBlas(INSTALLED!.path, () => findBlas("auto", { candidates: [] }));
    assertEquals(search.products?.name, INSTALLED!.name);
    assertEquals(search.reason, "named in MAPORL_BLAS");
  },
});

Deno.test("findBlas() lets an explicit choice outrank MAPORL_BLAS", () => {
  assertEquals(withBlas("/nowhere/libblas.so", () => findBlas("wasm")).products, null);
});

Deno.test("findBlas() refuses a MAPORL_BLAS that does not work, with a remedy", () => {
  for (const value of ["/nowhere/libopenblas.so.0", "openblass"]) {
    const error = withBlas(value, () => assertThrows(() => findBlas()));
    assert(error instanceof DeviceError, value);
    assertStringIncludes(error.message, "MAPORL_BLAS");
    assertStringIncludes(error.remedy!, "MAPORL_BLAS=wasm");
    assertEquals(error.value, value);
  }
});

Deno.test("limitSpinning() shortens OpenMP's spinning unless the user has a say in it", () => {
  const unset = { OMP_WAIT_POLICY: undefined, GOMP_SPINCOUNT: undefined, KMP_BLOCKTIME: undefined };
  using _ = ownEnvironment({ ...unset, OMP_WAIT_POLICY: "active" });
  limitSpinning();
  assertEquals(Deno.env.get("GOMP_SPINCOUNT"), undefined);
  Deno.env.delete("OMP_WAIT_POLICY");
  limitSpinning();
  assertEquals(Deno.env.get("GOMP_SPINCOUNT"), "2000");
});

Deno.test("findBlas() says which permission is missing", async () => {
  const code = `
    import { findBlas } from "${new URL("../../lib/device/blas.ts", import.meta.url)}";
    console.log(JSON.stringify(findBlas("auto").skipped));`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--ext=ts", "-"],
    cwd: new URL("../../", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    env: { NO_COLOR: "1" },
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout } = await child.output();
  assertStringIncludes(new TextDecoder().decode(stdout), "--allow-ffi");
});

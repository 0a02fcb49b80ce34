/** A native library of matrix products that we know how to call. */
export type BlasKind = "onednn" | "openblas" | "accelerate" | "mkl";

/** Every {@link BlasKind}. */
export const BLAS_KINDS: readonly BlasKind[] = ["onednn", "openblas", "accelerate", "mkl"];

/** A file that may be such a library. */
export interface BlasCandidate {
  /** Which library it would be. */
  readonly kind: BlasKind;
  /** A path, or a bare name that the system's loader looks up in its usual places. */
  readonly path: string;
}

const LINUX_NAMES: Readonly<Record<BlasKind, readonly string[]>> = {
  onednn: ["libdnnl.so.3", "libdnnl.so.2", "libdnnl.so"],
  // Fedora names its threaded builds libopenblasp (pthreads) and libopenblaso (OpenMP).
  openblas: ["libopenblas.so.0", "libopenblasp.so.0", "libopenblaso.so.0", "libopenblas.so"],
  accelerate: [],
  mkl: ["libmkl_rt.so.2", "libmkl_rt.so.1", "libmkl_rt.so"],
};

/** Places outside the loader's search path where vendors' installers put these libraries. */
const LINUX_PATHS: Readonly<Record<BlasKind, readonly string[]>> = {
  onednn: ["/usr/local/lib/libdnnl.so.3", "/opt/intel/oneapi/dnnl/latest/lib/libdnnl.so.3"],
  openblas: ["/usr/local/lib/libopenblas.so.0", "/opt/OpenBLAS/lib/libopenblas.so.0"],
  accelerate: [],
  mkl: [
    "/opt/intel/oneapi/mkl/latest/lib/libmkl_rt.so.2",
    "/opt/intel/oneapi/mkl/latest/lib/intel64/libmkl_rt.so.2",
  ],
};

/** Debian's folders per processor: openblas lies in one of its own, reached through alternatives. */
function debianPaths(arch: string): readonly BlasCandidate[] {
  const folder = `/usr/lib/${arch}-linux-gnu`;
  return [
    { kind: "onednn", path: `${folder}/libdnnl.so.3` },
    { kind: "onednn", path: `${folder}/libdnnl.so.2` },
    { kind: "openblas", path: `${folder}/openblas-pthread/libopenblas.so.0` },
    { kind: "openblas", path: `${folder}/openblas-openmp/libopenblas.so.0` },
    { kind: "openblas", path: `${folder}/openblas-serial/libopenblas.so.0` },
    { kind: "mkl", path: `${folder}/libmkl_rt.so` },
  ];
}

const MAC_PATHS: Readonly<Record<BlasKind, readonly string[]>> = {
  accelerate: ["/System/Library/Frameworks/Accelerate.framework/Accelerate"],
  onednn: [
    "/opt/homebrew/opt/onednn/lib/libdnnl.dylib",
    "/usr/local/opt/onednn/lib/libdnnl.dylib",
    "libdnnl.dylib",
  ],
  openblas: [
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
    "libopenblas.dylib",
  ],
  mkl: ["/opt/intel/oneapi/mkl/latest/lib/libmkl_rt.2.dylib", "libmkl_rt.2.dylib"],
};

const WINDOWS_NAMES: Readonly<Record<BlasKind, readonly string[]>> = {
  onednn: ["dnnl.dll"],
  mkl: ["mkl_rt.2.dll", "mkl_rt.1.dll", "mkl_rt.dll"],
  openblas: ["libopenblas.dll", "openblas.dll"],
  accelerate: [],
};

/** Where a search takes place; the defaults are this process's. */
export interface Platform {
  /** Operating system as Deno names it. */
  readonly os: string;
  /** Processor as Deno names it. */
  readonly arch: string;
}

function listed(
  table: Readonly<Record<BlasKind, readonly string[]>>,
  kinds: readonly BlasKind[],
): BlasCandidate[] {
  return kinds.flatMap((kind) => table[kind].map((path) => ({ kind, path })));
}

/**
 * Files worth trying, the library expected to be fastest first. oneDNN leads where it exists: it was up
 * to twice as fast as OpenBLAS on AMD and Intel processors (`deno bench bench/products.bench.ts`). On
 * macOS Accelerate leads: it alone reaches the matrix units of Apple's processors.
 *
 * @param platform Operating system and processor; default: this process's.
 * @returns Candidates in the order of trying.
 */
export function blasCandidates(platform: Platform = Deno.build): BlasCandidate[] {
  if (platform.os === "darwin") {
    return listed(MAC_PATHS, ["accelerate", "onednn", "openblas", "mkl"]);
  }
  const kinds = ["onednn", "mkl", "openblas"] as const;
  if (platform.os === "windows") return listed(WINDOWS_NAMES, kinds);
  const all = [
    ...listed(LINUX_NAMES, kinds),
    ...debianPaths(platform.arch),
    ...listed(LINUX_PATHS, kinds),
  ];
  // By kind first: a slower library found by name must not hide a faster one at a path.
  return kinds.flatMap((kind) => all.filter((candidate) => candidate.kind === kind));
}

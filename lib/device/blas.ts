import { DeviceError } from "../core/errors.ts";
import {
  BLAS_KINDS,
  type BlasCandidate,
  blasCandidates,
  type BlasKind,
} from "./blas_candidates.ts";
import { openCblas } from "./cblas.ts";
import { checkProducts } from "./check_products.ts";
import { readEnvironment } from "./environment.ts";
import type { Products } from "./gemm.ts";
import { openOneDnn } from "./onednn.ts";

/** Which products to take: the fastest that is found, one library, or WebAssembly. */
export type ProductsChoice = "auto" | BlasKind | "wasm";

/** What a search for a native library found. */
export interface BlasSearch {
  /** The library taken; null when WebAssembly is to be used. */
  readonly products: Products | null;
  /** Why it was taken, or why none was. */
  readonly reason: string;
  /** Libraries that were found but could not be used, each with its reason. */
  readonly skipped: readonly string[];
}

const INSTALL_REMEDY =
  "Install a library (Debian: apt-get install libdnnl2 or libopenblas0-pthread; " +
  "Fedora: dnf install onednn or openblas; macOS has Accelerate), " +
  "point MAPORL_BLAS at its file, or take MAPORL_BLAS=wasm";

function openCandidate({ kind, path }: BlasCandidate): Products {
  const products = kind === "onednn" ? openOneDnn(path) : openCblas(path, kind);
  const fault = checkProducts(products);
  if (fault !== undefined) throw new Error(`wrong result: ${fault}`);
  return products;
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
}

/** Whether the loader says that there is no such file, as against a file that does not work. */
function isAbsence(message: string, path: string): boolean {
  if (message.includes("cannot open shared object file")) {
    // Linux names the file that is missing: the library, or one that it needs in turn.
    return message.includes(`${path}: cannot open shared object file: No such file`);
  }
  // macOS lists every place it tried, with what was wrong there; Windows knows one sentence.
  const isBroken = /mach-o|incompatible|symbol/i.test(message);
  return !isBroken && /no such file|could not be found/i.test(message);
}

/** Opens a named file, whichever of the libraries it is. */
function openPath(path: string): Products {
  const failures: string[] = [];
  const tries: readonly (() => Products)[] = [() => openOneDnn(path), () => openCblas(path)];
  for (const attempt of tries) {
    try {
      const products = attempt();
      const fault = checkProducts(products);
      if (fault === undefined) return products;
      failures.push(`wrong result: ${fault}`);
    } catch (error) {
      failures.push(messageOf(error));
    }
  }
  throw new DeviceError(
    `Cannot take the library in MAPORL_BLAS as matrix products: ${
      [...new Set(failures)].join("; ")
    }`,
    { thing: "MAPORL_BLAS", value: path, remedy: INSTALL_REMEDY },
  );
}

/**
 * What `MAPORL_BLAS` asks for.
 *
 * @returns A choice, a path (it has a slash, a backslash or a dot), or undefined when it is unset.
 * @throws {DeviceError} When it is neither.
 */
export function blasOverride(): ProductsChoice | { readonly path: string } | undefined {
  const value = readEnvironment("MAPORL_BLAS");
  if (value === undefined) return undefined;
  const known: readonly string[] = ["auto", "wasm", ...BLAS_KINDS];
  if (known.includes(value.toLowerCase())) return value.toLowerCase() as ProductsChoice;
  if (/[/\\.]/.test(value)) return { path: value };
  throw new DeviceError(
    `Cannot take MAPORL_BLAS as a path or one of ${known.join(", ")}: ${value}`,
    { thing: "MAPORL_BLAS", value, remedy: INSTALL_REMEDY },
  );
}

/**
 * Finds a native library for matrix products, opens it and checks its results. Needs only `--allow-ffi`
 * (and `--allow-env` for `MAPORL_BLAS` to count).
 *
 * @param choice Which library; `"auto"` takes the first that works, `"wasm"` none. A value other than
 *   `"auto"` outranks `MAPORL_BLAS`.
 * @param options.candidates Files to try, in order; default: this platform's usual places.
 * @returns The library, or null for WebAssembly, and why.
 * @throws {DeviceError} When a library was asked for by name or path and does not work.
 */
export function findBlas(
  choice: ProductsChoice = "auto",
  options: { candidates?: readonly BlasCandidate[] } = {},
): BlasSearch {
  const override = choice === "auto" ? blasOverride() : undefined;
  if (typeof override === "object") {
    return { products: openPath(override.path), reason: "named in MAPORL_BLAS", skipped: [] };
  }
  const wanted = override ?? choice;
  const source = override === undefined ? "" : " in MAPORL_BLAS";
  if (wanted === "wasm") {
    return { products: null, reason: `asked for${source}`, skipped: [] };
  }
  const skipped: string[] = [];
  for (const candidate of options.candidates ?? blasCandidates()) {
    if (wanted !== "auto" && candidate.kind !== wanted) continue;
    try {
      const products = openCandidate(candidate);
      const reason = wanted === "auto" ? "fastest library found" : `asked for${source}`;
      return { products, reason, skipped };
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) {
        skipped.push("native libraries need --allow-ffi");
        break;
      }
      const message = messageOf(error);
      if (!isAbsence(message, candidate.path)) skipped.push(`${candidate.path}: ${message}`);
    }
  }
  if (wanted === "auto") return { products: null, reason: "no native library found", skipped };
  const actual = skipped.length > 0 ? skipped.join("; ") : "not found in its usual places";
  throw new DeviceError(`Cannot take ${wanted} as matrix products: ${actual}`, {
    thing: wanted,
    remedy: INSTALL_REMEDY,
  });
}

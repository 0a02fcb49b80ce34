import { openCblas } from "./cblas.ts";
import type { Products } from "./gemm.ts";
import { openOneDnn } from "./onednn.ts";

/** A library that is known to work: how to call it, and where it lies. */
export interface ProductsPlace {
  /** Whose interface it has. */
  readonly kind: "onednn" | "cblas";
  /** Path or bare name. */
  readonly path: string;
}

/**
 * Opens a library, in this thread.
 *
 * @param place Kind and path.
 * @returns Its products.
 * @throws {Error} Whatever the system's loader says, or a missing symbol.
 */
export function openProducts({ kind, path }: ProductsPlace): Products {
  return kind === "onednn" ? openOneDnn(path) : openCblas(path);
}

import { digestOf } from "../core/mod.ts";
import { codeHash } from "./code_hash.ts";
import manifest from "../../deno.json" with { type: "json" };

/** Versions of what a run ran on. */
export interface RunVersions {
  /** This library. */
  readonly maporl: string;
  /** The runtime. */
  readonly deno: string;
  /** TensorFlow.js. */
  readonly tfjs: string;
  /** Polars for JavaScript. */
  readonly polars: string;
  /** Operating system and processor. */
  readonly system: string;
  /** The compiled kernels: the first 16 digits of the SHA-256 of their module. */
  readonly kernels: string;
  /** Hash of the code that decides the run's results; absent in records of before it was kept. */
  readonly code?: string;
}

const pinned = (specifier: string) => specifier.match(/@(\d[^@/]*)/)?.[1] ?? specifier;

/**
 * The versions of what runs now.
 *
 * @param script Name of the folder in `experiments` whose script runs.
 * @returns The versions.
 */
export async function readVersions(script: string): Promise<RunVersions> {
  const kernels = Deno.readFileSync(new URL("../ops/wasm/kernels.wasm", import.meta.url));
  return {
    maporl: manifest.version,
    deno: Deno.version.deno,
    tfjs: pinned(manifest.imports.tfjs),
    polars: pinned(manifest.imports["nodejs-polars"]),
    system: `${Deno.build.os} ${Deno.build.arch}`,
    kernels: digestOf(kernels).sha256.slice(0, 16),
    code: await codeHash(script),
  };
}

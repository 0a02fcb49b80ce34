/**
 * What is measured on both sides.
 *
 * @module
 */
import type { Precision } from "../support/start_precision.ts";

/** How the peer runs its model. */
export type PeerMode = "eager" | "compile";

/** Who is measured besides us. */
export type PeerName = "PyTorch" | "llama.cpp";

/** A way in which a peer does a workload. */
export interface PeerVariant {
  /** Which peer; by default PyTorch. */
  readonly peer?: PeerName;
  /** Shown in tables, such as `eager`. */
  readonly name: string;
  /** Kind of workload, as `peer.py` names it. */
  readonly workload: string;
  /** Everything it needs, as plain JSON. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Our side of a workload, ready to run. */
export interface OwnSide {
  /** One measurement, in seconds around the work alone. */
  readonly run: () => Promise<number>;
  /** The peers to compare with. */
  readonly variants: readonly PeerVariant[];
  /** Frees what it holds. */
  readonly dispose: () => void | Promise<void>;
}

/** One workload. */
export interface Workload {
  /** Name in tables. */
  readonly name: string;
  /** Section that `--only` names. */
  readonly section: "step" | "rollout" | "update" | "real_step" | "real_rollout" | "real_update";
  /**
   * Builds our side on the device that is running and warms it up.
   *
   * @param options Precision, and which modes of the peer are wanted.
   */
  readonly prepare: (options: WorkloadOptions) => Promise<OwnSide>;
}

/** What {@link Workload} is prepared for. */
export interface WorkloadOptions {
  /** Precision of products on both sides. */
  readonly dtype: Precision;
  /** Modes of the peer. */
  readonly modes: readonly PeerMode[];
  /** GGUF file or folder of Hugging Face; there for the sections of the real model. */
  readonly model: string;
}

/**
 * Measures an asynchronous function.
 *
 * @param work What is measured.
 * @returns Seconds.
 */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

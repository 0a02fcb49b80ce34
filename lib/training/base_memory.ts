/**
 * How base models are kept, and what they take.
 *
 * @module
 */
import { z } from "zod";
import { ConfigError } from "../core/mod.ts";
import type { DeviceChoice } from "../device/mod.ts";
import {
  BASE_DTYPES,
  type BaseDtype,
  type DecoderConfig,
  matrixBytes,
  modelFileBytes,
} from "../models/mod.ts";
import { countWeights, type MemoryPart } from "./memory_plan.ts";

/**
 * What the base models' matrices are kept in.
 *
 * @internal Its type is inferred; `--help` lists its settings.
 */
export const baseDtypeSchema = z.enum(BASE_DTYPES).default("float32").describe(
  "what matrices of base models are kept in: float32; or outside of the 4 GiB that computing has, for the processor " +
    "alone, bfloat16, float16, int8, nf4 (4 bits; the embedding and the head bfloat16), or auto = as its file has them",
);

/** A base model before it is loaded. */
export interface PlannedBase {
  /** Its folder or file. */
  readonly base: string;
  /** Its sizes. */
  readonly config: DecoderConfig;
  /** What its matrices are to be kept in. */
  readonly dtype: BaseDtype;
}

/**
 * Memory that the weights of a base model take.
 *
 * @param base The model.
 * @returns Bytes.
 * @throws {CheckpointError} If its files are missing.
 */
export async function baseBytes({ base, config, dtype }: PlannedBase): Promise<number> {
  if (dtype === "float32") return 4 * countWeights(config);
  if (dtype === "auto") return await modelFileBytes(base);
  // Of any number of layers in no time, as `countWeights()` does it.
  const [one, two] = [1, 2].map((numHiddenLayers) =>
    matrixBytes({ ...config, numHiddenLayers }, dtype)
  );
  return one! + (config.numHiddenLayers - 1) * (two! - one!);
}

/**
 * The part of a plan that base models take.
 *
 * @param bytes All of them.
 * @param setting Where they are named.
 * @returns The part, with how to make it smaller.
 */
export function basePart(bytes: number, setting: "base" | "model" = "base"): MemoryPart {
  return {
    name: "weights",
    bytes,
    setting,
    remedy: "Take a smaller base model, or keep it in fewer bits (baseDtype)",
  };
}

/**
 * Refuses to keep a base model in few bits where no kernel reads them.
 *
 * @param dtype What is set.
 * @param device Where the run computes.
 * @throws {ConfigError} If that is a GPU.
 */
export function checkBaseDtype(dtype: BaseDtype, device: DeviceChoice): void {
  if (dtype === "float32" || device !== "webgpu") return;
  throw new ConfigError(
    `Cannot keep base models in ${dtype} as that is for the processor: the device is webgpu`,
    {
      thing: "baseDtype",
      value: dtype,
      remedy: "Take --device cpu, or baseDtype=float32 with --dtype bfloat16 or float16",
    },
  );
}

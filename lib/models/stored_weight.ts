/**
 * Weights as they are kept: float32 on the device, or packed outside of its memory where a base model is frozen.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { DeviceError } from "../core/errors.ts";
import {
  CpuBackend,
  type PackedFormat,
  type PackedMatrix,
  packedRows,
  type RoundedFormat,
} from "../device/mod.ts";
import type { BaseDtype } from "./base_dtype.ts";
import { checkFinite, checkPackedFinite, type WeightPlace } from "./finite_weights.ts";
import { disposeVariables, makeVariable, type TensorValues } from "./variables.ts";

/** How a model is to be loaded. */
export interface LoadModelOptions {
  /** What its matrices are kept in; default `float32`. */
  readonly baseDtype?: BaseDtype;
}

/** A weight outside of the device, plain or packed. */
export type StoredWeight = TensorValues | PackedMatrix;

/** A weight as it was read. */
export interface ReadWeight {
  /** Its Hugging Face name. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** How the file stores it, where that is a packed format: its bytes may become part of what is kept. */
  readonly packed?: { readonly format: PackedFormat; readonly bytes: Uint8Array } | undefined;
  /** Decodes it. */
  readonly values: () => TensorValues["values"];
  /** The file, and what it is called there. */
  readonly place: WeightPlace;
}

/** Weights that are looked up or multiplied by once for each token, and lose most by rounding. */
const TABLES = new Set(["model.embed_tokens.weight", "lm_head.weight"]);

/**
 * A weight as it is to be kept.
 *
 * @param read The weight.
 * @param dtype What matrices are kept in.
 * @returns Its values, or the packed matrix.
 * @throws {CheckpointError} Where a number is not finite.
 * @throws {DeviceError} Where it must be rounded and tfjs's backend is not that of the processor.
 */
export function storeWeight(read: ReadWeight, dtype: BaseDtype): StoredWeight {
  const { name, shape, packed } = read;
  const [rows, width] = shape;
  if (dtype === "float32" || rows === undefined || width === undefined) {
    return { shape, values: finiteValues(read) };
  }
  const matrix = [rows, width] as const;
  const wanted = dtype === "auto" ? dtype : roundedFormat(name, dtype);
  if (packed !== undefined) checkPackedFinite(packed, read.place);
  if (packed !== undefined && (wanted === "auto" || wanted === packed.format)) {
    return { ...packed, shape: matrix };
  }
  if (packed !== undefined && wanted !== "auto") {
    return processor(dtype).repack({ ...packed, shape: matrix }, wanted);
  }
  const values = finiteValues(read);
  if (wanted === "auto") return { shape, values };
  const numbers = values instanceof Float32Array ? values : Float32Array.from(values);
  return processor(dtype).pack(numbers, matrix, wanted);
}

function finiteValues({ values, place }: ReadWeight): TensorValues["values"] {
  const decoded = values();
  checkFinite(decoded, place);
  return decoded;
}

/**
 * What a matrix is rounded to.
 *
 * @param name Its Hugging Face name.
 * @param dtype What matrices are kept in.
 * @returns The same; bfloat16 for the embedding and the head instead of few bits.
 */
export function roundedFormat(
  name: string,
  dtype: Exclude<BaseDtype, "float32" | "auto">,
): RoundedFormat {
  return (dtype === "int8" || dtype === "nf4") && TABLES.has(name) ? "bfloat16" : dtype;
}

/**
 * Puts a weight onto the device.
 *
 * @param weight The weight; its arrays must not be changed afterwards.
 * @returns A variable, owned by the caller; where the weight is packed it must not be assigned to.
 * @throws {DeviceError} Where it is packed and tfjs's backend is not that of the processor.
 */
export function weightVariable(weight: StoredWeight): tf.Variable {
  if (!("format" in weight)) return makeVariable(weight.values, weight.shape);
  const backend = processor(weight.format);
  return tf.tidy(() => {
    const info = backend.storePacked(weight);
    return tf.variable(tf.engine().makeTensorFromTensorInfo(info, backend), false);
  });
}

/**
 * Puts weights onto the device as they are read, so that no more than one is there in both forms.
 *
 * @param names All of them, in the order of the result.
 * @param read Reads them; gives each with its name to the function that it receives.
 * @returns Variables by name, owned by the caller; they are freed where reading fails.
 */
export async function weightVariables(
  names: Iterable<string>,
  read: (put: (name: string, weight: StoredWeight) => void) => Promise<void>,
): Promise<Map<string, tf.Variable>> {
  const variables = new Map<string, tf.Variable>();
  try {
    await read((name, weight) => void variables.set(name, weightVariable(weight)));
  } catch (error) {
    disposeVariables(variables);
    throw error;
  }
  return new Map([...names].map((name) => [name, variables.get(name)!]));
}

/**
 * Some rows of a weight.
 *
 * @param weight The weight.
 * @param from First row.
 * @param to Row behind the last.
 * @returns These rows.
 */
export function rowsOfWeight(weight: StoredWeight, from: number, to: number): StoredWeight {
  if ("format" in weight) return packedRows(weight, from, to);
  const shape = [to - from, ...weight.shape.slice(1)];
  const width = shape.slice(1).reduce((product, size) => product * size, 1);
  return { shape, values: weight.values.slice(from * width, to * width) };
}

/**
 * Whether two weights are the same to the last bit.
 *
 * @param a One.
 * @param b Another.
 * @returns False also where they are stored in different ways.
 */
export function isSameWeight(a: StoredWeight, b: StoredWeight): boolean {
  if ("format" in a || "format" in b) {
    return "format" in a && "format" in b && a.format === b.format &&
      a.bytes.length === b.bytes.length && a.bytes.every((byte, i) => byte === b.bytes[i]);
  }
  return a.values.length === b.values.length &&
    a.values.every((value, i) => Object.is(value, b.values[i]));
}

/**
 * Whether a weight is packed, and can be neither trained nor assigned to.
 *
 * @param weight A weight of a decoder.
 * @returns True on the processor where it is not kept in float32.
 */
export function isPackedWeight(weight: tf.Tensor): boolean {
  const backend = tf.backend();
  return backend instanceof CpuBackend && backend.packed(weight) !== undefined;
}

function processor(dtype: string): CpuBackend {
  const backend = tf.backend();
  if (backend instanceof CpuBackend) return backend;
  throw new DeviceError(
    `Cannot keep a base model in ${dtype} as that is for the processor: the device is ${tf.getBackend()}`,
    {
      thing: "baseDtype",
      value: dtype,
      remedy:
        "Take --device cpu, or baseDtype=float32 (with --dtype bfloat16 or float16 products " +
        "of a GPU read copies of half the size)",
    },
  );
}

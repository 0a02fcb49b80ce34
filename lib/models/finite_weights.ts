import { CheckpointError } from "../core/errors.ts";
import { named } from "../core/printable.ts";
import { type PackedFormat, packedRowBytes } from "../device/mod.ts";

/** Where a weight stands. */
export interface WeightPlace {
  /** The file. */
  readonly path: string;
  /** What it is called there. */
  readonly name: string;
}

/** Where the blocks of ggml have their scales, in float16, by byte. */
const SCALES: Readonly<Partial<Record<PackedFormat, readonly number[]>>> = {
  Q4_0: [0],
  Q4_1: [0, 2],
  Q5_0: [0],
  Q5_1: [0, 2],
  Q8_0: [0],
  Q4_K: [0, 2],
  Q5_K: [0, 2],
  Q6_K: [208],
};

/** The exponent of what is infinite or no number. */
const EXPONENTS: Readonly<Partial<Record<PackedFormat, number>>> = {
  float16: 0x7c00,
  bfloat16: 0x7f80,
};

/**
 * Refuses weights with NaN or infinity in them: every answer would be noise, and nothing would say so.
 *
 * @param values Numbers of a tensor, row-major.
 * @param place The file and the tensor, for the message.
 * @throws {CheckpointError} Naming the file, the tensor and the first such number.
 */
export function checkFinite(values: Float32Array | Int32Array, place: WeightPlace): void {
  // Sums are fast: of finite numbers none is NaN, and the difference of infinities is.
  let noise = 0;
  for (let i = 0; i < values.length; i++) noise += values[i]! - values[i]!;
  if (noise === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw notFinite(place, `${values[at]} at place ${at} of ${values.length}`);
}

/**
 * {@linkcode checkFinite} of a matrix as a file stores it: of its numbers of 16 bits, or its blocks' scales.
 *
 * @param matrix How it is stored, and its bytes.
 * @param place The file and the tensor, for the message.
 * @throws {CheckpointError} Naming the file, the tensor and the first such number.
 */
export function checkPackedFinite(
  { format, bytes }: { readonly format: PackedFormat; readonly bytes: Uint8Array },
  place: WeightPlace,
): void {
  const exponent = EXPONENTS[format];
  const refuse = (index: number, count: number, what: string) => {
    throw notFinite(place, `a ${what} that is none at place ${index} of ${count}`);
  };
  if (exponent !== undefined) {
    const count = bytes.length / 2;
    // A tensor's bytes begin at even places: files are read one tensor at a time.
    const bits = new Uint16Array(bytes.buffer, bytes.byteOffset, count);
    for (let i = 0; i < count; i++) {
      if ((bits[i]! & exponent) === exponent) refuse(i, count, "number");
    }
    return;
  }
  const scales = SCALES[format]!;
  const numbers = format.endsWith("K") ? 256 : 32;
  const block = packedRowBytes(format, numbers)!;
  for (let at = 0; at < bytes.length; at += block) {
    for (const scale of scales) {
      // The upper byte has the sign, five bits of the exponent and two more.
      if ((bytes[at + scale + 1]! & 0x7c) === 0x7c) {
        refuse(at / block * numbers, bytes.length / block * numbers, "scale");
      }
    }
  }
}

function notFinite({ path, name }: WeightPlace, problem: string): CheckpointError {
  return new CheckpointError(
    `Cannot load ${
      named(path)
    } as its weights must be finite numbers: tensor ${name} has ${problem}`,
    { thing: path, remedy: "copy or download the file again, or name another model" },
  );
}

/**
 * Numbers as GGUF files store them: plain, or in blocks that share scales.
 *
 * Layouts are those of ggml's `ggml-common.h`, the arithmetic that of its `dequantize_row_*`: in float32, step by
 * step, so that the numbers are those that llama.cpp computes with.
 *
 * @module
 */
import { bfloat16ToFloat32, float16ToFloat32 } from "../half_floats.ts";

/** How a tensor is stored, of those ways that are read. */
export type GgufType = keyof typeof PLAIN_BYTES | keyof typeof BLOCKS;

/** A block that is decoded. */
interface Decoding {
  /** Bytes of the tensor. */
  readonly bytes: Uint8Array;
  /** Where the block begins among them. */
  readonly at: number;
  /** Numbers of the tensor. */
  readonly values: Float32Array;
  /** Where those of the block begin among them. */
  readonly to: number;
}

/** Blocks of one kind. */
interface BlockFormat {
  /** Numbers of a block. */
  readonly numbers: number;
  /** Bytes of a block. */
  readonly bytes: number;
  /** Decodes one. */
  readonly decode: (block: Decoding) => void;
}

const PLAIN_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;

const BLOCKS = {
  Q4_0: { numbers: 32, bytes: 18, decode: (block) => decodeSmall(block, { offset: 8 }) },
  Q4_1: { numbers: 32, bytes: 20, decode: (block) => decodeSmall(block, { hasMinimum: true }) },
  Q5_0: {
    numbers: 32,
    bytes: 22,
    decode: (block) => decodeSmall(block, { hasFifthBits: true, offset: 16 }),
  },
  Q5_1: {
    numbers: 32,
    bytes: 24,
    decode: (block) => decodeSmall(block, { hasMinimum: true, hasFifthBits: true }),
  },
  Q8_0: { numbers: 32, bytes: 34, decode: decodeBytes },
  Q4_K: { numbers: 256, bytes: 144, decode: (block) => decodeGroups(block, false) },
  Q5_K: { numbers: 256, bytes: 176, decode: (block) => decodeGroups(block, true) },
  Q6_K: { numbers: 256, bytes: 210, decode: decodeRows },
} as const satisfies Readonly<Record<string, BlockFormat>>;

/** All ways of storing a tensor that are read. */
export const GGUF_TYPES: readonly GgufType[] = [
  ...Object.keys(PLAIN_BYTES),
  ...Object.keys(BLOCKS),
] as GgufType[];

const { fround } = Math;

/**
 * Bytes that a row of numbers takes.
 *
 * @param type How they are stored.
 * @param count How many, a multiple of the block's.
 * @returns The bytes; undefined where a block would not be full.
 */
export function ggufBytes(type: GgufType, count: number): number | undefined {
  if (isPlain(type)) return PLAIN_BYTES[type] * count;
  const { numbers, bytes } = BLOCKS[type];
  return count % numbers === 0 ? count / numbers * bytes : undefined;
}

/**
 * Reads the numbers of a tensor.
 *
 * @param type How they are stored.
 * @param bytes Of the tensor, as many as {@link ggufBytes} says; the array may become part of what is returned.
 * @returns The numbers as float32, in order.
 * @throws {RangeError} When the last block is not whole.
 */
export function decodeGguf(type: GgufType, bytes: Uint8Array<ArrayBuffer>): Float32Array {
  const size = isPlain(type) ? PLAIN_BYTES[type] : BLOCKS[type].bytes;
  if (bytes.length % size !== 0) {
    throw new RangeError(
      `Cannot decode ${type} as it comes in blocks of ${size} bytes: got ${bytes.length} bytes`,
    );
  }
  if (isPlain(type)) return decodePlain(type, aligned(bytes));
  const { numbers, decode } = BLOCKS[type];
  const numBlocks = bytes.length / size;
  const values = new Float32Array(numBlocks * numbers);
  for (let block = 0; block < numBlocks; block++) {
    decode({ bytes, at: block * size, values, to: block * numbers });
  }
  return values;
}

const isPlain = (type: GgufType): type is keyof typeof PLAIN_BYTES =>
  Object.hasOwn(PLAIN_BYTES, type);

/** Views of two and four bytes need a place that is a multiple of these. */
function aligned(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
}

function decodePlain(
  type: keyof typeof PLAIN_BYTES,
  { buffer, byteOffset, length }: Uint8Array<ArrayBuffer>,
): Float32Array {
  if (type === "F32") return new Float32Array(buffer, byteOffset, length / 4);
  const bits = new Uint16Array(buffer, byteOffset, length / 2);
  return type === "F16" ? float16ToFloat32(bits) : bfloat16ToFloat32(bits);
}

/** All float16 numbers by their bits: every block has a scale or two. */
let halves: Float32Array | undefined;

function halfAt(bytes: Uint8Array, at: number): number {
  halves ??= float16ToFloat32(Uint16Array.from({ length: 1 << 16 }, (_, bits) => bits));
  return halves[bytes[at]! | bytes[at + 1]! << 8]!;
}

const signed = (byte: number) => byte << 24 >> 24;

/** What tells the blocks of 32 numbers of 4 or 5 bits apart. */
interface SmallBlock {
  /** Whether a minimum stands behind the scale, which is added. */
  readonly hasMinimum?: boolean;
  /** Whether fifth bits stand before the lower four. */
  readonly hasFifthBits?: boolean;
  /** What is taken from a number before it is scaled. */
  readonly offset?: number;
}

/** 32 numbers: in each of 16 bytes the lower half is one of the first 16, the upper half one of the last 16. */
function decodeSmall(
  { bytes, at, values, to }: Decoding,
  { hasMinimum = false, hasFifthBits = false, offset = 0 }: SmallBlock,
): void {
  const scale = halfAt(bytes, at);
  const minimum = hasMinimum ? halfAt(bytes, at + 2) : 0;
  const bits = at + (hasMinimum ? 4 : 2);
  const halfBytes = bits + (hasFifthBits ? 4 : 0);
  for (let place = 0; place < 32; place++) {
    const low = bytes[halfBytes + (place & 15)]! >> (place >> 4) * 4 & 15;
    // In 32 bits, that of the first number in the lowest.
    const fifth = hasFifthBits ? bytes[bits + (place >> 3)]! >> (place & 7) & 1 : 0;
    const value = fround(scale * ((low | fifth << 4) - offset));
    values[to + place] = hasMinimum ? value + minimum : value;
  }
}

function decodeBytes({ bytes, at, values, to }: Decoding): void {
  const scale = halfAt(bytes, at);
  for (let place = 0; place < 32; place++) {
    values[to + place] = scale * signed(bytes[at + 2 + place]!);
  }
}

/** 256 numbers of 4 or 5 bits in 8 groups of 32, each with a scale and a minimum of 6 bits, which is taken away. */
function decodeGroups({ bytes, at, values, to }: Decoding, hasFifthBits: boolean): void {
  const scale = halfAt(bytes, at), minimumScale = halfAt(bytes, at + 2);
  const fifthBits = at + 16;
  const halfBytes = fifthBits + (hasFifthBits ? 32 : 0);
  for (let group = 0; group < 8; group++) {
    const [factor, least] = scaleAndMinimum(bytes, at + 4, group);
    const step = fround(scale * factor), minimum = fround(minimumScale * least);
    // Two groups share 32 bytes; fifth bits of all groups share 32 others.
    const first = halfBytes + (group >> 1) * 32;
    for (let i = 0; i < 32; i++) {
      const low = bytes[first + i]! >> (group & 1) * 4 & 15;
      const fifth = hasFifthBits ? bytes[fifthBits + i]! >> group & 1 : 0;
      values[to + group * 32 + i] = fround(step * (low | fifth << 4)) - minimum;
    }
  }
}

/**
 * Of 8 scales and 8 minima in 12 bytes: the first four of both fill six bits of a byte, the others have their lower
 * four bits in the last four bytes and their upper two above those of the first four.
 */
function scaleAndMinimum(bytes: Uint8Array, at: number, group: number): [number, number] {
  const byte = (place: number) => bytes[at + place]!;
  if (group < 4) return [byte(group) & 63, byte(group + 4) & 63];
  return [
    (byte(group + 4) & 15) | byte(group - 4) >> 6 << 4,
    byte(group + 4) >> 4 | byte(group) >> 6 << 4,
  ];
}

/** 256 numbers of 6 bits: two halves of four rows of 32, with a scale of 8 bits for 16 numbers. */
function decodeRows({ bytes, at, values, to }: Decoding): void {
  const upperBits = at + 128, factors = at + 192;
  const scale = halfAt(bytes, at + 208);
  for (let place = 0; place < 256; place++) {
    const side = place >> 7, row = place >> 5 & 3, i = place & 31;
    const low = bytes[at + side * 64 + (row & 1) * 32 + i]! >> (row >> 1) * 4 & 15;
    const high = bytes[upperBits + side * 32 + i]! >> row * 2 & 3;
    const step = fround(scale * signed(bytes[factors + (place >> 4)]!));
    values[to + place] = step * ((low | high << 4) - 32);
  }
}

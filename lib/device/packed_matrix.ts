/**
 * Matrices whose numbers are stored in few bits, outside of the heap: what a frozen base model is kept in.
 *
 * @module
 */

/** Formats that float32 numbers can be rounded to. */
export type RoundedFormat = "float16" | "bfloat16" | "int8" | "nf4";

/** How a matrix can be stored; ggml's blocks are read from files only. */
export type PackedFormat =
  | RoundedFormat
  | "Q4_0"
  | "Q4_1"
  | "Q5_0"
  | "Q5_1"
  | "Q8_0"
  | "Q4_K"
  | "Q5_K"
  | "Q6_K";

/** Blocks of a format: every row is a number of whole ones. */
interface BlockFormat {
  /** Number by which the kernels know it, see `lib/ops/wasm/assembly/unpack.ts`. */
  readonly code: number;
  /** Numbers of a block. */
  readonly numbers: number;
  /** Bytes of a block. */
  readonly bytes: number;
}

/** How rows of numbers can be stored in blocks: plain ones of 16 bits, and those of ggml. */
const BLOCK_FORMATS = {
  float16: { code: 0, numbers: 1, bytes: 2 },
  bfloat16: { code: 1, numbers: 1, bytes: 2 },
  Q4_0: { code: 4, numbers: 32, bytes: 18 },
  Q4_1: { code: 5, numbers: 32, bytes: 20 },
  Q5_0: { code: 6, numbers: 32, bytes: 22 },
  Q5_1: { code: 7, numbers: 32, bytes: 24 },
  Q8_0: { code: 8, numbers: 32, bytes: 34 },
  Q4_K: { code: 9, numbers: 256, bytes: 144 },
  Q5_K: { code: 10, numbers: 256, bytes: 176 },
  Q6_K: { code: 11, numbers: 256, bytes: 210 },
} as const satisfies Readonly<
  Record<Exclude<PackedFormat, keyof typeof ROW_FORMATS>, BlockFormat>
>;

/**
 * Rows with scales of their own. `int8`: a float32 scale, then signed bytes; the largest magnitude is 127 (Dettmers
 * et al. 2022, vector-wise). `nf4`: 4-bit NormalFloat in blocks of 64 (Dettmers et al. 2023) whose largest magnitudes
 * are bytes between two float32 numbers of the row: they are quantised, too, by steps of equal width.
 */
const ROW_FORMATS = {
  int8: { code: 2, rowBytes: (width: number) => 4 + width },
  nf4: {
    code: 3,
    rowBytes: (width: number) => 8 + Math.ceil(width / 64) + Math.ceil(width / 32) * 16,
  },
} as const;

/** A matrix in bytes. */
export interface PackedMatrix {
  /** How its numbers are stored. */
  readonly format: PackedFormat;
  /** Rows and width. */
  readonly shape: readonly [number, number];
  /** Its rows, {@link packedRowBytes} apart. */
  readonly bytes: Uint8Array;
}

/**
 * Number by which kernels know a format.
 *
 * @param format The format.
 * @returns The number.
 */
export function packedCode(format: PackedFormat): number {
  return isRowFormat(format) ? ROW_FORMATS[format].code : BLOCK_FORMATS[format].code;
}

/**
 * Bytes of a row.
 *
 * @param format How it is stored.
 * @param width Numbers of a row.
 * @returns The bytes; undefined where the row is no number of whole blocks.
 */
export function packedRowBytes(format: PackedFormat, width: number): number | undefined {
  if (isRowFormat(format)) return ROW_FORMATS[format].rowBytes(width);
  const { numbers, bytes } = BLOCK_FORMATS[format];
  return width % numbers === 0 ? width / numbers * bytes : undefined;
}

/**
 * Some rows of a matrix.
 *
 * @param matrix The matrix.
 * @param from First row.
 * @param to Row behind the last.
 * @returns A view on them.
 */
export function packedRows(
  { format, shape: [, width], bytes }: PackedMatrix,
  from: number,
  to: number,
): PackedMatrix {
  const rowBytes = packedRowBytes(format, width)!;
  return {
    format,
    shape: [to - from, width],
    bytes: bytes.subarray(from * rowBytes, to * rowBytes),
  };
}

/**
 * Checks a matrix, as kernels read what lies where its sizes say.
 *
 * @param matrix The matrix.
 * @throws {RangeError} When rows are no whole blocks, or there are more or fewer bytes than they take.
 */
export function checkPacked({ format, shape: [rows, width], bytes }: PackedMatrix): void {
  const rowBytes = packedRowBytes(format, width);
  if (rowBytes === undefined) {
    throw new RangeError(
      `Cannot store [${rows}, ${width}] as ${format} as its rows must be whole blocks: ${width}`,
    );
  }
  if (bytes.length === rows * rowBytes) return;
  throw new RangeError(
    `Cannot store [${rows}, ${width}] as ${format} as it takes ${rows * rowBytes} bytes: ` +
      `got ${bytes.length}`,
  );
}

function isRowFormat(format: PackedFormat): format is keyof typeof ROW_FORMATS {
  return Object.hasOwn(ROW_FORMATS, format);
}

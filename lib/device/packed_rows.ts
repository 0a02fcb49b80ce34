/**
 * Packed matrices on their way through the heap, some rows at a time: they lie outside of it, and no kernel reaches
 * them there.
 *
 * @module
 */
import { DeviceError } from "../core/errors.ts";
import type { SpreadOptions } from "./cut_range.ts";
import type { Heap } from "./heap.ts";
import {
  packedCode,
  type PackedMatrix,
  packedRowBytes,
  type RoundedFormat,
} from "./packed_matrix.ts";

/** Numbers that are unpacked at a time, 4 MiB: they are still in a cache when the product reads them. */
const BLOCK_NUMBERS = 1 << 20;
/** Numbers that are worth a thread of their own. */
const GRAIN = 1 << 16;

/** What runs kernels on a heap: a {@linkcode CpuBackend} for instance. */
export interface RowRunner {
  /** Where rows are unpacked. */
  readonly heap: Heap;
  /** Runs a kernel over ranges of its work, one per thread. */
  spread(
    kernel: string,
    options: SpreadOptions,
    args: (from: number, to: number) => readonly number[],
  ): number[];
}

/** Some rows that are unpacked. */
export interface UnpackedRows {
  /** The first of them. */
  readonly from: number;
  /** How many. */
  readonly count: number;
  /** Byte offset of their numbers in the heap. */
  readonly pointer: number;
}

/** What the numbers are unpacked to. */
type Unpacked = "float32" | "bfloat16";

/**
 * Unpacks a matrix some rows at a time.
 *
 * @param runner Runs the kernels.
 * @param matrix The matrix.
 * @param dtype What to unpack to.
 * @param use Receives the rows; they are gone when it returns.
 * @throws {DeviceError} When the heap has no room for 16 rows.
 */
export function forUnpackedRows(
  runner: RowRunner,
  matrix: PackedMatrix,
  dtype: Unpacked,
  use: (rows: UnpackedRows) => void,
): void {
  const [numRows, width] = matrix.shape;
  const isStored = dtype === "bfloat16" && matrix.format === "bfloat16";
  const { block, rowBytes, most, release } = openBlock(runner.heap, matrix, {
    // What is bfloat16 already is used as it is; else float32 numbers lie before those of bfloat16.
    unpackedBytes: isStored ? 0 : dtype === "bfloat16" ? 6 : 4,
  });
  try {
    for (let from = 0; from < numRows; from += most) {
      const count = Math.min(most, numRows - from);
      const bytes = matrix.bytes.subarray(from * rowBytes, (from + count) * rowBytes);
      new Uint8Array(runner.heap.buffer, block, bytes.length).set(bytes);
      const numbers = block + Math.ceil(most * rowBytes / 64) * 64;
      if (!isStored) unpack(runner, matrix, { source: block, target: numbers, count });
      const narrow = numbers + most * width * 4;
      if (dtype === "bfloat16" && !isStored) {
        const size = { count: count * width, grain: GRAIN, align: 16 };
        runner.spread("toBfloat16", size, (first, last) => [
          numbers + first * 4,
          narrow + first * 2,
          last - first,
        ]);
      }
      use({ from, count, pointer: isStored ? block : dtype === "bfloat16" ? narrow : numbers });
    }
  } finally {
    release();
  }
}

/**
 * All numbers of a matrix.
 *
 * @param runner Runs the kernels.
 * @param matrix The matrix.
 * @returns Its numbers, outside of the heap.
 */
export function unpackAll(runner: RowRunner, matrix: PackedMatrix): Float32Array {
  const [numRows, width] = matrix.shape;
  const values = new Float32Array(numRows * width);
  forUnpackedRows(runner, matrix, "float32", ({ from, count, pointer }) => {
    values.set(new Float32Array(runner.heap.buffer, pointer, count * width), from * width);
  });
  return values;
}

/**
 * Unpacks chosen rows.
 *
 * @param runner Runs the kernels.
 * @param matrix The matrix, [V, W].
 * @param ids Which rows; those out of range give the first.
 * @param y Their numbers, [N, W].
 */
export function unpackChosen(
  runner: RowRunner,
  matrix: PackedMatrix,
  ids: Int32Array,
  y: Float32Array,
): void {
  const [numRows, width] = matrix.shape;
  const { block, rowBytes, most, release } = openBlock(runner.heap, matrix, { unpackedBytes: 4 });
  try {
    const packed = new Uint8Array(runner.heap.buffer, block, most * rowBytes);
    const numbers = block + Math.ceil(most * rowBytes / 64) * 64;
    for (let from = 0; from < ids.length; from += most) {
      const count = Math.min(most, ids.length - from);
      for (let i = 0; i < count; i++) {
        const id = ids[from + i]!;
        const at = (id >= 0 && id < numRows ? id : 0) * rowBytes;
        packed.set(matrix.bytes.subarray(at, at + rowBytes), i * rowBytes);
      }
      unpack(runner, matrix, { source: block, target: numbers, count });
      y.set(new Float32Array(runner.heap.buffer, numbers, count * width), from * width);
    }
  } finally {
    release();
  }
}

/**
 * Rounds a matrix.
 *
 * @param runner Runs the kernels.
 * @param values Its numbers, row by row.
 * @param shape Rows and width.
 * @param format What to round to.
 * @returns The matrix, in memory of its own.
 */
export function packRows(
  runner: RowRunner,
  values: Float32Array,
  shape: readonly [number, number],
  format: RoundedFormat,
): PackedMatrix {
  const [numRows, width] = shape;
  const matrix = emptyMatrix(shape, format);
  const { block, rowBytes, most, release } = openBlock(runner.heap, matrix, { unpackedBytes: 4 });
  try {
    const pointer = block + Math.ceil(most * rowBytes / 64) * 64;
    for (let from = 0; from < numRows; from += most) {
      const count = Math.min(most, numRows - from);
      new Float32Array(runner.heap.buffer, pointer, count * width)
        .set(values.subarray(from * width, (from + count) * width));
      packBlock(runner, matrix, { from, count, pointer, target: block });
    }
  } finally {
    release();
  }
  return matrix;
}

/**
 * Rounds a matrix that is packed in another format.
 *
 * @param runner Runs the kernels.
 * @param source The matrix.
 * @param format What to round to.
 * @returns The matrix, in memory of its own.
 */
export function repackRows(
  runner: RowRunner,
  source: PackedMatrix,
  format: RoundedFormat,
): PackedMatrix {
  const matrix = emptyMatrix(source.shape, format);
  const { block, most, release } = openBlock(runner.heap, matrix, { unpackedBytes: 0 });
  try {
    forUnpackedRows(runner, source, "float32", ({ from, count, pointer }) => {
      const step = 4 * source.shape[1];
      for (let done = 0; done < count; done += most) {
        packBlock(runner, matrix, {
          from: from + done,
          count: Math.min(most, count - done),
          pointer: pointer + done * step,
          target: block,
        });
      }
    });
  } finally {
    release();
  }
  return matrix;
}

function emptyMatrix(shape: readonly [number, number], format: RoundedFormat): PackedMatrix {
  const [numRows, width] = shape;
  const bytes = new Uint8Array(numRows * packedRowBytes(format, width)!);
  return { format, shape, bytes };
}

/** Rounds rows that lie in the heap, by way of another place there. */
function packBlock(
  runner: RowRunner,
  { format, shape: [, width], bytes }: PackedMatrix,
  { from, count, pointer, target }: UnpackedRows & { readonly target: number },
): void {
  const rowBytes = packedRowBytes(format, width)!;
  const options = { count, grain: Math.ceil(GRAIN / width) };
  runner.spread("packRows", options, (first, last) => [
    packedCode(format),
    pointer + first * width * 4,
    target + first * rowBytes,
    rowBytes,
    last - first,
    width,
  ]);
  bytes.set(new Uint8Array(runner.heap.buffer, target, count * rowBytes), from * rowBytes);
}

/** Rows in the heap: packed ones, and behind them their numbers. */
interface RowPlaces {
  readonly source: number;
  readonly target: number;
  readonly count: number;
}

function unpack(
  runner: RowRunner,
  { format, shape: [, width] }: PackedMatrix,
  { source, target, count }: RowPlaces,
): void {
  const rowBytes = packedRowBytes(format, width)!;
  const options = { count, grain: Math.ceil(GRAIN / width) };
  runner.spread("unpackRows", options, (first, last) => [
    packedCode(format),
    source + first * rowBytes,
    rowBytes,
    target + first * width * 4,
    last - first,
    width,
  ]);
}

/** A part of the heap for packed rows and what they are unpacked to. */
interface Block {
  readonly block: number;
  readonly rowBytes: number;
  /** Rows that have room. */
  readonly most: number;
  readonly release: () => void;
}

function openBlock(
  heap: Heap,
  { format, shape: [numRows, width] }: PackedMatrix,
  { unpackedBytes }: { readonly unpackedBytes: number },
): Block {
  const rowBytes = packedRowBytes(format, width)!;
  const least = Math.min(numRows, 16);
  let most = Math.max(least, Math.min(numRows, Math.floor(BLOCK_NUMBERS / width)));
  while (true) {
    const bytes = Math.ceil(most * rowBytes / 64) * 64 + most * width * unpackedBytes;
    const block = heap.alloc(bytes);
    if (block !== 0) return { block, rowBytes, most, release: () => heap.free(block) };
    if (most === least) {
      throw new DeviceError(
        `Cannot unpack a matrix [${numRows}, ${width}] as ${most} rows must fit into the heap: ` +
          `${bytes} bytes asked for, ${heap.stats.liveBytes} of ${heap.buffer.byteLength} in use`,
        { remedy: "Take smaller batches (fewer or shorter rows), or dispose tensors earlier" },
      );
    }
    most = Math.max(least, most >> 1);
  }
}

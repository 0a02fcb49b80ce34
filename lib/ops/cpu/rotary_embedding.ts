/** Rotary embedding by a table of cosines and sines; see `../rotary_embedding.ts`. */
import { DeviceError } from "../../core/errors.ts";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import {
  rotaryFactor,
  rotaryFrequencies,
  rotaryKey,
  type RotaryOptions,
} from "../rotary_embedding.ts";
import { ELEMENTS, registerCpuKernel } from "./kernel.ts";

interface RotaryAttrs extends RotaryOptions {
  readonly inverse: boolean;
}

interface Table {
  readonly pointer: number;
  readonly numPositions: number;
}

// The tables of each backend by what they depend on; a model uses one for all its layers.
const TABLES = new WeakMap<CpuBackend, Map<string, Table>>();

registerCpuKernel<RotaryAttrs>("MaporlRotary", ({ inputs, attrs, backend, allocate }) => {
  const x = inputs["x"]!;
  const positions = inputs["positions"]!;
  const { headDim, inverse } = attrs;
  const [rows, width] = x.shape as [number, number];
  const y = allocate([rows, width], "float32");
  const table = rotaryTable(backend, countPositions(backend.int32(positions)), attrs);
  backend.withPointers([x, positions, y], (px, pp, py) => {
    const options = { count: rows, grain: Math.ceil(ELEMENTS / 2 / width) };
    backend.spread("rotate", options, (from, to) => {
      const at = from * width * 4;
      return [
        px! + at,
        pp! + from * 4,
        table,
        py! + at,
        to - from,
        ...[width / headDim, headDim, inverse ? -1 : 1],
      ];
    });
  });
  return y;
});

/** One more than the largest position; the kernel reads the table unchecked. */
function countPositions(positions: Int32Array): number {
  let lowest = 0;
  let highest = 0;
  for (const position of positions) {
    if (position > highest) highest = position;
    if (position < lowest) lowest = position;
  }
  if (lowest < 0) {
    throw new RangeError(
      `Cannot run rotaryEmbedding as positions must be at least 0: got ${lowest}`,
    );
  }
  return highest + 1;
}

/**
 * The table of cosines and sines of a backend, with the rotation's factor.
 *
 * @param backend Whose heap.
 * @param count Positions that it must hold at least.
 * @param options Head width C, theta and scaling.
 * @returns Byte offset of [positions][C/2 cosines, C/2 sines]; valid until a larger one is asked for.
 * @throws {DeviceError} When the heap has no room.
 */
export function rotaryTable(
  backend: CpuBackend,
  count: number,
  options: RotaryOptions,
): number {
  let tables = TABLES.get(backend);
  if (tables === undefined) TABLES.set(backend, tables = new Map());
  const { headDim } = options;
  const key = rotaryKey(options);
  const known = tables.get(key);
  if (known !== undefined && known.numPositions >= count) return known.pointer;
  const numPositions = Math.max(256, 2 ** Math.ceil(Math.log2(count)));
  const pointer = backend.heap.alloc(numPositions * headDim * 4);
  if (pointer === 0) {
    throw new DeviceError(
      `Cannot run rotaryEmbedding as its table must fit into the heap: ${numPositions} positions`,
      { remedy: "Take shorter sequences" },
    );
  }
  fillTable(new Float32Array(backend.heap.buffer, pointer, numPositions * headDim), options);
  if (known !== undefined) backend.heap.free(known.pointer);
  tables.set(key, { pointer, numPositions });
  return pointer;
}

function fillTable(values: Float32Array, options: RotaryOptions): void {
  const { headDim } = options;
  const frequencies = rotaryFrequencies(options);
  const factor = rotaryFactor(options);
  const half = headDim / 2;
  for (let at = 0, position = 0; at < values.length; at += headDim, position++) {
    for (let i = 0; i < half; i++) {
      // Rounded to float32 before cos and sin, as PyTorch computes it.
      const angle = Math.fround(position * frequencies[i]!);
      values[at + i] = factor * Math.cos(angle);
      values[at + half + i] = factor * Math.sin(angle);
    }
  }
}

/** Which tensors of a GPU have been written to after they were made. tfjs never does; our kernels do. */

const WRITES = new WeakMap<object, number>();

/**
 * How often kernels have written to a tensor in place.
 *
 * @param dataId Its data.
 * @returns A count that grows with every {@linkcode noteWrite}.
 */
export function numWrites(dataId: object): number {
  return WRITES.get(dataId) ?? 0;
}

/**
 * Notes that a kernel writes to a tensor in place, so that no copy of its old values is taken for it.
 *
 * @param dataId Its data.
 */
export function noteWrite(dataId: object): void {
  WRITES.set(dataId, numWrites(dataId) + 1);
}

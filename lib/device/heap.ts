import { REGION_BYTES } from "./pool_block.ts";

/** Bytes in a page of WebAssembly memory. */
const PAGE_BYTES = 65536;
/** Blocks are counted, placed and sized in units of this many bytes: one cache line, and the widest
 * vector that any library loads. */
const UNIT_BYTES = 64;
/** Each doubling of the size is divided into 2^4 free lists, so a list's blocks differ by at most 1/16. */
const SUBDIVISION_BITS = 4;
const NUM_SUBDIVISIONS = 1 << SUBDIVISION_BITS;
const NONE = -1;

/** Occupancy of a {@link Heap}. */
export interface HeapStats {
  /** Bytes in blocks that are handed out, rounding included. */
  readonly liveBytes: number;
  /** Largest value that `liveBytes` has had, since {@link Heap.resetPeak} if that was called. */
  readonly peakBytes: number;
  /** Bytes up to the end of the highest block ever handed out: what the operating system may have committed. */
  readonly extentBytes: number;
  /** Number of blocks handed out. */
  readonly numBlocks: number;
}

/** Blocks of one WebAssembly memory, shared by threads, WebAssembly kernels and native libraries. */
export interface Heap {
  /** The memory in which the blocks lie; it never grows, so views on it stay valid. */
  readonly memory: WebAssembly.Memory;
  /** The memory's buffer, which threads share. */
  readonly buffer: SharedArrayBuffer;
  /** Threads that have a region of their own at the memory's beginning. */
  readonly numThreads: number;
  /** Occupancy at this moment. */
  readonly stats: HeapStats;
  /**
   * Hands out an uninitialised block.
   *
   * @param bytes Size in bytes, at least 0.
   * @param keepFree Bytes that must stay free besides; default 0.
   * @returns The block's byte offset, a multiple of 64, or 0 when no free block is large enough.
   */
  alloc(bytes: number, keepFree?: number): number;
  /**
   * Takes a block back.
   *
   * @param offset Byte offset from {@link Heap.alloc}.
   * @throws {RangeError} When no live block begins there.
   */
  free(offset: number): void;
  /** Lets `peakBytes` begin again at what is in use now, to measure the peak of a part of a program. */
  resetPeak(): void;
  /**
   * Whether a view lies in the heap's memory.
   *
   * @param view Any typed array or data view.
   * @returns True when the view's buffer is the heap's.
   */
  isOnHeap(view: ArrayBufferView): boolean;
}

/** Which free list holds blocks of at least `units`, as (doubling, subdivision). */
function listOf(units: number): number {
  if (units < NUM_SUBDIVISIONS) return units;
  const doubling = 31 - Math.clz32(units);
  const subdivision = (units >>> (doubling - SUBDIVISION_BITS)) - NUM_SUBDIVISIONS;
  return (doubling - SUBDIVISION_BITS + 1) * NUM_SUBDIVISIONS + subdivision;
}

/** Smallest size of the list after the one that `units` falls in, unless `units` is its list's smallest:
 * every block of that list is then large enough, and no list has to be searched. */
function roundUpToList(units: number): number {
  if (units < NUM_SUBDIVISIONS) return units;
  const step = 1 << (31 - Math.clz32(units) - SUBDIVISION_BITS);
  return units + step - 1;
}

function reserveMemory(bytes: number, leastBytes: number): WebAssembly.Memory {
  let pages = Math.ceil(bytes / PAGE_BYTES);
  const smallest = Math.min(pages, Math.ceil(leastBytes / PAGE_BYTES));
  while (true) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      // A limit on address space (ulimit -v, Windows' commit charge) refuses 4 GiB; less still serves,
      // since tensors that find no room live outside the heap.
      if (!(error instanceof RangeError) || pages <= smallest) throw error;
      pages = Math.max(smallest, pages >>> 1);
    }
  }
}

/**
 * Makes a heap: a two-level segregated-fit allocator (Masmano et al. 2004) with immediate joining of free
 * neighbours, constant time for both operations. Its records lie outside the memory, so a kernel that
 * writes past its block cannot destroy them, and unused memory stays untouched (the operating system
 * commits a page when it is first written).
 *
 * @param options.maxBytes Size of the memory in bytes; default and ceiling 4 GiB. Half of it, a quarter, …
 *   is taken when the system does not grant the address space.
 * @param options.numThreads Threads that will run kernels on it; default 1. Each owns the next mebibyte
 *   of the memory's beginning, which makes 0 an offset that is never handed out.
 * @returns The heap, empty.
 * @throws {RangeError} When `maxBytes` is not between 1 MiB more than the threads' and 4 GiB.
 */
export function createHeap(options: { maxBytes?: number; numThreads?: number } = {}): Heap {
  const { maxBytes = 65536 * PAGE_BYTES, numThreads = 1 } = options;
  const reservedBytes = numThreads * REGION_BYTES;
  if (!(maxBytes >= reservedBytes + (1 << 20) && maxBytes <= 65536 * PAGE_BYTES)) {
    throw new RangeError(
      `Cannot create a heap as maxBytes must be between ${
        numThreads + 1
      } MiB and 4 GiB: ${maxBytes}`,
    );
  }
  const memory = reserveMemory(maxBytes, reservedBytes + (4 << 20));
  const buffer = memory.buffer as unknown as SharedArrayBuffer;

  // Records of blocks, by number: place and size in units, neighbours in memory, neighbours in the list.
  let start = new Int32Array(1024);
  let size = new Int32Array(1024);
  let before = new Int32Array(1024);
  let after = new Int32Array(1024);
  let previous = new Int32Array(1024);
  let next = new Int32Array(1024);
  const spareRecords: number[] = [];
  let numRecords = 0;

  const heads = new Int32Array(32 * NUM_SUBDIVISIONS).fill(NONE);
  const occupied = new Int32Array(heads.length >>> 5);
  const live = new Map<number, number>();
  let liveUnits = 0;
  let peakUnits = 0;
  let extentUnits = reservedBytes / UNIT_BYTES;

  function grown(array: Int32Array): Int32Array<ArrayBuffer> {
    const larger = new Int32Array(array.length * 2);
    larger.set(array);
    return larger;
  }

  function newRecord(startUnits: number, sizeUnits: number): number {
    const record = spareRecords.pop() ?? numRecords++;
    if (record === start.length) {
      start = grown(start);
      size = grown(size);
      before = grown(before);
      after = grown(after);
      previous = grown(previous);
      next = grown(next);
    }
    start[record] = startUnits;
    size[record] = sizeUnits;
    return record;
  }

  function insert(record: number): void {
    const list = listOf(size[record]!);
    const head = heads[list]!;
    previous[record] = NONE;
    next[record] = head;
    if (head !== NONE) previous[head] = record;
    heads[list] = record;
    occupied[list >>> 5]! |= 1 << (list & 31);
  }

  function remove(record: number): void {
    const list = listOf(size[record]!);
    const p = previous[record]!;
    const n = next[record]!;
    if (n !== NONE) previous[n] = p;
    if (p !== NONE) next[p] = n;
    else {
      heads[list] = n;
      if (n === NONE) occupied[list >>> 5]! &= ~(1 << (list & 31));
    }
    previous[record] = record; // marks the record as not in a list, i.e. handed out
  }

  function isFree(record: number): boolean {
    return previous[record] !== record;
  }

  function firstListFrom(list: number): number {
    let word = list >>> 5;
    let bits = word < occupied.length ? occupied[word]! & (-1 << (list & 31)) : 0;
    while (bits === 0) {
      if (++word >= occupied.length) return NONE;
      bits = occupied[word]!;
    }
    return (word << 5) + 31 - Math.clz32(bits & -bits);
  }

  function findFree(units: number): number {
    const list = firstListFrom(listOf(roundUpToList(units)));
    if (list !== NONE) return heads[list]!;
    // Nearly full: a block of the request's own list may still be just large enough.
    let record = heads[listOf(units)]!;
    while (record !== NONE && size[record]! < units) record = next[record]!;
    return record;
  }

  const whole = newRecord(
    reservedBytes / UNIT_BYTES,
    buffer.byteLength / UNIT_BYTES - reservedBytes / UNIT_BYTES,
  );
  before[whole] = after[whole] = NONE;
  insert(whole);

  return {
    memory,
    buffer,
    numThreads,
    get stats(): HeapStats {
      return {
        liveBytes: liveUnits * UNIT_BYTES,
        peakBytes: peakUnits * UNIT_BYTES,
        extentBytes: extentUnits * UNIT_BYTES,
        numBlocks: live.size,
      };
    },
    alloc(bytes: number, keepFree = 0): number {
      if (liveUnits * UNIT_BYTES + bytes + keepFree > buffer.byteLength - reservedBytes) return 0;
      const units = Math.max(1, Math.ceil(bytes / UNIT_BYTES));
      const record = findFree(units);
      if (record === NONE) return 0;
      remove(record);
      const rest = size[record]! - units;
      if (rest > 0) {
        const other = newRecord(start[record]! + units, rest);
        const neighbour = after[record]!;
        before[other] = record;
        after[other] = neighbour;
        if (neighbour !== NONE) before[neighbour] = other;
        after[record] = other;
        size[record] = units;
        insert(other);
      }
      liveUnits += units;
      peakUnits = Math.max(peakUnits, liveUnits);
      extentUnits = Math.max(extentUnits, start[record]! + units);
      const offset = start[record]! * UNIT_BYTES;
      live.set(offset, record);
      return offset;
    },
    free(offset: number): void {
      let record = live.get(offset);
      if (record === undefined) {
        throw new RangeError(`Cannot free a block as none is live at this offset: ${offset}`);
      }
      live.delete(offset);
      liveUnits -= size[record]!;
      const following = after[record]!;
      if (following !== NONE && isFree(following)) {
        remove(following);
        absorb(record, following);
      }
      const preceding = before[record]!;
      if (preceding !== NONE && isFree(preceding)) {
        remove(preceding);
        absorb(preceding, record);
        record = preceding;
      }
      insert(record);
    },
    resetPeak(): void {
      peakUnits = liveUnits;
    },
    isOnHeap(view: ArrayBufferView): boolean {
      return view.buffer === buffer;
    },
  };

  /** Makes `record` swallow `other`, its neighbour above. */
  function absorb(record: number, other: number): void {
    size[record]! += size[other]!;
    const neighbour = after[other]!;
    after[record] = neighbour;
    if (neighbour !== NONE) before[neighbour] = record;
    spareRecords.push(other);
  }
}

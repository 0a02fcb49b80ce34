/**
 * Keys and values of rows that were computed before, for prompts that begin like them.
 *
 * @module
 */
import type { Decoder, KvCache, LoraAdapter } from "../models/mod.ts";
import { commonPrefix, compareTokens } from "./token_order.ts";

/** A row whose keys and values are at hand. */
export interface KnownRow {
  /** Token ids whose keys and values are there. */
  readonly tokens: Int32Array;
  /** Row of the cache. */
  readonly row: number;
  /** Position of its first token in the cache. */
  readonly start: number;
}

/** What a prompt has in common with a known row. */
export interface KnownPrefix extends KnownRow {
  /** Where keys and values lie; owned by the store. */
  readonly cache: KvCache;
  /** Tokens in common. */
  readonly length: number;
}

interface Entry extends KnownRow {
  readonly slab: Slab;
}

/** The rows of one finished batch. */
interface Slab {
  readonly cache: KvCache;
  readonly rows: Entry[];
  readonly numBytes: number;
  lastUse: number;
}

/** Default of `maxBytes`: 512 MiB. */
export const DEFAULT_PREFIX_BYTES = 512 * 2 ** 20;

/**
 * Remembers the keys and values of computed rows, by adapter, and finds the longest known prefix of a
 * prompt. It belongs to one rollout: weights and adapters must not change while it is in use, as nothing
 * would notice.
 *
 * Whole caches are taken over, so that nothing is copied to keep them. When the memory is spent, those
 * that were not used for longest go first; what the running call of `generate()` has found stays, and so
 * what it makes is kept only as far as there is room.
 */
export class PrefixStore {
  /** Whose keys and values these are. */
  readonly decoder: Decoder;
  /** Most bytes that are kept. */
  readonly maxBytes: number;
  readonly #slabs = new Set<Slab>();
  /** Known rows of each adapter; sorted when it is asked for. */
  readonly #rows = new Map<LoraAdapter | undefined, Entry[]>();
  readonly #unsorted = new Set<LoraAdapter | undefined>();
  #numBytes = 0;
  #call = 0;

  /**
   * Makes an empty store.
   *
   * @param decoder Whose keys and values it will hold.
   * @param options.maxBytes Most bytes that are kept; default 512 MiB; 0 keeps nothing.
   */
  constructor(decoder: Decoder, options: { readonly maxBytes?: number } = {}) {
    const { maxBytes = DEFAULT_PREFIX_BYTES } = options;
    if (!(maxBytes >= 0)) {
      throw new RangeError(
        `Cannot make a prefix store as maxBytes must be at least 0: got ${maxBytes}`,
      );
    }
    this.decoder = decoder;
    this.maxBytes = maxBytes;
  }

  /** Bytes that are kept now. */
  get numBytes(): number {
    return this.#numBytes;
  }

  /** Begins a call of `generate()`: what is found from now on stays until the next. */
  beginCall(): void {
    this.#call++;
  }

  /**
   * Finds the known row that has the longest prefix in common with some tokens.
   *
   * @param adapter Adapter of the pass that will use it.
   * @param tokens Token ids.
   * @returns The row and the length in common, or undefined when nothing is known.
   */
  find(adapter: LoraAdapter | undefined, tokens: Int32Array): KnownPrefix | undefined {
    const rows = this.#sorted(adapter);
    // The neighbours of the place where the tokens belong share the longest prefixes with them.
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTokens(rows[middle]!.tokens, tokens) < 0) low = middle + 1;
      else high = middle;
    }
    let best: Entry | undefined;
    let length = 0;
    for (const entry of [rows[low - 1], rows[low]]) {
      const common = entry ? commonPrefix(entry.tokens, tokens) : 0;
      if (common > length) [best, length] = [entry, common];
    }
    if (!best) return undefined;
    best.slab.lastUse = this.#call;
    const { slab: { cache }, row, start } = best;
    return { cache, row, start, tokens: best.tokens, length };
  }

  /**
   * Takes over a cache, or frees it when there is no room.
   *
   * @param adapter Adapter that its rows were computed with.
   * @param cache Keys and values.
   * @param rows What is in them.
   * @returns Whether there was room.
   */
  add(adapter: LoraAdapter | undefined, cache: KvCache, rows: readonly KnownRow[]): boolean {
    const { numBytes } = cache;
    if (!this.#makeRoom(numBytes)) {
      cache.dispose();
      return false;
    }
    const slab: Slab = { cache, rows: [], numBytes, lastUse: this.#call };
    for (const row of rows) slab.rows.push({ ...row, slab });
    this.#slabs.add(slab);
    this.#numBytes += numBytes;
    const known = this.#rows.get(adapter);
    if (known) known.push(...slab.rows);
    else this.#rows.set(adapter, [...slab.rows]);
    this.#unsorted.add(adapter);
    return true;
  }

  /** Frees everything. */
  dispose(): void {
    for (const { cache } of this.#slabs) cache.dispose();
    this.#slabs.clear();
    this.#rows.clear();
    this.#unsorted.clear();
    this.#numBytes = 0;
  }

  /** Frees what older calls used last, oldest first, until there is room; gives up rather than freeing more. */
  #makeRoom(numBytes: number): boolean {
    const old = [...this.#slabs].filter(({ lastUse }) => lastUse < this.#call)
      .sort((a, b) => a.lastUse - b.lastUse);
    const freeable = old.reduce((sum, slab) => sum + slab.numBytes, 0);
    if (this.#numBytes - freeable + numBytes > this.maxBytes) return false;
    const gone = new Set<Slab>();
    while (this.#numBytes + numBytes > this.maxBytes) {
      const slab = old.shift()!;
      gone.add(slab);
      slab.cache.dispose();
      this.#slabs.delete(slab);
      this.#numBytes -= slab.numBytes;
    }
    if (gone.size > 0) {
      for (const [adapter, rows] of this.#rows) {
        this.#rows.set(adapter, rows.filter(({ slab }) => !gone.has(slab)));
      }
    }
    return true;
  }

  #sorted(adapter: LoraAdapter | undefined): readonly Entry[] {
    const rows = this.#rows.get(adapter) ?? [];
    if (this.#unsorted.delete(adapter)) rows.sort((a, b) => compareTokens(a.tokens, b.tokens));
    return rows;
  }
}

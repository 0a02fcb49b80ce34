/**
 * A cache for a batch of prompts, with what is known of them already in it.
 *
 * @module
 */
import { KvCache, type LoraAdapter } from "../models/mod.ts";
import type { CacheRun } from "../ops/mod.ts";
import type { PrefixStore } from "./prefix_store.ts";

/** How {@link openCache} looks for prefixes and how much room it makes. */
export interface OpenCacheOptions {
  /** Adapter of the coming passes. */
  readonly adapter: LoraAdapter | undefined;
  /** Positions to make room for behind the prompts. */
  readonly numNew: number;
}

/** A batch whose prompts have yet to be computed from some position on. */
export interface OpenedCache {
  /** Filled up to the first position of `ids`; the caller disposes it. */
  readonly cache: KvCache;
  /** Shape [B], first position of each row that is no padding. */
  readonly starts: Int32Array;
  /** Shape [B * T], the last T positions of the left-padded prompts: those still to compute. */
  readonly ids: Int32Array;
  /** Positions of `ids` that are padding. */
  readonly numPadded: number;
}

/**
 * Makes a cache for prompts that end at the same position, and copies known prefixes into it. All rows
 * are computed from the same position on: the last T, where T is what the neediest row lacks. A row that
 * lacks less has a few known tokens computed again.
 *
 * @param store Known prefixes, and whose they are.
 * @param prompts At least one, each with at least one token.
 * @param options Adapter, and room behind the prompts.
 * @returns Cache and what is to be computed.
 */
export function openCache(
  store: PrefixStore,
  prompts: readonly Int32Array[],
  { adapter, numNew }: OpenCacheOptions,
): OpenedCache {
  const { config } = store.decoder;
  // The state of the last token is wanted, so that one is always computed.
  const known = prompts.map((tokens) => store.find(adapter, tokens.subarray(0, tokens.length - 1)));
  let length = 0;
  let numMissing = 0;
  for (const [row, tokens] of prompts.entries()) {
    length = Math.max(length, tokens.length);
    numMissing = Math.max(numMissing, tokens.length - (known[row]?.length ?? 0));
  }
  const first = length - numMissing;
  const starts = Int32Array.from(prompts, (tokens) => length - tokens.length);
  const ids = new Int32Array(prompts.length * numMissing).fill(config.padTokenId);
  const runsByCache = new Map<KvCache, CacheRun[]>();
  let numPadded = 0;
  for (const [row, tokens] of prompts.entries()) {
    const skipped = Math.max(0, first - starts[row]!);
    const padded = Math.max(0, starts[row]! - first);
    ids.set(tokens.subarray(skipped), row * numMissing + padded);
    numPadded += padded;
    if (skipped === 0) continue;
    const source = known[row]!;
    const run: CacheRun = {
      fromRow: source.row,
      fromPosition: source.start,
      toRow: row,
      toPosition: starts[row]!,
      count: skipped,
    };
    const runs = runsByCache.get(source.cache);
    if (runs) runs.push(run);
    else runsByCache.set(source.cache, [run]);
  }
  const cache = new KvCache(config, { numRows: prompts.length, capacity: length + numNew });
  for (const [source, runs] of runsByCache) cache.copyFrom(source, runs);
  cache.advance(first);
  return { cache, starts, ids, numPadded };
}

/**
 * Computes once what several prompts begin with.
 *
 * @module
 */
import { yieldToEvents } from "../core/yield_to_events.ts";
import type { AdaptedDecoder, LoraAdapter } from "../models/mod.ts";
import type { GenerationCost } from "./generation_cost.ts";
import { fillCache, passOver } from "./fill_cache.ts";
import { openCache } from "./open_cache.ts";
import { planBatches } from "./plan_batches.ts";
import type { PrefixStore } from "./prefix_store.ts";
import { sharedPrefixes } from "./shared_prefixes.ts";

/** How {@link computeShared} computes. */
export interface ComputeSharedOptions {
  /** Adapter of the prompts. */
  readonly adapter: LoraAdapter | undefined;
  /** What computes: the store's decoder, or one with the adapter merged in. */
  readonly model: AdaptedDecoder;
  /** Most rows of a pass. */
  readonly maxRows: number;
  /** Stops between two passes; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** What a pass more costs, in tokens of a prompt; sharing must spare more than that. */
const PASS_COST = 256;

/**
 * Puts the prefixes that prompts share into a store, where {@link openCache} finds them.
 *
 * @param store Known prefixes; takes the new ones over as far as there is room.
 * @param prompts Prompts of one adapter.
 * @param options Adapter, most rows, signal.
 * @returns What was computed.
 * @throws The signal's reason when it aborts.
 */
export async function computeShared(
  store: PrefixStore,
  prompts: readonly Int32Array[],
  { adapter, model, maxRows, signal }: ComputeSharedOptions,
): Promise<Pick<GenerationCost, "computedTokens" | "paddedTokens">> {
  const cost = { computedTokens: 0, paddedTokens: 0 };
  if (store.maxBytes === 0) return cost;
  const knownOf = (tokens: Int32Array) => store.find(adapter, tokens)?.length ?? 0;
  const { prefixes, saved } = sharedPrefixes(
    prompts.map((tokens) => ({ tokens, known: knownOf(tokens) })),
  );
  if (saved <= PASS_COST) return cost;
  const planned = prefixes.map((tokens) => ({
    length: tokens.length,
    missing: Math.max(1, tokens.length - knownOf(tokens)),
  }));
  for (const members of planBatches(planned, { maxRows, batchCost: PASS_COST })) {
    await yieldToEvents(signal);
    const rows = members.map((index) => prefixes[index]!);
    const { cache, starts, ids, numPadded } = openCache(store, rows, { adapter, numNew: 0 });
    cost.computedTokens += ids.length;
    cost.paddedTokens += numPadded;
    try {
      passOver(await fillCache(ids, { model, cache, starts, signal }), { model, cache, starts });
    } catch (error) {
      cache.dispose();
      throw error;
    }
    const known = rows.map((tokens, row) => ({ tokens, row, start: starts[row]! }));
    if (!store.add(adapter, cache, known)) break;
  }
  return cost;
}

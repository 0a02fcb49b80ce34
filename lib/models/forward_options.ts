import type { KvCache } from "./kv_cache.ts";
import type { LoraAdapter } from "./lora_adapter.ts";

/** How `Decoder.forward()` reads its token ids. */
export interface ForwardOptions {
  /** B, rows of the batch. */
  readonly numRows: number;
  /** Shape [B], pad tokens on the left of each row, counted from the row's very first position. */
  readonly starts: Int32Array;
  /** Low-rank update to apply; the plain decoder when absent. */
  readonly adapter?: LoraAdapter;
  /** Keys and values of the positions before `ids`; extended by the new ones. */
  readonly cache?: KvCache;
  /**
   * Shape [B, 2], with a cache and one token a row: the row of the cache that each token continues, and its
   * position there, below the capacity. By default the B rows of the cache are continued behind its filled
   * positions. Tokens of the same row follow each other, each one position on, and see those before them.
   * The cache does not count these positions as filled.
   */
  readonly slots?: Int32Array;
  /**
   * Shape [N], flat indices (row * T + position) of the states that are wanted; all by default. The
   * last layer computes keys and values of all positions and little else of those that are not wanted, so
   * ask for what you need: responses at the end of long prompts save most of that layer.
   */
  readonly at?: Int32Array;
  /**
   * Keep of each layer only its input for the backward pass, which computes the layer again:
   * about 40 % more time for a fraction of the memory. Not together with a cache. Default false.
   */
  readonly gradientCheckpointing?: boolean;
}

/**
 * Keys and values of the tokens a batch has seen, so that a new token costs one position.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type CacheRun, copyCacheRows, empty, writeCache } from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";

/** Keys and values of one layer. */
export interface CachedLayer {
  /** Shape [B, S, K*C], rotated keys. */
  keys: tf.Tensor3D;
  /** Shape [B, S, K*C]. */
  values: tf.Tensor3D;
}

const BYTES_PER_NUMBER = 4;

/** Room for the keys and values of B rows of S positions in every layer. */
export class KvCache {
  /** S, positions there is room for. */
  readonly capacity: number;
  /** B, rows. */
  readonly numRows: number;
  readonly #config: DecoderConfig;
  readonly #layers: CachedLayer[] = [];
  #length = 0;

  /**
   * Makes an empty cache.
   *
   * @param config Sizes of the decoder.
   * @param size Rows and positions to make room for.
   */
  constructor(
    config: DecoderConfig,
    { numRows, capacity }: { readonly numRows: number; readonly capacity: number },
  ) {
    this.capacity = capacity;
    this.numRows = numRows;
    this.#config = config;
    const width = config.numKeyValueHeads * config.headDim;
    const shape: [number, number, number] = [numRows, capacity, width];
    for (let layer = 0; layer < config.numHiddenLayers; layer++) {
      const keys = tf.keep(empty(shape));
      const values = tf.keep(empty(shape));
      this.#layers.push({ keys: keys as tf.Tensor3D, values: values as tf.Tensor3D });
    }
  }

  /** Positions that are filled in every row, padding included; the next tokens of all rows go behind them. */
  get length(): number {
    return this.#length;
  }

  /** Bytes that keys and values take. */
  get numBytes(): number {
    const { numKeyValueHeads, headDim } = this.#config;
    const width = 2 * numKeyValueHeads * headDim;
    return this.#layers.length * this.numRows * this.capacity * width * BYTES_PER_NUMBER;
  }

  /**
   * Stores the keys and values of some tokens of one layer; {@link advance} follows once all layers are
   * written, where the tokens are the next of every row.
   *
   * @param layer 0-based layer index.
   * @param keys Shape [N, K*C], rotated.
   * @param values Shape [N, K*C].
   * @param slots Shape [N, 2], int32: row and position of each token, which there must be room for.
   * @returns All keys and values of the layer, owned by the cache.
   */
  write(
    layer: number,
    keys: tf.Tensor2D,
    values: tf.Tensor2D,
    slots: tf.Tensor2D,
  ): Readonly<CachedLayer> {
    const cached = this.#layers[layer]!;
    // The same tensor where the backend writes in place, else a new one; either survives the forward's tidy.
    cached.keys = writeCache(cached.keys, keys, slots);
    cached.values = writeCache(cached.values, values, slots);
    return cached;
  }

  /** All layers, owned by the cache, for a kernel that writes them itself. */
  get layers(): readonly Readonly<CachedLayer>[] {
    return this.#layers;
  }

  /**
   * Where the next tokens of every row go: behind the filled positions.
   *
   * @param numTokens T, new tokens of each row.
   * @returns Shape [B * T, 2], row and position of each token.
   * @throws {RangeError} When there is no room for T more positions.
   */
  nextSlots(numTokens: number): Int32Array {
    if (this.#length + numTokens > this.capacity) {
      throw new RangeError(
        `Cannot cache ${numTokens} more positions as at most ${this.capacity} fit: ` +
          `${this.#length} are filled, make the cache with a larger capacity`,
      );
    }
    const slots = new Int32Array(2 * this.numRows * numTokens);
    for (let row = 0, at = 0; row < this.numRows; row++) {
      for (let t = 0; t < numTokens; t++) {
        slots[at++] = row;
        slots[at++] = this.#length + t;
      }
    }
    return slots;
  }

  /**
   * Copies runs of positions of another cache; {@link advance} follows once all are there. Keys are
   * rotated by their position within the row, so a run may come to lie elsewhere in its row.
   *
   * @param source A cache of the same decoder.
   * @param runs What to copy.
   * @throws {RangeError} When a run does not lie within both caches.
   */
  copyFrom(source: KvCache, runs: readonly CacheRun[]): void {
    for (const [index, layer] of this.#layers.entries()) {
      const { keys, values } = source.#layers[index]!;
      layer.keys = copyCacheRows(layer.keys, keys, runs);
      layer.values = copyCacheRows(layer.values, values, runs);
    }
  }

  /**
   * Counts positions as filled.
   *
   * @param numPositions Positions that were written in every layer.
   */
  advance(numPositions: number): void {
    this.#length += numPositions;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { keys, values } of this.#layers) tf.dispose([keys, values]);
    this.#layers.length = 0;
  }
}

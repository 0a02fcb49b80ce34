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
  readonly #config: DecoderConfig;
  readonly #layers: CachedLayer[] = [];
  #length = 0;
  #numRows: number;

  /**
   * Makes an empty cache.
   *
   * @param config Sizes of the decoder.
   * @param size Rows and positions to make room for.
   * @param layers Keys and values to take over; by default they are made.
   */
  constructor(
    config: DecoderConfig,
    size: { readonly numRows: number; readonly capacity: number },
    layers?: readonly CachedLayer[],
  ) {
    this.capacity = size.capacity;
    this.#config = config;
    this.#numRows = size.numRows;
    if (layers) {
      this.#layers.push(...layers);
      return;
    }
    const shape: [number, number, number] = [
      size.numRows,
      size.capacity,
      config.numKeyValueHeads * config.headDim,
    ];
    for (let layer = 0; layer < config.numHiddenLayers; layer++) {
      const [keys, values] = [tf.keep(empty(shape)), tf.keep(empty(shape))];
      this.#layers.push({ keys: keys as tf.Tensor3D, values: values as tf.Tensor3D });
    }
  }

  /** Positions that are filled, padding included. */
  get length(): number {
    return this.#length;
  }

  /** B, rows held now. */
  get numRows(): number {
    return this.#numRows;
  }

  /** Bytes that keys and values take. */
  get numBytes(): number {
    const { numKeyValueHeads, headDim } = this.#config;
    const width = 2 * numKeyValueHeads * headDim;
    return this.#layers.length * this.#numRows * this.capacity * width * BYTES_PER_NUMBER;
  }

  /**
   * Stores the newest positions of one layer behind the filled ones; {@link advance} follows once
   * all layers are written.
   *
   * @param layer 0-based layer index.
   * @param keys Shape [B, T, K*C], rotated.
   * @param values Shape [B, T, K*C].
   * @returns All keys and values of the layer, owned by the cache.
   * @throws {RangeError} When there is no room for T more positions.
   */
  write(layer: number, keys: tf.Tensor3D, values: tf.Tensor3D): Readonly<CachedLayer> {
    this.#checkRoom(keys.shape[1]);
    const cached = this.#layers[layer]!;
    // The same tensor where the backend writes in place, else a new one; either survives the forward's tidy.
    cached.keys = writeCache(cached.keys, keys, this.#length);
    cached.values = writeCache(cached.values, values, this.#length);
    return cached;
  }

  /**
   * All layers, for a kernel that writes the newest positions behind the filled ones itself;
   * {@link advance} follows.
   *
   * @param numPositions T, how many it will write.
   * @returns Keys and values by layer, owned by the cache.
   * @throws {RangeError} When there is no room for T more positions.
   */
  room(numPositions: number): readonly Readonly<CachedLayer>[] {
    this.#checkRoom(numPositions);
    return this.#layers;
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

  /**
   * Keeps some rows, in the given order.
   *
   * @param rows Row indices to keep; may repeat.
   */
  gatherRows(rows: Int32Array): void {
    this.#gather(rows, () => {});
  }

  /**
   * Keeps some rows, in the given order, and hands over others.
   *
   * @param rows Row indices to keep; may repeat.
   * @param leaving Row indices to hand over, at least one.
   * @returns A cache of its own with the leaving rows; the caller disposes it.
   */
  splitRows(rows: Int32Array, leaving: Int32Array): KvCache {
    const layers: CachedLayer[] = [];
    const indices = tf.keep(tf.tensor1d(leaving, "int32"));
    this.#gather(rows, ({ keys, values }) => {
      layers.push({
        keys: tf.keep(tf.gather(keys, indices)),
        values: tf.keep(tf.gather(values, indices)),
      });
    });
    indices.dispose();
    const size = { numRows: leaving.length, capacity: this.capacity };
    const left = new KvCache(this.#config, size, layers);
    left.#length = this.#length;
    return left;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { keys, values } of this.#layers) tf.dispose([keys, values]);
    this.#layers.length = 0;
  }

  #checkRoom(numPositions: number): void {
    if (this.#length + numPositions <= this.capacity) return;
    throw new RangeError(
      `Cannot cache ${numPositions} more positions as at most ${this.capacity} fit: ` +
        `${this.#length} are filled, make the cache with a larger capacity`,
    );
  }

  /** Gathers rows layer by layer, so that only one layer is held twice; each is seen before it goes. */
  #gather(rows: Int32Array, onLayer: (layer: CachedLayer) => void): void {
    tf.tidy(() => {
      const indices = tf.tensor1d(rows, "int32");
      for (const layer of this.#layers) {
        onLayer(layer);
        for (const part of ["keys", "values"] as const) {
          const kept = tf.keep(tf.gather(layer[part], indices));
          layer[part].dispose();
          layer[part] = kept;
        }
      }
    });
    this.#numRows = rows.length;
  }
}

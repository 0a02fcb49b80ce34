/**
 * Keys and values of the tokens a batch has seen, so that a new token costs one position.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { writeCache } from "../ops/mod.ts";
import type { DecoderConfig } from "./decoder_config.ts";

/** Keys and values of one layer. */
export interface CachedLayer {
  /** Shape [B, S, K*C], rotated keys. */
  keys: tf.Tensor3D;
  /** Shape [B, S, K*C]. */
  values: tf.Tensor3D;
}

/** Room for the keys and values of B rows of S positions in every layer. */
export class KvCache {
  /** S, positions there is room for. */
  readonly capacity: number;
  readonly #layers: CachedLayer[] = [];
  #length = 0;
  #numRows: number;

  /**
   * Makes an empty cache.
   *
   * @param config Sizes of the decoder.
   * @param size Rows and positions to make room for.
   */
  constructor(
    config: DecoderConfig,
    size: { readonly numRows: number; readonly capacity: number },
  ) {
    this.capacity = size.capacity;
    this.#numRows = size.numRows;
    const shape: [number, number, number] = [
      size.numRows,
      size.capacity,
      config.numKeyValueHeads * config.headDim,
    ];
    for (let layer = 0; layer < config.numHiddenLayers; layer++) {
      // Filled on the device: tf.zeros would make the numbers here and copy them there.
      this.#layers.push({ keys: tf.keep(tf.fill(shape, 0)), values: tf.keep(tf.fill(shape, 0)) });
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
    const end = this.#length + keys.shape[1];
    if (end > this.capacity) {
      throw new RangeError(
        `Cannot cache ${keys.shape[1]} more positions as at most ${this.capacity} fit: ` +
          `${this.#length} are filled, make the cache with a larger capacity`,
      );
    }
    const cached = this.#layers[layer]!;
    // The same tensor where the backend writes in place, else a new one; either survives the forward's tidy.
    cached.keys = writeCache(cached.keys, keys, this.#length);
    cached.values = writeCache(cached.values, values, this.#length);
    return cached;
  }

  /**
   * Counts positions as filled.
   *
   * @param numPositions T, positions that were written in every layer.
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
    tf.tidy(() => {
      const indices = tf.tensor1d(rows, "int32");
      for (const layer of this.#layers) {
        for (const part of ["keys", "values"] as const) {
          const kept = tf.keep(tf.gather(layer[part], indices));
          layer[part].dispose();
          layer[part] = kept;
        }
      }
    });
    this.#numRows = rows.length;
  }

  /** Frees the memory. */
  dispose(): void {
    for (const { keys, values } of this.#layers) tf.dispose([keys, values]);
    this.#layers.length = 0;
  }
}

/** Types of the part of `@std/async` that maporl uses. */

/** Options of {@linkcode delay}. */
export interface DelayOptions {
  /** Ends the wait, whose promise it rejects with its reason. */
  signal?: AbortSignal;
  /** Whether the wait keeps the process alive. Default: true. */
  persistent?: boolean;
}

/** Waits so many milliseconds. */
export function delay(ms: number, options?: DelayOptions): Promise<void>;

/**
 * Maps at most `poolLimit` items at a time, and gives results in the items' order. After an item throws, no other is
 * begun, those under way are waited for, and an `AggregateError` of what was thrown ends it.
 */
export function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;

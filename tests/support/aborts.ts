/**
 * Signals that abort at a chosen moment of a computation, whatever the time.
 *
 * @module
 */

/** A signal that aborts when it is looked at for the n-th time, with how often it was looked at. */
export function abortingAtLook(n: number): { signal: AbortSignal; looks: () => number } {
  const controller = new AbortController();
  let looks = 0;
  const { signal } = controller;
  const throwIfAborted = signal.throwIfAborted.bind(signal);
  signal.throwIfAborted = () => {
    if (++looks === n) controller.abort(new RangeError("stopped at a look"));
    throwIfAborted();
  };
  return { signal, looks: () => looks };
}

/** Longest time without letting events through, in milliseconds: Ctrl-C is then seen at once. */
const MAX_BUSY_MS = 50;

/** When events were let through last; a thread has one loop of them. */
let last = -Infinity;

/**
 * Lets timers, signals (Ctrl-C) and other events through, which `await` alone does not when everything
 * awaited is done at once. To be called between the parts of long work; it costs nothing where events were
 * let through less than 50 ms ago.
 *
 * @param signal If given and aborted by then, its reason is thrown.
 * @returns When the events that were waiting have been handled.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { yieldToEvents } from "./yield_to_events.ts";
 *
 * const controller = new AbortController();
 * setTimeout(() => controller.abort(new RangeError("stop")), 0);
 * const work = async () => {
 *   for (;;) await yieldToEvents(controller.signal);
 * };
 * await assertRejects(work, RangeError, "stop");
 * ```
 */
export async function yieldToEvents(signal?: AbortSignal): Promise<void> {
  if (performance.now() - last >= MAX_BUSY_MS) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    last = performance.now();
  }
  signal?.throwIfAborted();
}

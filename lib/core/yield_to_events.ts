/**
 * Lets timers, signals (Ctrl-C) and other events through, which `await` alone does not when everything
 * awaited is done at once. To be called between steps of long work.
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
 * await assertRejects(() => yieldToEvents(controller.signal), RangeError, "stop");
 * ```
 */
export async function yieldToEvents(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  signal?.throwIfAborted();
}

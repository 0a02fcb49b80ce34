/**
 * Lets signals, timers and input be served between two pieces of synchronous work: without it a
 * long loop of tensor operations never sees Ctrl-C.
 *
 * @returns After pending events were served.
 */
export function serveEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

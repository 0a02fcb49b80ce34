/**
 * Our side: one worker per measurement, with a time limit.
 *
 * @module
 */
import type { GpuReply, GpuRequest } from "./worker.ts";

/**
 * Measures in a new worker.
 *
 * @param request What.
 * @param limitMs When to give up.
 * @returns What was found, or why nothing was.
 */
export async function measureInWorker(request: GpuRequest, limitMs: number): Promise<GpuReply> {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<GpuReply>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ failure: event.message.split("\n")[0]! });
      };
      timer = setTimeout(
        () => resolve({ failure: `stopped after ${(limitMs / 1000).toFixed(0)} s` }),
        limitMs,
      );
      worker.postMessage(request);
    });
  } finally {
    clearTimeout(timer);
    worker.terminate();
  }
}

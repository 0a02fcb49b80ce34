/**
 * An experiment in a process of its own, watched line by line, and ended whatever happens.
 *
 * @module
 */
import type { Wish } from "./interfere.ts";

const root = new URL("../../", import.meta.url);

/** How an experiment is started and what is done to it. */
export interface ChildOptions {
  /** Variables of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What goes wrong inside. */
  readonly wish: Wish;
  /** The program, from the root; default `experiments/main.ts`. */
  readonly program?: string;
  /** Where it runs; default the root. */
  readonly folder?: string;
  /** Output that nobody reads: its reader is gone at once. */
  readonly closed?: readonly ("stdout" | "stderr")[];
  /** Called when it has started. */
  readonly onStart?: (child: RunningChild) => void;
  /** Called with every line of its standard output. */
  readonly onLine?: (line: string, child: RunningChild) => void;
  /** Seconds until it counts as hanging. */
  readonly limit: number;
}

/** A started experiment. */
export interface RunningChild {
  /** Sends a signal, unless it has ended. */
  kill(signal: Deno.Signal): void;
  /** Ends the readers of its output. */
  closeOutput(): void;
}

/** How an experiment ended. */
export interface ChildResult {
  /** Exit code. */
  readonly code: number;
  /** Signal that ended it; null if it ended by itself. */
  readonly signal: string | null;
  /** Its standard output. */
  readonly out: string;
  /** Its standard error. */
  readonly err: string;
  /** Whether it did not end within its time. */
  readonly hangs: boolean;
  /** Milliseconds from its start to each line of standard output. */
  readonly times: readonly number[];
  /** Milliseconds from start to end. */
  readonly total: number;
}

const running = new Set<Deno.ChildProcess>();

/** Ends every child that is still there. */
export function endChildren(): void {
  for (const child of running) send(child, "SIGKILL");
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch { /* it has ended */ }
}

/**
 * Runs a program, by default `experiments/main.ts`.
 *
 * @param args Its arguments.
 * @param options Program, environment, interference, limit.
 * @returns How it ended.
 */
export async function runChild(
  args: readonly string[],
  options: ChildOptions,
): Promise<ChildResult> {
  const { program = "experiments/main.ts", folder = root.pathname } = options;
  const preload = new URL("interfere.ts", import.meta.url);
  preload.searchParams.set("wish", JSON.stringify(options.wish));
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-A", "--no-check", "--no-prompt", "--v8-flags=--no-wasm-bounds-checks"],
      ...["--config", new URL("deno.json", root).pathname, "--preload", preload.href],
      ...[new URL(program, root).pathname, ...args],
    ],
    cwd: folder,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  running.add(child);
  const times: number[] = [];
  const closing = new AbortController();
  const handle: RunningChild = {
    kill: (signal) => send(child, signal),
    closeOutput: () => closing.abort(),
  };
  options.onStart?.(handle);
  const onLine = (line: string) => {
    times.push(performance.now() - start);
    options.onLine?.(line, handle);
  };
  let hangs = false;
  const limit = setTimeout(() => {
    hangs = true;
    send(child, "SIGKILL");
  }, options.limit * 1000);
  try {
    const closed = (name: "stdout" | "stderr") =>
      options.closed?.includes(name) === true ? AbortSignal.abort() : closing.signal;
    const [out, err, status] = await Promise.all([
      readLines(child.stdout, closed("stdout"), onLine),
      readLines(child.stderr, closed("stderr"), () => {}),
      child.status,
    ]);
    return { ...status, out, err, hangs, times, total: performance.now() - start };
  } finally {
    clearTimeout(limit);
    running.delete(child);
  }
}

/** Reads a stream line by line to its end, or until it is closed. */
async function readLines(
  stream: ReadableStream<Uint8Array>,
  closed: AbortSignal,
  onLine: (line: string) => void,
): Promise<string> {
  const reader = stream.getReader();
  const close = () => void reader.cancel().catch(() => {});
  if (closed.aborted) close();
  closed.addEventListener("abort", close);
  const decoder = new TextDecoder();
  let [all, rest] = ["", ""];
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const text = decoder.decode(read.value, { stream: true });
    all += text;
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    lines.forEach(onLine);
  }
  closed.removeEventListener("abort", close);
  return all;
}

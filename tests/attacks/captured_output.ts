/**
 * What is printed in this process, kept instead of shown.
 *
 * @module
 */

/** What was printed. */
export interface Captured<R> {
  /** What the function gave. */
  readonly result: R;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly err: string;
}

/**
 * Runs something and keeps what it prints, through the console or directly.
 *
 * @param run What is run; nothing else may print meanwhile.
 * @returns Its result and what it printed.
 */
export async function captureOutput<R>(run: () => Promise<R>): Promise<Captured<R>> {
  const { log, error, warn } = console;
  const [stdout, stderr] = [Deno.stdout.writeSync, Deno.stderr.writeSync];
  const texts = { out: "", err: "" };
  const keep = (name: keyof typeof texts) => {
    const decoder = new TextDecoder();
    return (bytes: Uint8Array) => {
      texts[name] += decoder.decode(bytes, { stream: true });
      return bytes.length;
    };
  };
  const line = (name: keyof typeof texts) => (...values: unknown[]) => {
    const words = values.map((value) => typeof value === "string" ? value : Deno.inspect(value));
    texts[name] += `${words.join(" ")}\n`;
  };
  Object.assign(console, { log: line("out"), error: line("err"), warn: line("err") });
  Deno.stdout.writeSync = keep("out");
  Deno.stderr.writeSync = keep("err");
  try {
    const result = await run();
    return { result, ...texts };
  } finally {
    Object.assign(console, { log, error, warn });
    Deno.stdout.writeSync = stdout;
    Deno.stderr.writeSync = stderr;
  }
}

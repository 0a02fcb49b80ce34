/**
 * A process that takes fuzzed inputs, ended and started again when it does not answer.
 *
 * @module
 */
import { type Answer, MARK, type Order } from "./fuzz_answer.ts";

/** Seconds that a process has to get ready: it makes runs, and others may use the processors. */
const START_LIMIT = 600;
/** Letters of a dead process's last words that are kept. */
const LAST_WORDS = 800;

/** Why no answer came: none in time, or the process is gone. */
export interface NoAnswer {
  /** What happened. */
  readonly outcome: "hang" | "crash" | "blow-up";
  /** How it ended. */
  readonly detail: string;
  /** The input, if it was told. */
  readonly input: string;
}

const running = new Set<FuzzProcess>();

/** Ends every process that is still there. */
export function endFuzzProcesses(): void {
  for (const process of running) process.kill();
}

/** A child that takes inputs. */
export class FuzzProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #folder: string;
  readonly #err: Promise<string>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  private constructor(folder: string) {
    this.#folder = folder;
    const root = new URL("../../", import.meta.url).pathname;
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-check", "--no-prompt", "--config", `${root}deno.json`],
        ...["--allow-read", `--allow-write=${folder}`, "--allow-ffi", "--allow-env", "--allow-sys"],
        `--allow-run=${Deno.execPath()}`, // programs of data sets
        "--v8-flags=--max-old-space-size=1500,--expose-gc",
        ...[`${root}tests/attacks/fuzz_child.ts`, folder],
      ],
      cwd: root,
      env: { NO_COLOR: "1", MAPORL_THREADS: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
    this.#err = new Response(this.#child.stderr).text();
    running.add(this);
  }

  /**
   * Starts a process.
   *
   * @returns The process.
   */
  static async start(): Promise<FuzzProcess> {
    return new FuzzProcess(await Deno.makeTempDir({ prefix: "maporl-fuzz-" }));
  }

  /**
   * Lets it take cases.
   *
   * @param order Which.
   * @param limit Seconds for each.
   * @returns The answers in turn; the last is why there are no more, if so.
   * @throws {Error} If the process cannot get ready.
   */
  async *take(order: Order, limit: number): AsyncGenerator<Answer | NoAnswer> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(order)}\n`));
    const ready = await this.#line(START_LIMIT);
    if (typeof ready !== "string") {
      throw new Error(`Cannot prepare ${order.target} to be fuzzed: ${ready.detail}`);
    }
    let input = "";
    for (let left = order.count; left > 0;) {
      const line = await this.#line(limit);
      if (typeof line !== "string") {
        yield { ...line, input };
        return;
      }
      const said: Answer | { readonly input: string } = JSON.parse(line);
      input = said.input;
      if (!("seed" in said)) continue;
      left--;
      yield said;
    }
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch { /* it has ended */ }
    try {
      Deno.removeSync(this.#folder, { recursive: true });
    } catch { /* it is gone */ }
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    running.delete(this);
    await this.#writer.abort().catch(() => {});
    this.kill();
    await this.#child.status;
    await this.#lines.return(undefined).catch(() => {});
    await this.#err;
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  async #line(limit: number): Promise<string | Omit<NoAnswer, "input">> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), limit * 1000);
    });
    const next = this.#lines.next();
    const read = await Promise.race([next, late]);
    clearTimeout(timer);
    if (read === "late") {
      this.kill();
      await next;
      return { outcome: "hang", detail: `no answer within ${limit} s` };
    }
    if (!read.done) return read.value;
    const { code, signal } = await this.#child.status;
    const words = (await this.#err).slice(-LAST_WORDS);
    const isFull = /out of memory|heap limit|allocation failed/i.test(words);
    return {
      outcome: isFull ? "blow-up" : "crash",
      detail: `it ended with ${signal ?? `exit code ${code}`}: ${words}`,
    };
  }
}

/** The answers among the lines of a stream. */
async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length));
  }
}

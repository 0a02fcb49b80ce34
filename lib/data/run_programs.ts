import { ConfigError, RunError } from "../core/mod.ts";

/** What became of a program. */
export type ProgramResult =
  /** The number that it returned. */
  | { readonly value: number }
  /** What it must do, and does not. */
  | { readonly problem: string };

/** How {@linkcode runPrograms} runs programs. */
export interface ProgramLimits {
  /** Milliseconds until a program is killed, far more than one needs, as the machine may be busy; default 60,000. */
  readonly patience?: number;
  /** Bytes of memory of a program's interpreter, the interpreter's own 16 MiB included; default 32 MiB. */
  readonly memory?: number;
}

/** Programs of one process: its start is then a small part of their time, and its memory stays small. */
const BATCH = 250;
/** Milliseconds that a process may take to start on a busy machine. */
const START_PATIENCE = 120_000;
/** More than a result has. */
const MAX_LINE = 4096;

/**
 * Runs Python programs that nobody has looked at, with MicroPython in processes that may do nothing: see
 * `program_child.ts`. Needs the permission to run Deno itself, as a busy loop in a worker of the own process cannot be
 * stopped. Whoever has it can start Deno with any permission, so it is for `deno task answers` alone, which has no
 * network, and neither for experiments nor for what downloads.
 *
 * @param programs The programs, in order.
 * @param call The expression that each is asked for, such as `simple_math_problem()`.
 * @param limits Of time and memory.
 * @returns What became of each, in order. A program that is killed says so, and the next ones go on.
 * @throws {ConfigError} If Deno may not be run.
 * @throws {RunError} If the interpreter does not start.
 */
export async function runPrograms(
  programs: readonly string[],
  call: string,
  { patience = 60_000, memory = 2 ** 25 }: ProgramLimits = {},
): Promise<ProgramResult[]> {
  const results: ProgramResult[] = [];
  while (results.length < programs.length) {
    const batch = programs.slice(results.length, results.length + BATCH);
    const child = new ProgramChild({ programs: batch, call, memory });
    try {
      if (await child.next(START_PATIENCE) === undefined) throw await child.notStarted();
      for (let done = 0; done < batch.length; done++) {
        const result = await child.next(patience);
        results.push(
          result ?? {
            problem: child.isLate
              ? `it must end within ${patience / 1000} seconds`
              : "it must not end its interpreter",
          },
        );
        if (result === undefined) break; // the next ones get another process
      }
    } finally {
      await child.stop();
    }
  }
  return results;
}

/** A process that runs programs, and the lines that it writes. */
class ProgramChild {
  /** Whether it did not write a line in time. */
  isLate = false;
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<Uint8Array>;
  readonly #written: Promise<void>;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(input: object) {
    const interpreter = import.meta.resolve("@micropython/micropython-webassembly-pyscript");
    try {
      this.#process = new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-q", "--no-prompt", "--no-remote", "--cached-only"],
          "--v8-flags=--max-old-space-size=256",
          `--allow-read=${new URL(".", interpreter).pathname}`,
          new URL(import.meta.resolve("./program_child.ts")).pathname,
        ],
        clearEnv: true, // tokens are not its business
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
      throw new ConfigError(
        "Cannot run programs as Deno must be allowed to run itself: it is not",
        {
          thing: "--allow-run",
          remedy: "Start it through its task: deno task answers",
          cause,
        },
      );
    }
    this.#lines = this.#process.stdout.getReader();
    // A child that is killed reads no further: that is seen where its lines end.
    this.#written = new Blob([JSON.stringify(input)]).stream().pipeTo(this.#process.stdin)
      .catch(() => {});
  }

  /** The next line that it writes; undefined where it ends before, or takes longer. */
  async next(patience: number): Promise<ProgramResult | undefined> {
    const timer = setTimeout(() => {
      this.isLate = true;
      this.#kill();
    }, patience);
    try {
      while (!this.#rest.includes("\n")) {
        const { value, done } = await this.#lines.read();
        if (done || this.#rest.length > MAX_LINE) return undefined;
        this.#rest += this.#decoder.decode(value, { stream: true });
      }
    } finally {
      clearTimeout(timer);
    }
    const end = this.#rest.indexOf("\n");
    const line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return JSON.parse(line);
  }

  /** Why it cannot be used. */
  async notStarted(): Promise<RunError> {
    this.#kill();
    const { code, signal } = await this.#process.status;
    return new RunError(
      `Cannot run programs as the interpreter must start: it ended with ${signal ?? code}`,
      {
        thing: "@micropython/micropython-webassembly-pyscript",
        value: code,
        remedy: "Fetch the packages with: deno install",
      },
    );
  }

  /** Ends it, whatever it does. */
  async stop(): Promise<void> {
    this.#kill();
    await this.#lines.cancel().catch(() => {});
    await this.#written;
    await this.#process.status;
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // it has ended
    }
  }
}

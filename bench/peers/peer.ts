/**
 * The other side: a process that answers one request at a time and sleeps on a pipe between.
 *
 * @module
 */
import { RunError } from "../../lib/core/mod.ts";

/** An answer of the peer; what is in it depends on the request. */
export type PeerAnswer = Readonly<Record<string, unknown>>;

/** What {@link Peer.start} starts. */
export interface PeerProgram {
  /** Path or name of the program. */
  readonly program: string;
  /** What it is in words, such as `Python`. */
  readonly what: string;
  /** Its arguments. */
  readonly args: readonly string[];
  /** Folder that it runs in; by default ours. */
  readonly cwd?: string;
  /** What the first request says beside "hello". */
  readonly hello?: PeerAnswer | undefined;
  /** What the user is told when it does not start. */
  readonly remedy: string;
}

/** A running peer. */
export class Peer implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncIterator<string>;

  readonly #remedy: string;

  private constructor(process: Deno.ChildProcess, remedy: string) {
    this.#process = process;
    this.#remedy = remedy;
    this.#writer = process.stdin.getWriter();
    this.#lines = linesOf(process.stdout);
  }

  /**
   * Starts the peer. Start it before the device: that one sets how long OpenMP's threads spin, and
   * the peer should have its own default.
   *
   * @param program What is started.
   * @returns The peer and what it says about its libraries.
   * @throws {RunError} If the program or a package of it is missing.
   */
  static async start(
    { program, what, args, cwd, hello, remedy }: PeerProgram,
  ): Promise<{ peer: Peer; libraries: PeerAnswer }> {
    let process: Deno.ChildProcess;
    try {
      process = new Deno.Command(program, {
        args: [...args],
        ...cwd === undefined ? {} : { cwd },
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
    } catch (cause) {
      throw new RunError(`Cannot start the peer as ${program} must be ${what}: ${cause}`, {
        thing: program,
        remedy,
        cause,
      });
    }
    const peer = new Peer(process, remedy);
    return { peer, libraries: await peer.ask({ do: "hello", ...hello }) };
  }

  /**
   * Asks and waits for the answer.
   *
   * @param request Plain JSON.
   * @returns The answer.
   * @throws {RunError} If the peer ended or could not do it.
   */
  async ask(request: Readonly<Record<string, unknown>>): Promise<PeerAnswer> {
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`))
      .catch(() => {}); // it has ended: seen below
    const { value, done } = await this.#lines.next();
    if (done) {
      throw new RunError("Cannot go on as the peer must answer: it ended", {
        thing: "peer",
        remedy: this.#remedy,
      });
    }
    const answer = JSON.parse(value) as PeerAnswer;
    if (answer.error === undefined) return answer;
    throw new RunError(`Cannot go on as the peer must do "${request.do}": ${answer.error}`, {
      thing: "peer",
      remedy: "Its traceback stands above",
    });
  }

  /**
   * One measurement of what is set up.
   *
   * @returns Seconds, taken by the peer around the work alone.
   */
  async run(): Promise<number> {
    return (await this.ask({ do: "run" })).seconds as number;
  }

  /** Ends the process in the middle of its work. */
  kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  /** Ends the process after its work. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#process.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  let rest = "";
  for await (const chunk of stream.pipeThrough(new TextDecoderStream() as never)) {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
}

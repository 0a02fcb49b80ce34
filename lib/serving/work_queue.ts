/**
 * Requests that wait for the model.
 *
 * @module
 */
import { ApiError } from "./api_error.ts";

/** Something that waits. */
export interface QueuedWork {
  /** Aborted when nobody wants it any more: then it leaves the queue. */
  readonly signal: AbortSignal;
  /**
   * Told that it will not be done, or was not.
   *
   * @param error Why.
   */
  fail(error: unknown): void;
}

/** How a {@link WorkQueue} works. */
export interface WorkQueueOptions<W> {
  /** Most that waits, besides what is being done. */
  readonly maxWaiting: number;
  /**
   * Whether something can be done together with what was chosen before.
   *
   * @param chosen At least one.
   * @param next Something that waits behind them.
   */
  joins(chosen: readonly W[], next: W): boolean;
  /**
   * Does what was chosen.
   *
   * @param chosen At least one.
   */
  run(chosen: readonly W[]): Promise<void>;
}

/** Most seconds after which a client is told to try again. */
const MAX_RETRY_SECONDS = 60;

/**
 * Does one thing after the other, in the order in which they came; with the first of those that wait goes
 * what can be done together with it. It never holds more than it may: more is refused at once.
 */
export class WorkQueue<W extends QueuedWork> {
  readonly #options: WorkQueueOptions<W>;
  #waiting: W[] = [];
  #isRunning = false;
  #isClosed = false;
  #idle = Promise.resolve();
  /** How long it took to do something last. */
  #lastSeconds = 1;

  /**
   * An empty queue.
   *
   * @param options What is done, and how much may wait.
   */
  constructor(options: WorkQueueOptions<W>) {
    this.#options = options;
  }

  /** How much waits. */
  get numWaiting(): number {
    return this.#waiting.length;
  }

  /**
   * Refuses when there is no place, before anything is made ready for it.
   *
   * @throws {ApiError} 429 when the queue is full, 503 when it was closed.
   */
  checkRoom(): void {
    if (this.#isClosed) {
      throw new ApiError("Cannot take the request as the server must go on: it is shutting down", {
        status: 503,
        code: "shutting_down",
      });
    }
    const { maxWaiting } = this.#options;
    // Without a place to wait something can still be done at once.
    if (this.#waiting.length < maxWaiting || !this.#isRunning && this.#waiting.length === 0) return;
    const seconds = Math.ceil(this.#lastSeconds);
    throw new ApiError(
      `Cannot take the request as at most ${maxWaiting} may wait: ${this.#waiting.length} do`,
      {
        status: 429,
        code: "queue_full",
        retryAfter: Math.min(MAX_RETRY_SECONDS, Math.max(1, seconds)),
      },
    );
  }

  /**
   * Puts something at the end.
   *
   * @param work What is to be done.
   * @throws {ApiError} As {@linkcode checkRoom} does.
   */
  add(work: W): void {
    this.checkRoom();
    this.#waiting.push(work);
    work.signal.addEventListener("abort", () => this.#drop(work), { once: true });
    if (work.signal.aborted) this.#drop(work);
    if (!this.#isRunning) this.#idle = this.#runAll();
  }

  /** Takes nothing more; what waits is still done. */
  close(): void {
    this.#isClosed = true;
  }

  /**
   * Waits until nothing is done any more.
   *
   * @returns When what waits now is done.
   */
  async idle(): Promise<void> {
    await this.#idle;
  }

  #drop(work: W): void {
    const at = this.#waiting.indexOf(work);
    if (at < 0) return; // it is being done, or was
    this.#waiting.splice(at, 1);
    work.fail(work.signal.reason);
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      const chosen = this.#choose();
      const start = performance.now();
      try {
        await this.#options.run(chosen);
      } catch (error) {
        for (const work of chosen) work.fail(error);
      }
      this.#lastSeconds = (performance.now() - start) / 1000;
    }
    this.#isRunning = false;
  }

  /** Takes out the first, and those behind it that can be done together with it. */
  #choose(): W[] {
    const [first, ...others] = this.#waiting;
    const chosen = [first!];
    this.#waiting = others.filter((work) => {
      const joins = this.#options.joins(chosen, work);
      if (joins) chosen.push(work);
      return !joins;
    });
    return chosen;
  }
}

import { ApiError } from "./api_error.ts";

/** Who waits for a response: as long as the client is there and the server does not cut it off. */
export class Waiter {
  /** Aborted when nobody waits any more, with an {@link ApiError}. */
  readonly signal: AbortSignal;
  readonly #left = new AbortController();

  /**
   * Somebody who waits.
   *
   * @param connection Aborted when the connection of the client ends. That of `Deno.serve()` is it only then with
   * `no-legacy-abort` (deno.json); else also behind every response, which changes nothing.
   * @param cutOff Aborted when the server cuts off all that waits.
   */
  constructor(connection: AbortSignal, cutOff: AbortSignal) {
    if (connection.aborted) this.leave();
    else connection.addEventListener("abort", () => this.leave(), { once: true });
    this.signal = AbortSignal.any([this.#left.signal, cutOff]);
  }

  /** The client has gone. */
  leave(): void {
    this.#left.abort(
      new ApiError("Cannot answer as the client must wait for it: it has gone", {
        status: 499,
        code: "client_gone",
      }),
    );
  }
}

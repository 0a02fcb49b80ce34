/**
 * Ends a text, which comes in pieces, before the first of some texts.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StopText } from "./stop_text.ts";
 *
 * const text = new StopText(["END"]);
 * assertEquals([text.push("a E"), text.push("xE"), text.push("ND b")], ["a ", "Ex", ""]);
 * assertEquals(text.isStopped, true);
 * ```
 */
export class StopText {
  readonly #stops: readonly string[];
  /** What may be the start of a stop. */
  #held = "";
  #isStopped = false;

  /**
   * An empty text.
   *
   * @param stops Texts that end it, none of them empty.
   */
  constructor(stops: readonly string[]) {
    this.#stops = stops;
  }

  /** Whether one of the stops came. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /**
   * Takes the next piece.
   *
   * @param piece Text.
   * @returns What now is known to stand before every stop.
   */
  push(piece: string): string {
    if (this.#isStopped) return "";
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    this.#isStopped = found.length > 0;
    const end = this.#isStopped ? Math.min(...found) : text.length - this.#numHeld(text);
    this.#held = this.#isStopped ? "" : text.slice(end);
    return text.slice(0, end);
  }

  /**
   * Ends the text.
   *
   * @returns What was held back.
   */
  finish(): string {
    const rest = this.#held;
    this.#held = "";
    return rest;
  }

  /** Length of the longest end of a text that a stop begins with. */
  #numHeld(text: string): number {
    const longest = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    for (let length = Math.min(longest, text.length); length > 0; length--) {
      const end = text.slice(-length);
      if (this.#stops.some((stop) => stop.startsWith(end))) return length;
    }
    return 0;
  }
}

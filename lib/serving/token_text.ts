/**
 * Text of tokens that come one by one.
 *
 * @module
 */
import type { Tokenizer } from "../text/mod.ts";

/**
 * Tokens that are decoded together with the newest one, mostly: what lies before is settled. Decoding takes 1 to 3 µs
 * for each.
 */
const MAX_WINDOW = 48;
/** Of these, how many stay when the rest is settled. */
const KEPT = 8;

/** Looks at a text that does not go on from what was given out, before it is taken as it is. */
const PATIENCE = 8;

/**
 * What more tokens may still change: bytes of a character that is not complete, and spaces with the start of
 * short forms (`n't`, `'ve`), which some tokenizers take out before signs.
 */
const UNSETTLED = /(?:\ufffd+| [ 'nvr]*)$/;

/**
 * Decodes an answer while it is sampled. What was given out never changes and never ends within a character;
 * all of it together is the text that the tokenizer gives for all tokens at once, unless that takes back more
 * than spaces before signs.
 *
 * @example A character of two tokens
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TokenText } from "./token_text.ts";
 *
 * const decode = (ids: ArrayLike<number>) => new TextDecoder().decode(Uint8Array.from(ids));
 * const text = new TokenText({ decode });
 * assertEquals([...new TextEncoder().encode("né")].map((id) => text.push(id)), ["n", "", "é"]);
 * ```
 */
export class TokenText {
  readonly #tokenizer: Pick<Tokenizer, "decode">;
  /** The last tokens. */
  #ids: number[] = [];
  /** How much of their text was given out. */
  #given = "";
  /** Their text. */
  #text = "";
  /** How often in a row the text did not go on from what was given out. */
  #numMissed = 0;

  /**
   * An answer without tokens.
   *
   * @param tokenizer Ids to text.
   */
  constructor(tokenizer: Pick<Tokenizer, "decode">) {
    this.#tokenizer = tokenizer;
  }

  /**
   * Takes the next token.
   *
   * @param id The token.
   * @returns The text that is settled by it; often empty.
   */
  push(id: number): string {
    this.#ids.push(id);
    this.#text = this.#tokenizer.decode(this.#ids);
    const more = this.#give(this.#text.replace(UNSETTLED, ""), PATIENCE);
    if (this.#ids.length >= MAX_WINDOW) this.#settle();
    return more;
  }

  /**
   * Ends the answer.
   *
   * @returns The rest of its text.
   */
  finish(): string {
    return this.#give(this.#text, 0);
  }

  #give(settled: string, patience: number): string {
    // Something that was given out would have to be taken back: what follows may show it again.
    const goesOn = settled.startsWith(this.#given);
    this.#numMissed = goesOn ? 0 : this.#numMissed + 1;
    if (!goesOn && this.#numMissed < patience) return "";
    const more = settled.slice(this.#given.length);
    if (more === "" && !goesOn) return "";
    this.#given = settled;
    return more.replace(/^[\udc00-\udfff]/, ""); // half of a character, where it did not go on
  }

  /** Forgets the first tokens, where the others read the same without them. */
  #settle(): void {
    const ids = this.#ids.slice(-KEPT);
    const text = this.#tokenizer.decode(ids);
    const numBefore = this.#text.length - text.length;
    if (!this.#text.endsWith(text) || this.#given.length < numBefore) return;
    this.#ids = ids;
    this.#text = text;
    this.#given = this.#given.slice(numBefore);
  }
}

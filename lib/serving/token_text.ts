/**
 * Text of tokens that come one by one.
 *
 * @module
 */
import type { Tokenizer } from "../text/mod.ts";

/** Tokens that are decoded together, at most: what lies before is settled. */
const MAX_WINDOW = 256;
/** Of these, how many stay when the rest is settled. */
const KEPT = 64;

/**
 * What more tokens may still change: bytes of a character that is not complete, and a space, or a space and
 * the start of a short form (`n't`, `'ve`), which tokenizers take out before signs.
 */
const UNSETTLED = /(?:\ufffd+| (?:n'?|'[vr]?)?)$/;

/**
 * Decodes an answer while it is sampled. What was given out never changes and never ends within a character;
 * all of it together is the text that the tokenizer gives for all tokens at once.
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
    const more = this.#give(this.#text.replace(UNSETTLED, ""));
    if (this.#ids.length >= MAX_WINDOW) this.#settle();
    return more;
  }

  /**
   * Ends the answer.
   *
   * @returns The rest of its text.
   */
  finish(): string {
    return this.#give(this.#text);
  }

  #give(settled: string): string {
    // Something that was given out would have to be taken back: what follows may show it again.
    if (!settled.startsWith(this.#given)) return "";
    const more = settled.slice(this.#given.length);
    this.#given = settled;
    return more;
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

/** Text to token ids and back. */
export interface Tokenizer {
  /** Number of ids; every id is in [0, vocabSize). */
  readonly vocabSize: number;
  /** Id that fills rows up; never part of a text. */
  readonly padTokenId: number;
  /** Id that ends an answer. */
  readonly eosTokenId: number;
  /**
   * Texts that are tokens by themselves wherever they stand, such as `</s>`: a message that holds one
   * could open or close another. Absent = none.
   */
  readonly specialTokens?: readonly string[];
  /**
   * Names everything that it does, so that what was trained with it can tell another one; absent =
   * nothing that depends on it can be saved.
   */
  readonly fingerprint?: string;
  /**
   * What a text becomes before it is cut into tokens, such as lower case: a message that holds no marker
   * may hold one then. Absent = what it was.
   *
   * @param text Any text.
   * @returns The text that ids are found for.
   */
  normalize?(text: string): string;
  /**
   * Text to ids.
   *
   * @param text Text, chat markers included.
   * @returns Token ids.
   */
  encode(text: string): Int32Array;
  /**
   * Ids to text.
   *
   * @param ids Any token ids.
   * @returns The text; special tokens are dropped. Never throws.
   */
  decode(ids: ArrayLike<number>): string;
}

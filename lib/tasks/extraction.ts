/** What was found in an answer. */
export interface Extraction {
  /** The answer in canonical form; null if there is no valid one. */
  readonly answer: string | null;
  /** Whether there was a box (a valid one or not). */
  readonly boxed: boolean;
}

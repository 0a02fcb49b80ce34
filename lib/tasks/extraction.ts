/** What was found in an answer. */
export interface Extraction {
  /** The answer in canonical form; null if there is no valid one. */
  readonly answer: string | null;
  /**
   * Whether an answer, valid or not, is stated in the form that the task asks for: in `\boxed{}`, or in
   * whatever a task of one's own wants. What does not is penalised (`reward.penalizeMissingBox`).
   */
  readonly boxed: boolean;
}

/** Characters that a question may have unless a setting says otherwise: some 5,000 tokens, far above GSM8K and ANLI. */
export const MAX_QUESTION = 20_000;

/**
 * Refuses a question that no model is asked, when it is read: later it would be one of thousands whose prompts are too
 * long.
 *
 * @param text The question.
 * @param most Characters that it may have.
 * @returns The question.
 * @throws {SyntaxError} If it has more.
 */
export function checkLength(text: string, most: number): string {
  if (text.length <= most) return text;
  throw new SyntaxError(
    `its question must have at most ${most} characters (task.maxQuestionLength), and has ${text.length}`,
  );
}

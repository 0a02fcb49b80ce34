/**
 * Answers that a verifier cannot be made of.
 *
 * @module
 */
import { RunError } from "../../lib/core/mod.ts";
import type { LabelledAnswer } from "../../lib/verifier/mod.ts";

/**
 * Refuses answers that are all right or all wrong: they teach nothing.
 *
 * @param purpose What they are for.
 * @param answers The answers.
 * @throws {RunError} If one of the labels does not occur.
 */
export function checkLabels(
  purpose: "training" | "calibration",
  answers: readonly Pick<LabelledAnswer, "correct">[],
): void {
  const numRight = answers.filter(({ correct }) => correct).length;
  if (numRight > 0 && numRight < answers.length) return;
  throw new RunError(
    `Cannot train a verifier as the answers for ${purpose} must be right and wrong ones: ` +
      `of ${answers.length} that are left ${numRight} are right`,
    {
      remedy: "Ask for more questions or samples, or take a base model that knows the task better",
    },
  );
}

/**
 * Refuses to report on nothing: answers without a box are dropped, and few questions may leave none.
 *
 * @param answers The answers to the second half of the held-out questions.
 * @throws {RunError} If there is none.
 */
export function checkReported(answers: readonly unknown[]): void {
  if (answers.length > 0) return;
  throw new RunError(
    "Cannot report on a verifier as the second half of the held-out questions must have answers " +
      "with a box: there is none",
    { thing: "heldOutQuestions", remedy: "Raise heldOutQuestions" },
  );
}

import type { Random } from "../../core/random.ts";
import type { EntailmentLabel } from "../../tasks/answers/extract_label.ts";

/** One step of a justification: from what is held so far to what follows. */
export interface DerivationStep {
  /** What really follows. */
  readonly follow: (held: string) => string;
  /** Other results that could be stated in its place. */
  readonly alternatives: (held: string, right: string) => readonly string[];
  /** The step as a sentence. */
  readonly write: (held: string, result: string) => string;
}

/** A premise and a claim, read and ready to be worked out. */
export interface Derivation {
  /** What makes two questions the same, as text. */
  readonly content: string;
  /** The justification's steps, in order; the first starts from the empty text. */
  readonly steps: readonly DerivationStep[];
  /** The label that the last step's result leads to. */
  readonly labelOf: (result: string) => EntailmentLabel;
}

/** A family of premise and claim pairs. */
export interface EntailmentDomain {
  /**
   * Draws a question.
   *
   * @param random Where it is drawn from.
   * @param numPremises Number of premises, 1 to 3.
   * @returns The question's text.
   */
  draw(random: Random, numPremises: number): string;
  /**
   * Reads a question.
   *
   * @param text A question's text.
   * @returns How it is worked out, or null if the text belongs to another family.
   */
  read(text: string): Derivation | null;
  /**
   * Makes up the premises of a question that somebody does not know.
   *
   * @param text A question's text, of this family.
   * @param known Indices of the premises that are known; the claim always is.
   * @param random Where the others are drawn from.
   * @returns A whole question of this family with the known premises at their places.
   */
  complete(text: string, known: readonly number[], random: Random): string;
}

/**
 * The label that follows from a step on, when nothing slips any more.
 *
 * @param derivation The question.
 * @param from Index of the next step.
 * @param held What is held before it.
 * @returns The label.
 */
export function labelFrom(derivation: Derivation, from = 0, held = ""): EntailmentLabel {
  const result = derivation.steps.slice(from).reduce((value, step) => step.follow(value), held);
  return derivation.labelOf(result);
}

/**
 * Writes a worked solution: `pens red : all . pens old : no . \boxed{contradiction}`.
 *
 * A slipped step states a wrong result that leads to another label; a step that has none does not
 * slip. Later steps go on from the slipped result.
 *
 * @param derivation The question.
 * @param random Where slips are drawn from; unused at rate 0.
 * @param options Probability in [0, 1] that a step slips.
 * @returns The solution's text.
 */
export function writeDerivation(
  derivation: Derivation,
  random: Random,
  { slipRate }: { readonly slipRate: number },
): string {
  let held = "";
  const parts = derivation.steps.map((step, index) => {
    let result = step.follow(held);
    if (slipRate > 0 && random.uniform() < slipRate) {
      const label = labelFrom(derivation, index + 1, result);
      const misleading = step.alternatives(held, result)
        .filter((wrong) => labelFrom(derivation, index + 1, wrong) !== label);
      if (misleading.length > 0) result = random.choice(misleading);
    }
    const text = step.write(held, result);
    held = result;
    return text;
  });
  return `${parts.join(" ")} \\boxed{${derivation.labelOf(held)}}`;
}

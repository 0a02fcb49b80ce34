import type { Extraction } from "../extraction.ts";
import { balancedBoxes, officialBoxes } from "./boxes.ts";
import type { Compat } from "../../core/compat.ts";

/** The three labels of natural language inference, in the order of ANLI's label numbers 0, 1, 2. */
export type EntailmentLabel = "entailment" | "neutral" | "contradiction";

/** All labels, in ANLI's order. */
export const ENTAILMENT_LABELS: readonly EntailmentLabel[] = [
  "entailment",
  "neutral",
  "contradiction",
];

/**
 * The label that an answer states.
 *
 * `paper`: the content of the last box with balanced braces must be a label, whatever its
 * case and quotes; without a box the label that the text mentions last, flagged by `boxed: false`.
 * `official` (utils/dataset.py:430-441): the first of entailment, neutral, contradiction whose letters occur in the
 * last box, or in the whole text.
 *
 * @param text Any text.
 * @param compat Which rule; default `"paper"`.
 * @returns The label, or null.
 *
 * @example
 * ```ts
 * import { extractLabel } from "./extract_label.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const text = "It is not entailment , so \\boxed{Neutral}";
 * assertEquals(extractLabel(text), { answer: "neutral", boxed: true });
 * ```
 */
export function extractLabel(text: string, compat: Compat = "paper"): Extraction {
  return compat === "official" ? officialLabel(text) : paperLabel(text);
}

function paperLabel(text: string): Extraction {
  const boxes = balancedBoxes(text);
  if (boxes.length === 0) {
    const mentioned = text.toLowerCase().match(/\b(?:entailment|neutral|contradiction)\b/g);
    return { answer: mentioned?.at(-1) ?? null, boxed: false };
  }
  // \text{label} is how models often write words inside a box.
  const content = boxes.at(-1)!.trim().replace(/^\\(?:text|textbf|mathrm)\{(.*)\}$/s, "$1");
  const word = content.toLowerCase().replaceAll(/^[\s"'`.]+|[\s"'`.]+$/g, "");
  return { answer: ENTAILMENT_LABELS.find((label) => label === word) ?? null, boxed: true };
}

function officialLabel(text: string): Extraction {
  const boxes = officialBoxes(text.trim());
  const letters = (boxes.at(-1) ?? text).replaceAll(/[^A-Za-z]/g, "").toLowerCase();
  const answer = ENTAILMENT_LABELS.find((label) => letters.includes(label)) ?? null;
  return { answer, boxed: boxes.length > 0 };
}

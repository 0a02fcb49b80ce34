/**
 * Credit by REINFORCE with a leave-one-out baseline.
 *
 * @module
 */
import { answerKl, type Credit, type CreditRow, perAnswer } from "./credit.ts";

/**
 * Groups rows by some of what they are.
 *
 * @param rows The rows.
 * @param by What the rows of a group have in common, besides the question.
 * @returns Indices of the rows of each group, in order.
 */
export function groupRows(
  rows: readonly Pick<CreditRow, "question" | "agent" | "turn">[],
  by: readonly ("agent" | "turn")[],
): number[][] {
  // The question last, as it may be any text.
  const keyOf = (i: number) => `${by.map((name) => rows[i]![name]).join()} ${rows[i]!.question}`;
  return [...Map.groupBy(rows.keys(), keyOf).values()];
}

/**
 * Â_i = R_i − 1/(G − 1) Σ_{j≠i} R_j over the G answers that one agent gives at one turn in the samples of
 * one question, with R = reward − klCoef · divergence of the answer (Ahmadian et al. 2024,
 * arXiv 2402.14740, §3.2; Kool et al. 2019). The same for every token of an answer.
 *
 * The others' answers belong to other discussions and do not depend on this one, also at later turns
 * where they answer to other histories. So the expectation is the exact policy gradient of the expected
 * reward (minus klCoef times the divergence, by the estimator k1). An answer without another one gets 0.
 *
 * @param options `klCoef`, the price of a nat of divergence within the reward.
 * @returns The credit.
 */
export function rlooCredit({ klCoef }: { readonly klCoef: number }): Credit {
  return {
    name: "rloo",
    needsValues: false,
    assign(rows) {
      const paid = rows.map((row) => row.reward - klCoef * answerKl(row));
      const advantages = leaveOneOut(paid, groupRows(rows, ["agent", "turn"]));
      return rows.map((row, i) => perAnswer(row, advantages[i]!));
    },
  };
}

/**
 * Each value minus the mean of the other values of its group.
 *
 * @param values Shape [N].
 * @param groups Indices of each group.
 * @returns Shape [N]; 0 in groups of one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { leaveOneOut } from "./rloo_credit.ts";
 *
 * assertEquals(leaveOneOut([1, 4, 7, 2], [[0, 1, 2], [3]]), [-4.5, 0, 4.5, 0]); // 1 − (4 + 7) / 2 = −4.5
 * ```
 */
export function leaveOneOut(
  values: readonly number[],
  groups: readonly (readonly number[])[],
): number[] {
  const result = values.map(() => 0);
  for (const group of groups) {
    if (group.length < 2) continue;
    const sum = group.reduce((total, i) => total + values[i]!, 0);
    for (const i of group) result[i] = values[i]! - (sum - values[i]!) / (group.length - 1);
  }
  return result;
}

/**
 * Credit by comparison within a group of answers, as in GRPO.
 *
 * @module
 */
import { answerKl, type Credit, perAnswer } from "./credit.ts";
import { groupRows } from "./rloo_credit.ts";
import { maskedMoments } from "./whiten.ts";

/** Which answers to one question are compared: all, those of one agent, of one turn, or of one agent and turn. */
export type CreditGrouping = "question" | "agent" | "turn" | "agent_turn";

/** Options of {@link grpoCredit}. */
export interface GrpoCreditOptions {
  /** Which answers are compared. */
  readonly groupBy: CreditGrouping;
  /** Whether differences are divided by the group's deviation. */
  readonly divideByDeviation: boolean;
  /** Price of a nat of divergence within the reward; the source has it in the loss, so 0 here. */
  readonly klCoef: number;
}

/** Added to the deviation, as in TRL's GRPO trainer. */
const EPSILON = 1e-4;

const SHARED: Readonly<Record<CreditGrouping, readonly ("agent" | "turn")[]>> = {
  question: [],
  agent: ["agent"],
  turn: ["turn"],
  agent_turn: ["agent", "turn"],
};

/**
 * Â_i = (R_i − mean R) / (std R + 1e-4) over the answers of a group (Shao et al. 2024, "DeepSeekMath",
 * arXiv 2402.03300, §4.1.2), with the deviation divided by n − 1 as in TRL; without the division it is
 * that of "Dr. GRPO" (Liu et al. 2025, arXiv 2503.20783). The same for every token of an answer.
 *
 * Grouped by agent and turn it has the groups of AT-GRPO (Zhao et al. 2025, arXiv 2510.11062) by name, not
 * by content. AT-GRPO samples K candidates of an agent's turn from one and the same prompt and goes on from
 * one of them (its tree sampling), so that a group's members share the prompt. Here a group holds the
 * answers of an agent at a turn in all discussions of a question, each sampled on its own: at turn 0 these
 * share the prompt, and it is GRPO as published; at later turns their histories differ, and the mean is
 * over histories too. Given its own history an answer's baseline, the others' rewards, still does not
 * depend on it, so that it costs no bias but variance: an answer is praised for a lucky history. Divided
 * by the deviation it is one over histories as well, not of what the answer could have changed.
 *
 * The mean holds the answer itself, so that over n samples by agent and turn without division the
 * expectation is (n − 1) / n of the exact gradient. In wider groups the mean also holds rewards of the same
 * discussion, which depend on the answer: that is a bias which more samples make smaller. Divided by the
 * deviation it is a gradient of another objective, in which questions weigh the more the less their
 * rewards differ. An answer alone in its group gets 0.
 *
 * @param options Groups and scale.
 * @returns The credit.
 */
export function grpoCredit({ groupBy, divideByDeviation, klCoef }: GrpoCreditOptions): Credit {
  return {
    name: "grpo",
    needsValues: false,
    assign(rows) {
      const paid = rows.map((row) => row.reward - klCoef * answerKl(row));
      const advantages = paid.map(() => 0);
      for (const group of groupRows(rows, SHARED[groupBy])) {
        const { mean, variance } = maskedMoments(group.map((i) => paid[i]!));
        const scale = divideByDeviation ? Math.sqrt(variance) + EPSILON : 1;
        for (const i of group) advantages[i] = (paid[i]! - mean) / scale;
      }
      return rows.map((row, i) => perAnswer(row, advantages[i]!));
    },
  };
}

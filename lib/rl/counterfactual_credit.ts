/**
 * Counterfactual credit: what the group would have earned, had one agent answered otherwise.
 *
 * @module
 */
import { answerKl, type Credit, type OtherAnswer, perAnswer } from "./credit.ts";
import { groupRows, leaveOneOut } from "./rloo_credit.ts";

/** How the answers of one turn earn together: on average, as well as the best, or as the worst. */
export type GroupReward = "mean" | "max" | "min";

/** Options of {@link counterfactualCredit}. */
export interface CounterfactualCreditOptions {
  /** F, the group's reward of a turn from its answers' rewards. */
  readonly groupReward: GroupReward;
  /** Price of a nat of divergence of the own answer. */
  readonly klCoef: number;
}

/** The same place in a discussion: rewards by agent. */
type Turn = Map<number, number>;

/**
 * With F_t^g, the group's reward of turn t in sample g, and r_{a,t}^j, what agent a's answer earns in sample
 * j of the same question:
 *
 * Â_{a,t}^g = F_t^g − 1/(G−1) Σ_{j≠g} F(r_{a,t}^j, r_{−a,t}^g) + Σ_{u>t} (F_u^g − 1/(G−1) Σ_{j≠g} F_u^j)
 *
 * minus klCoef times how far the answer's divergence is above that of the agent's other samples. The first
 * difference replaces the own answer alone by the agent's own other ones, so that what the others answered
 * at the same time cancels (the difference reward of Wolpert & Tumer 2002, with samples in place of the
 * learnt critic of COMA, Foerster et al. 2018, arXiv 1705.08926, eq. 4). The sum pays for what the answer
 * leads to.
 *
 * What is taken away does not depend on the own answer: the others of its turn answer at the same time, and
 * other samples are other discussions. So the expectation is the exact gradient of Σ_t E[F_t], provided that
 * an answer's reward is its own and of its own turn (`reward.share=individual`, `reward.horizon=current`),
 * without incentives for what others answer. An answer without another sample gets 0.
 *
 * @param options The group's reward, and the price of divergence.
 * @returns The credit.
 */
export function counterfactualCredit(
  { groupReward, klCoef }: CounterfactualCreditOptions,
): Credit {
  return {
    name: "counterfactual",
    needsValues: false,
    assign(rows, others = []) {
      const groups = groupRows(rows, ["agent", "turn"]);
      const divergences = leaveOneOut(rows.map(answerKl), groups);
      const questions = Map.groupBy([...rows, ...others], ({ question }) => question);
      const gains = rows.map(() => 0);
      for (const group of groups) {
        if (group.length < 2) continue;
        const { question, agent, turn } = rows[group[0]!]!;
        const samples = Map.groupBy(questions.get(question)!, ({ sample }) => sample);
        // What the later turns of each sample earned, less the mean of that in the other samples.
        const later = laterRewards([...samples.values()], turn, groupReward);
        const baselines = leaveOneOut(later, [[...later.keys()]]);
        const order = [...samples.keys()];
        for (const i of group) {
          const own = rows[i]!;
          // r_{·,t}^g by agent, and F with the own answer replaced by that of each other sample j.
          const held = rewardsOfTurn(samples.get(own.sample)!, turn);
          const replaced = group.filter((j) => j !== i).map((j) =>
            reduce(new Map(held).set(agent, rows[j]!.reward), groupReward)
          );
          gains[i] = reduce(held, groupReward) - mean(replaced) +
            baselines[order.indexOf(own.sample)]!;
        }
      }
      return rows.map((row, i) => perAnswer(row, gains[i]! - klCoef * divergences[i]!));
    },
  };
}

/** Σ_{u>t} F_u of each sample; a turn that was not held earns nothing. */
function laterRewards(
  samples: readonly (readonly OtherAnswer[])[],
  turn: number,
  groupReward: GroupReward,
): number[] {
  return samples.map((answers) => {
    const turns = new Set(answers.map((answer) => answer.turn).filter((later) => later > turn));
    return [...turns].reduce(
      (sum, later) => sum + reduce(rewardsOfTurn(answers, later), groupReward),
      0,
    );
  });
}

function rewardsOfTurn(answers: readonly OtherAnswer[], turn: number): Turn {
  const own = answers.filter((answer) => answer.turn === turn);
  return new Map(own.map(({ agent, reward }) => [agent, reward]));
}

function reduce(rewards: Turn, groupReward: GroupReward): number {
  const values = [...rewards.values()];
  if (groupReward === "mean") return mean(values);
  return groupReward === "max" ? Math.max(...values) : Math.min(...values);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * Which of the base model's own answers are worth imitating (Experiment 5 of the paper).
 *
 * @module
 */
import type { Answer, Discussion } from "../../lib/discussion/mod.ts";
import { voteCredit } from "../../lib/evaluation/mod.ts";

/** What the base model samples to choose from. */
export type Sampled = "discussions" | "single_answers";

/** Answers that are kept or left together: those of a discussion, or one alone. */
export interface Candidate {
  /** Its answers; what they read and sampled is trained on. */
  readonly answers: readonly Answer[];
  /** (1) Whether all of them end and state an answer as asked. */
  readonly isWellFormed: boolean;
  /** (2) Whether the vote at the end is right; one that ties is not. */
  readonly isRight: boolean;
  /** (3) The verifier's score of the final answer: of several agents who agree, the mean. */
  readonly score: number;
}

/**
 * What can be chosen.
 *
 * @param discussions Held by the base model.
 * @param what Whole discussions, or each of their answers.
 * @returns The candidates, in order.
 */
export function candidatesOf(
  discussions: readonly Discussion[],
  what: Sampled,
): Candidate[] {
  return discussions.flatMap(({ answersTA }) =>
    what === "discussions"
      ? [candidateOf(answersTA.flat(), answersTA.at(-1)!)]
      : answersTA.flat().map((answer) => candidateOf([answer], [answer]))
  );
}

function candidateOf(answers: readonly Answer[], last: readonly Answer[]): Candidate {
  // Only what is right can be chosen, and right answers are one answer however they are written.
  const final = last.filter(({ correct }) => correct);
  return {
    answers,
    isWellFormed: answers.every(({ answer, boxed, finished }) =>
      answer !== null && boxed && finished
    ),
    isRight: voteCredit(last) === 1,
    score: final.length === 0 ? 0 : final.reduce((sum, { score }) => sum + score, 0) / final.length,
  };
}

/**
 * The best share of the candidates: of those that are well formed and right, the ones with the highest scores.
 *
 * @param candidates All that was sampled.
 * @param keep Share of all of them that is kept at most, in (0, 1].
 * @returns The kept ones by falling score, of equal ones the first; fewer where fewer are well formed and right.
 */
export function bestOf(candidates: readonly Candidate[], keep: number): Candidate[] {
  return candidates.filter(({ isWellFormed, isRight }) => isWellFormed && isRight)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, Math.max(1, Math.floor(keep * candidates.length)));
}

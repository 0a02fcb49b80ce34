import { answersByQuestion } from "./answers_by_question.ts";
import { type CostedAnswer, costOfAnswers, type IndependentCost } from "./answer_costs.ts";
import type { MatchedNumbers } from "./matched_numbers.ts";
import { selectionCredits } from "./selection_credits.ts";
import {
  BEST_OF_N,
  majorityVote,
  ORACLE_BEST_OF_N,
  type SelectionRule,
  WEIGHTED_VOTE,
} from "./selection_rules.ts";
import type { SubsetOptions } from "./subsets.ts";
import type { VoteOptions } from "./vote.ts";
import type { WayOfAnswering } from "./way_of_answering.ts";

/** How {@linkcode waysOfChoosing} names and counts. */
export interface WaysOfChoosingOptions
  extends VoteOptions, SubsetOptions, Pick<WayOfAnswering, "model"> {
  /** Numbers of answers at matched compute. */
  readonly numbers: MatchedNumbers;
  /** What answers cost. */
  readonly cost: IndependentCost;
}

interface NamedRule {
  readonly rule: SelectionRule<CostedAnswer>;
  readonly kind: WayOfAnswering["kind"];
  readonly name: string;
  /** How it chooses, behind the number. */
  readonly by: string;
}

/** The rules with their names: `vote of 9, weighted by the verifier`. */
function namedRules(options: VoteOptions): NamedRule[] {
  const baseline = "baseline" as const;
  return [
    { rule: majorityVote(options), kind: baseline, name: "vote", by: "" },
    { rule: WEIGHTED_VOTE, kind: baseline, name: "vote", by: ", weighted by the verifier" },
    { rule: BEST_OF_N, kind: baseline, name: "best", by: ", by the verifier" },
    { rule: ORACLE_BEST_OF_N, kind: "ceiling", name: "best", by: ", by an oracle (ceiling)" },
  ];
}

/**
 * What choosing one of n independent answers reaches, at as many answers as a discussion holds and at as many
 * tokens as it takes: self-consistency (Wang et al. 2023, arXiv 2203.11171), the same weighted by the verifier
 * (Li et al. 2023, arXiv 2206.02336), best of n by the verifier (Cobbe et al. 2021, arXiv 2110.14168), and by
 * an oracle.
 *
 * The credit is the mean over subsets of all N answers; where seats differ, each is in them as often on average.
 *
 * @param rows N answers to every question: of each seat as many samples.
 * @param options Numbers, costs, and how invalid answers count. Where n exceeds N, it is N.
 * @returns Each rule at both numbers.
 * @throws {RangeError} If there is no row, or an answer is missing or given twice.
 */
export function waysOfChoosing(
  rows: readonly CostedAnswer[],
  { model, numbers, cost, ...options }: WaysOfChoosingOptions,
): WayOfAnswering[] {
  const numSeats = 1 + rows.reduce((most, { agent }) => Math.max(most, agent), 0);
  const { questions, answersQN } = answersByQuestion(
    rows.map((row) => ({ ...row, agent: row.sample * numSeats + row.agent })),
  );
  const most = answersQN.reduce((least, { length }) => Math.min(least, length), Infinity);
  const equalAnswers = Math.min(numbers.atEqualAnswers, most);
  const at = [
    {
      numAnswers: equalAnswers,
      called: ` of ${equalAnswers}`,
      slot: "equal answers",
      isShort: false,
    },
    numbers.atEqualTokens <= most
      ? {
        numAnswers: numbers.atEqualTokens,
        called: " at equal tokens",
        slot: "matched",
        isShort: false,
      }
      : {
        numAnswers: most,
        called: " of all sampled, at fewer tokens",
        slot: "matched",
        isShort: true,
      },
  ];
  return namedRules(options).flatMap(({ rule, kind, name, by }) => {
    const creditsOf = selectionCredits(answersQN, rule, options);
    return at.map(({ numAnswers, called, slot, isShort }): WayOfAnswering => {
      const { creditsQ } = creditsOf(numAnswers);
      return {
        model,
        way: `${name}${called}${by}`,
        slot: `${name} ${slot}${by}`,
        isShort,
        kind,
        credits: new Map(questions.map((question, q) => [question, creditsQ[q]!])),
        numAnswers,
        cost: costOfAnswers(cost, numAnswers),
      };
    });
  });
}

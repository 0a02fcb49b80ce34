import type { Random } from "../../core/random.ts";
import type { DiscussionFormat } from "../../discussion/mod.ts";
import { type Demonstrator, simulatedScore, type Standpoint } from "../demonstrations/mod.ts";
import { slipSolution } from "./slip_solution.ts";
import type { WordProblem } from "./word_problems.ts";

/** How often what is said at first is right. */
const RIGHT_CHANCE = 0.5;

/**
 * Agents that solve word problems, and in later turns solve them again, repeat their own solution, or take over another
 * one, each equally often, whatever the verdicts. First answers of discussions are right or wrong at random and not
 * learnt, so no mistake is learnt that nobody had made before.
 *
 * @param format How the discussions are written.
 * @returns The writer of their answers.
 */
export function wordProblemDemonstrator(format: DiscussionFormat): Demonstrator<WordProblem> {
  const stated = ({ solution }: WordProblem, random: Random) =>
    random.uniform() < RIGHT_CHANCE ? solution : slipSolution(solution, random);
  const revised = (
    solve: (question: WordProblem, random: Random) => string,
    { question, views }: Standpoint<WordProblem>,
    random: Random,
  ) => {
    const view = views.at(-1);
    const choice = random.integer(0, 3);
    if (view === undefined || choice === 0) return solve(question, random);
    return choice === 1 || view.others.length === 0
      ? view.own.text
      : random.choice(view.others).text;
  };
  return {
    format,
    firstLearntTurn: 1,
    solution: ({ solution }) => solution,
    said: (standpoint, random) => revised(stated, standpoint, random),
    answer: (standpoint, random) =>
      standpoint.views.length === 0
        ? stated(standpoint.question, random)
        : revised(({ solution }) => solution, standpoint, random),
    scoreOf: simulatedScore,
  };
}

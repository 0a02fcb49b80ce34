import type { DiscussionView, Quoted } from "../../discussion/discussion_format.ts";
import type { Random } from "../../core/random.ts";
import type { AnswerCheck, SmallWorldDemonstrator, SmallWorldStandpoint } from "./demonstrator.ts";
import { simulatedScore } from "../demonstrations/mod.ts";
import {
  byVerdict,
  smallWorldFormat,
  speakerNames,
  statedStrategy,
  STRATEGIES,
  type Strategy,
  writePreface,
} from "./small_world_format.ts";
import { verdictRank } from "../../discussion/verdict_bands.ts";
import type { SlippingTask, SmallWorldQuestion } from "./small_world_task.ts";

/** Whether a stated strategy was carried out. */
export interface StrategyCheck extends AnswerCheck {
  /** The stated strategy. */
  readonly strategy: Strategy;
  /** Whose solution it says it takes. */
  readonly choice: string;
}

/**
 * Agents that work a question out by themselves, then draw a strategy each turn.
 *
 * @param options Writes solutions, and how often a step of them slips, in [0, 1]: where the base model's errors
 *   come from.
 * @returns The writer of their answers.
 */
export function strategyDemonstrator(
  { task, slipRate }: { readonly task: SlippingTask; readonly slipRate: number },
): SmallWorldDemonstrator {
  const solution = (question: SmallWorldQuestion, random: Random) =>
    task.sampleSolution(question, random, { slipRate });
  const answer = ({ question, views }: SmallWorldStandpoint, random: Random) => {
    const view = views.at(-1);
    if (view === undefined) return solution(question, random);
    const strategy = random.choice(STRATEGIES);
    return demonstrate(view, strategy, solution(question, random));
  };
  return {
    format: smallWorldFormat,
    firstStatedTurn: 1,
    firstLearntTurn: 0,
    solution,
    answer,
    said: answer,
    scoreOf: simulatedScore,
    check: ({ views }, response) =>
      views.length > 0 ? strategyCarriedOut(views.at(-1)!, response) : null,
  };
}

/**
 * The choices that carry out a strategy, given what the agent saw. Only bands are seen, so scores of
 * one band are tied; where no scores are shown everybody is tied.
 *
 * @param view What the agent saw.
 * @param strategy What it wants to do.
 * @returns Names of the answers it may take (`me`, `agent1` …), or `new` alone.
 */
export function allowedChoices(view: DiscussionView, strategy: Strategy): string[] {
  if (strategy === "own") return ["me"];
  if (strategy === "again") return ["new"];
  const answers = answersSeen(view);
  const ranks = answers.map(({ score }) => score === null ? 0 : verdictRank(score));
  const wanted = strategy === "best" ? Math.min(...ranks) : Math.max(...ranks);
  return speakerNames(view.others.length).filter((_, k) => ranks[k] === wanted);
}

/**
 * Writes the answer that carries out a strategy exactly: `best` takes the answer listed first among
 * the verdicts and `worst` the one listed last, which settles ties.
 *
 * @param view What the agent saw.
 * @param strategy What to do.
 * @param freshSolution The solution of `again`.
 * @returns The answer's text.
 */
export function demonstrate(
  view: DiscussionView,
  strategy: Strategy,
  freshSolution: string,
): string {
  const choice = choiceOf(view, strategy);
  const solution = choice === "new" ? freshSolution : solutionSeen(view, choice)!;
  return (writePreface(strategy, choice) + solution).trim();
}

/**
 * The choice that carries out a strategy as it is demonstrated.
 *
 * @param view What the agent saw.
 * @param strategy What to do.
 * @returns The answer listed first among the verdicts for `best`, the one listed last for `worst`; else the
 *   only one that is allowed.
 */
export function choiceOf(view: DiscussionView, strategy: Strategy): string {
  if (strategy === "own" || strategy === "again") return allowedChoices(view, strategy)[0]!;
  const listed = byVerdict(answersSeen(view));
  return speakerNames(view.others.length)[listed.at(strategy === "best" ? 0 : -1)!]!;
}

/**
 * Judges whether an answer did what it says, for analysis.
 *
 * @param view What the agent saw.
 * @param response What it wrote; any text.
 * @returns The judgement, or null if no strategy is stated.
 */
export function strategyCarriedOut(view: DiscussionView, response: string): StrategyCheck | null {
  const stated = statedStrategy(response);
  if (!stated) return null;
  const strategy = stated.strategy;
  const wanted = solutionSeen(view, stated.choice);
  return {
    strategy,
    choice: stated.choice,
    consistent: allowedChoices(view, strategy).includes(stated.choice),
    copied: stated.choice === "new" ? null : smallWorldFormat.solutionOf(response) === wanted,
  };
}

function answersSeen({ own, others, showScores }: DiscussionView): Quoted[] {
  return [own, ...others].map((quoted) => showScores ? quoted : { ...quoted, score: null });
}

function solutionSeen(view: DiscussionView, choice: string): string | undefined {
  const index = speakerNames(view.others.length).indexOf(choice);
  return index < 0 ? undefined : answersSeen(view)[index]!.text;
}

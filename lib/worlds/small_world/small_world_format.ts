import { withoutChatMarkers } from "../../text/chat_markers.ts";
import type { Question } from "../../tasks/task.ts";
import type {
  DiscussionFormat,
  DiscussionView,
  Quoted,
} from "../../discussion/discussion_format.ts";
import { verdictRank } from "../../discussion/verdict_bands.ts";

/** What an answer of a later turn can say it does. */
export type Strategy = "best" | "worst" | "own" | "again";

/** All strategies of the small world. */
export const STRATEGIES: readonly Strategy[] = ["best", "worst", "own", "again"];

/** The words of the verdict bands, best first. */
export const VERDICT_WORDS: readonly string[] = ["right", "plausible", "doubtful", "wrong"];

/** How many others the small world has names for. */
const MAX_OTHERS = 8;

const PREFACE = /^(best|worst|own|again) : (me|agent[1-8]|new) \. ?/;

/**
 * Discussions in the words of the small world.
 *
 * ```text
 * agent1 : SOLUTION agent2 : SOLUTION verdict : me right agent2 doubtful agent1 wrong
 * best : me . SOLUTION
 * ```
 *
 * An answer of a later turn states its strategy, then whose solution it takes, then the solution.
 * Quoted solutions come without that preface, so the same solution is the same text wherever it is
 * copied. Verdicts are listed best first. Without scores the verdict part is dropped.
 */
export const smallWorldFormat: DiscussionFormat = Object.freeze({
  maxAgents: MAX_OTHERS + 1,
  firstMessage: (question: Question): string => question.text,
  discussMessage,
  historyText: tidy,
  solutionOf: (response: string) => tidy(tidy(response).replace(PREFACE, "")),
  annotations: [
    { name: "strategy", title: "Strategies", meaning: "what the answer says it does" },
    { name: "choice", title: "Choices", meaning: "whose solution it says it takes" },
  ],
  annotationsOf: (response: string) => {
    const { strategy = null, choice = null } = statedStrategy(response) ?? {};
    return { strategy, choice };
  },
});

/**
 * The preface of an answer of a later turn: `best : agent2 . `
 *
 * @param strategy What the answer does.
 * @param choice Whose solution it takes: `me`, `agent1` …, or `new`.
 * @returns The preface, the space before the solution included.
 */
export function writePreface(strategy: Strategy, choice: string): string {
  return `${strategy} : ${choice} . `;
}

/**
 * The reader's names for itself and the others, in the order of verdicts.
 *
 * @param numOthers Number of other agents, at most 8.
 * @returns `me`, `agent1`, `agent2` …
 * @throws {RangeError} If there are more others than names.
 */
export function speakerNames(numOthers: number): string[] {
  if (numOthers > MAX_OTHERS) {
    throw new RangeError(
      `Cannot write the discussion as the small world has names for ${MAX_OTHERS} others: ` +
        `there are ${numOthers}`,
    );
  }
  return ["me", ...Array.from({ length: numOthers }, (_, k) => `agent${k + 1}`)];
}

function discussMessage({ own, others, showScores }: DiscussionView): string {
  const names = speakerNames(others.length);
  const quotes = others.map(({ text }, k) => `${names[k + 1]} : ${text}`);
  const answers = [own, ...others];
  const verdicts = showScores
    ? byVerdict(answers).map((k) => `${names[k]} ${bandWord(answers[k]!)}`)
    : [];
  if (verdicts.length > 0) quotes.push(`verdict : ${verdicts.join(" ")}`);
  // A lone agent without a verdict still needs a message, as roles alternate.
  return quotes.length > 0 ? tidy(quotes.join(" ")) : "verdict : ?";
}

/**
 * Indices of answers from the best verdict to the worst; of one band in the order given. A tiny model
 * learns to take the first or the last of a list, but not to compare its entries.
 *
 * @param answers The reader's own answer and the others'.
 * @returns Indices into `answers`; answers without a score rank last.
 */
export function byVerdict(answers: readonly Pick<Quoted, "score">[]): number[] {
  const rank = ({ score }: Pick<Quoted, "score">) => score === null ? Infinity : verdictRank(score);
  return answers.map((_, k) => k).sort((a, b) => rank(answers[a]!) - rank(answers[b]!) || a - b);
}

function bandWord({ score }: Pick<Quoted, "score">): string {
  return score === null ? "?" : VERDICT_WORDS[verdictRank(score)]!;
}

/** What a response says it does. */
export interface StatedStrategy {
  /** The strategy. */
  readonly strategy: Strategy;
  /** Whose answer it takes, as the reader names it. */
  readonly choice: string;
}

/**
 * The strategy that a response states.
 *
 * @param response What an agent wrote; any text.
 * @returns What it says it does, or null if it does not say.
 */
export function statedStrategy(response: string): StatedStrategy | null {
  const match = PREFACE.exec(tidy(response));
  return match ? { strategy: match[1] as Strategy, choice: match[2]! } : null;
}

function tidy(text: string): string {
  return withoutChatMarkers(text).trim().replaceAll(/\s+/g, " ");
}

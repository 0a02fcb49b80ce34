import type { DiscussionFormat } from "../../discussion/discussion_format.ts";
import { smallWorldFormat } from "./small_world_format.ts";

/** What a later answer to a closed-book question can say it does. */
export type Revision = "best" | "worst" | "own" | "again" | "some" | "doubtful";

/** All of them. */
export const REVISIONS: readonly Revision[] = [
  "best",
  "worst",
  "own",
  "again",
  "some",
  "doubtful",
];

/** The source of a fact that is worked out anew. */
export const NEW = "new";

const PREFACE =
  /^(best|worst|own|again|some|doubtful) : ((?:me|agent[1-8]|new)(?: (?:me|agent[1-8]|new))*) \. ?/;

/** What a later answer says it does. */
export interface StatedRevision {
  /** What it does. */
  readonly revision: Revision;
  /** Where each fact comes from, in the order of the solution: `me`, `agent1` …, or `new`. */
  readonly sources: readonly string[];
}

/**
 * Discussions of closed-book questions. An answer of a later turn says what it does and, for each fact, whose
 * statement it takes over, or that it recalls the fact anew; then it works out the rest:
 *
 * ```text
 * best : agent2 agent2 .      takes over the solution with the best verdict (worst, own alike)
 * again : new new .           recalls everything anew
 * some : agent1 me .          takes over single facts from several solutions
 * doubtful : agent1 new .     takes over a solution but for one fact, which it recalls anew
 * ```
 */
export const closedBookFormat: DiscussionFormat = Object.freeze({
  ...smallWorldFormat,
  solutionOf: (response: string) => smallWorldFormat.historyText(response).replace(PREFACE, ""),
  annotations: [
    { name: "strategy", title: "Strategies", meaning: "what the answer says it does" },
    { name: "choice", title: "Choices", meaning: "whose statement of each fact it says it takes" },
  ],
  annotationsOf: (response: string) => {
    const stated = statedRevision(response);
    return { strategy: stated?.revision ?? null, choice: stated?.sources.join(" ") ?? null };
  },
});

/**
 * What a response says it does.
 *
 * @param response What an agent wrote; any text.
 * @returns Its preface; null if it has none.
 */
export function statedRevision(response: string): StatedRevision | null {
  const match = PREFACE.exec(smallWorldFormat.historyText(response));
  return match && { revision: match[1] as Revision, sources: match[2]!.split(" ") };
}

/**
 * The preface of an answer: `some : agent1 me . `
 *
 * @param stated What the answer does.
 * @returns The preface, the space before the solution included.
 */
export function writeRevision({ revision, sources }: StatedRevision): string {
  return `${revision} : ${sources.join(" ")} . `;
}

import type {
  DiscussionFormat,
  DiscussionView,
  Reader,
} from "../../discussion/discussion_format.ts";
import type { Question } from "../../tasks/task.ts";
import { dealFacts, readFacts, splitFacts, writeFacts } from "./evidence.ts";
import { smallWorldFormat } from "./small_world_format.ts";

/** What an answer of split evidence can say it does. */
export type EvidenceStrategy = "tell" | "guess" | "solve";

const PREFACE = /^(tell|guess|solve) : ?/;

/** Who knows how much. */
export interface HiddenProfileOptions {
  /** Facts that everybody knows. */
  readonly numShared: number;
}

/**
 * Discussions of split evidence: the first message holds only the reader's own facts.
 *
 * ```text
 * 2 : Tom buys 14 pens . How many pens has Tom ?
 * tell : 2 : Tom buys 14 pens . \boxed{?}
 * agent1 : 1 : Tom has 23 pens . \boxed{?} verdict : me wrong agent1 wrong
 * solve : 23 + 14 = 37 . \boxed{37}
 * ```
 *
 * An answer states what it does: it tells its facts, guesses what it does not know, or (in later turns) works
 * from all facts that it has seen. Quotes come without that preface. Somebody who is told everything, as a
 * verifier is, answers with a worked solution alone.
 *
 * @param options Facts that everybody knows.
 * @returns The format.
 */
export function makeHiddenProfileFormat({ numShared }: HiddenProfileOptions): DiscussionFormat {
  return Object.freeze({
    ...smallWorldFormat,
    maxAgents: MAX_AGENTS,
    firstMessage(question: Question, reader?: Reader): string {
      const known = knownFacts(question, reader, numShared);
      return `${writeFacts(known.facts, known.own)} ${known.asked}`.trim();
    },
    discussMessage: (view: DiscussionView) => smallWorldFormat.discussMessage(view),
    solutionOf: (response: string) => smallWorldFormat.historyText(response).replace(PREFACE, ""),
    annotations: [
      { name: "strategy", title: "Strategies", meaning: "what the answer says it does" },
    ],
    annotationsOf: (response: string) => ({ strategy: statedEvidenceStrategy(response) }),
  });
}

/** Most agents that the facts of a question are dealt to. */
const MAX_AGENTS = 4;

/** What an agent knows of a question before anybody has said anything. */
export interface KnownFacts {
  /** All facts, sentence by sentence. */
  readonly facts: readonly string[];
  /** What is asked. */
  readonly asked: string;
  /** Indices of those that the reader knows, ascending. */
  readonly own: readonly number[];
}

/**
 * The facts that are dealt to a reader.
 *
 * @param question A question whose facts are numbered.
 * @param reader Who reads; absent = somebody who is told everything.
 * @param numShared Facts that everybody knows.
 * @returns All facts, and which of them the reader knows.
 */
export function knownFacts(
  question: Question,
  reader: Reader | undefined,
  numShared: number,
): KnownFacts {
  const { text } = question;
  const facts = [...readFacts(text).values()];
  const { asked } = splitFacts(text);
  const own = reader
    ? dealFacts(text, facts.length, { numAgents: reader.numAgents, numShared })[reader.agent]!
    : [...facts.keys()];
  return { facts, asked, own };
}

/**
 * What a response says it does.
 *
 * @param response What an agent wrote; any text.
 * @returns The strategy, or null if it does not say.
 */
export function statedEvidenceStrategy(response: string): EvidenceStrategy | null {
  const match = PREFACE.exec(smallWorldFormat.historyText(response));
  return match ? match[1] as EvidenceStrategy : null;
}

/**
 * The preface of an answer: `tell : `
 *
 * @param strategy What the answer does.
 * @returns The preface, the space before what follows included.
 */
export function writeEvidencePreface(strategy: EvidenceStrategy): string {
  return `${strategy} : `;
}

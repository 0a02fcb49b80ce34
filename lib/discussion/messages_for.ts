import type { Message } from "../text/message.ts";
import type { Question } from "../tasks/task.ts";
import type { DiscussionFormat, DiscussionView, Quoted, Reader } from "./discussion_format.ts";

/** What {@link messagesFor} reads of an answer. */
export type SpokenAnswer = {
  /** The whole response. */
  readonly text: string;
  /** The part that is quoted. */
  readonly solution: string;
  /** Verifier score in [0, 1], before penalties. */
  readonly score: number;
};

/** A discussion so far, as somebody who writes messages needs it. */
export interface Conversation {
  /** The question. */
  readonly question: Question;
  /** Shape [T][A], the turns that are over. */
  readonly answersTA: readonly (readonly SpokenAnswer[])[];
  /** How messages are written. */
  readonly format: DiscussionFormat;
  /** Whether the verifier's scores are shown. */
  readonly showScores: boolean;
  /** Whether agents read each other's answers; default true. False: each refines its own alone. */
  readonly readsOthers?: boolean;
}

/**
 * What an agent sees between two turns: its own answer and, in list order with itself left out, the
 * others' answers of the same turn, unless it reads none of them.
 *
 * @param conversation The discussion so far.
 * @param agent The reader's index.
 * @param turn A turn that is over.
 * @returns The view on that turn.
 */
export function viewOf(conversation: Conversation, agent: number, turn: number): DiscussionView {
  const { question, answersTA, showScores, readsOthers = true } = conversation;
  const quoted = answersTA[turn]!.map(({ solution, score }, index): Quoted => ({
    text: solution,
    score: showScores ? score : null,
    agent: index,
  }));
  return {
    question,
    own: quoted[agent]!,
    others: readsOthers ? quoted.filter((_, index) => index !== agent) : [],
    showScores,
  };
}

/**
 * The chat that an agent answers next: question, own answer 0, what the turn brought, own answer 1 …
 * Roles alternate strictly; the whole own history and every earlier quotation stay (MAPoRL G.5).
 *
 * @param conversation The discussion so far.
 * @param reader Who answers.
 * @returns The messages; 1 + 2 · (turns that are over) of them, the last is the user's.
 */
export function messagesFor(conversation: Conversation, reader: Reader): Message[] {
  const { question, answersTA, format } = conversation;
  const { agent } = reader;
  const messages: Message[] = [{ role: "user", content: format.firstMessage(question, reader) }];
  for (const [turn, answers] of answersTA.entries()) {
    messages.push(
      { role: "assistant", content: format.historyText(answers[agent]!.text) },
      { role: "user", content: format.discussMessage(viewOf(conversation, agent, turn)) },
    );
  }
  return messages;
}

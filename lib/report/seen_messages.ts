import { type DiscussionFormat, messagesFor } from "../discussion/mod.ts";
import type { SeenRow, SpokenRow } from "./viewed_columns.ts";

/** How the discussions of a run were written. */
export interface Writing {
  /** Writes their messages. */
  readonly format: DiscussionFormat;
  /** Whether agents saw the verifier's scores. */
  readonly showScores: boolean;
}

/** What is known of an answer where nobody knows how its discussion was written. */
export const UNSEEN: SeenRow = { asked: null, remembered: null };

/**
 * What agents saw, worked out anew from what was said: only the last message before each answer, as all
 * earlier ones are those of the answers before it.
 *
 * @param answers The answers of one discussion, in any order; all of each turn.
 * @param writing How it was written.
 * @returns For each answer, in the order given, what was asked and how its author sees it later.
 */
export function seenMessages(
  answers: readonly SpokenRow[],
  { format, showScores }: Writing,
): SeenRow[] {
  const turns = Map.groupBy(answers, ({ turn }) => turn);
  const answersTA = [...turns.keys()].sort((a, b) => a - b).map((turn) =>
    turns.get(turn)!.toSorted((a, b) => a.agent - b.agent)
      .map(({ text, score }) => ({ text, score, solution: format.solutionOf(text) }))
  );
  const numAgents = answersTA[0]?.length ?? 0;
  return answers.map(({ agent, turn, questionId, questionText, gold, text }) => {
    const question = { id: questionId, text: questionText, gold };
    const before = { question, format, showScores, answersTA: answersTA.slice(0, turn) };
    return {
      asked: messagesFor(before, { agent, numAgents }).at(-1)!.content,
      remembered: format.historyText(text),
    };
  });
}

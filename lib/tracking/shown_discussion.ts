/**
 * A discussion as people read it, before training and after.
 *
 * @module
 */
import { printable } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/discussion_format.ts";
import { voteCredit } from "../evaluation/mod.ts";
import type { EvaluationsRow } from "./frame_columns.ts";

/** What is shown of a discussion. */
export type ShownRow = Pick<
  EvaluationsRow,
  | "model"
  | "questionId"
  | "questionText"
  | "gold"
  | "agent"
  | "turn"
  | "text"
  | "answer"
  | "correct"
  | "score"
>;

/**
 * Shows one question that training changed: the first whose vote in the last turn was wrong before and is
 * right after; if there is none, the first question.
 *
 * @param rows Answers of two models to the same questions, those of the untrained one first.
 * @param format How the agents were asked; tells what each of them was told.
 * @param scorers Shape [A], who scores each; null where an oracle does, whose scores say what the grade says.
 * @returns Lines of text; none if there is no row.
 */
export function shownDiscussion(
  rows: readonly ShownRow[],
  format: DiscussionFormat,
  scorers: readonly (string | null)[] = [],
): string[] {
  const models = [...Map.groupBy(rows, ({ model }) => model)].slice(0, 2);
  if (models.length === 0) return [];
  const byQuestion = models.map(([, answers]) =>
    Map.groupBy(answers, ({ questionId }) => questionId)
  );
  const ids = [...byQuestion[0]!.keys()];
  const changed = ids.find((id) => {
    const [before, after] = byQuestion.map((answers) => lastVote(answers.get(id) ?? []));
    return before === 0 && after === 1;
  });
  const id = changed ?? ids[0]!;
  const shown = byQuestion.map((answers) => answers.get(id) ?? []);
  const { questionText, gold } = shown[0]![0]!;
  const which = changed === undefined
    ? "the first test question"
    : "the first test question whose vote was wrong and became right";
  return [
    `One discussion, ${models.map(([model]) => model).join(" and ")}: ${which}.`,
    "",
    `question: ${oneLine(questionText)}`,
    `right answer: ${oneLine(gold)}`,
    ...toldApart(shown[0]!, format),
    ...models.flatMap(([model], m) => ["", `${model}:`, ...answerLines(shown[m]!, scorers)]),
  ];
}

function lastVote(answers: readonly ShownRow[]): number {
  const last = Math.max(...answers.map(({ turn }) => turn));
  const votes = answers.filter(({ turn }) => turn === last);
  return votes.length === 0 ? 0 : voteCredit(votes);
}

/**
 * What each agent was told, if they were told different things.
 *
 * @param answers Answers to one question.
 * @param format How they were asked.
 * @returns A line for each agent; none where all were told the same.
 */
export function toldApart(
  answers: readonly ShownRow[],
  format: DiscussionFormat,
): string[] {
  const { questionId, questionText, gold } = answers[0]!;
  const question = { id: questionId, text: questionText, gold };
  const numAgents = 1 + Math.max(...answers.map(({ agent }) => agent));
  const told = Array.from(
    { length: numAgents },
    (_, agent) => format.firstMessage(question, { agent, numAgents }),
  );
  if (new Set(told).size === 1) return [];
  return told.map((text, agent) => `agent ${agent + 1} is told: ${oneLine(text)}`);
}

function answerLines(
  answers: readonly ShownRow[],
  scorers: readonly (string | null)[],
): string[] {
  return answers.toSorted((a, b) => a.turn - b.turn || a.agent - b.agent)
    .map(({ turn, agent, text, score, ...row }) =>
      `  turn ${turn + 1}, agent ${agent + 1} (${gradeOf(row)}` +
      `${scorers[agent] === null ? "" : `, score ${score.toFixed(2)}`}): ` +
      oneLine(text)
    );
}

/**
 * What became of an answer.
 *
 * @param row The answer.
 * @returns In words.
 */
export function gradeOf({ answer, correct }: Pick<ShownRow, "answer" | "correct">): string {
  return answer === null ? "no answer" : correct ? "right" : "wrong";
}

/** What a model or a file says, so that neither a terminal nor Markdown's fence obeys it. */
function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, " ").trim());
}

import {
  contentOf,
  type EvaluationSummary,
  type QuestionKey,
  questionKey,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import type { DiscussionSeries } from "./discussion_series.ts";
import { firstAndLast } from "./evaluated_answers.ts";

/**
 * What tables say where several questions have the same text: those that seeds share, as those of a file, or such as
 * a task of few questions draws twice.
 *
 * @param runs Runs of one arm or several, which are asked before and after training.
 * @returns A sentence, or none where all questions of all seeds differ.
 */
export function repeatedQuestions(runs: readonly ArmRun[]): string[] {
  return notesOf(new Map([["", keysOf(runs)]]));
}

/**
 * The same of tables whose rows are of different questions.
 *
 * @param runs Runs.
 * @param nameOf What a run's questions are called, such as their domain.
 * @returns A sentence for each name where there are such questions.
 */
export function repeatedQuestionsBy(
  runs: readonly ArmRun[],
  nameOf: (run: ArmRun) => string,
): string[] {
  const named = [...Map.groupBy(runs, nameOf)].map(([name, some]) => [name, keysOf(some)] as const);
  return notesOf(new Map(named));
}

/**
 * The same of tables over series, which are named by what stands before a colon, as panels of pictures are.
 *
 * @param series Series; several may be of the same questions.
 * @returns A sentence for all series where there are such questions, or one for each kind of questions.
 */
export function repeatedInSeries(series: readonly DiscussionSeries[]): string[] {
  return notesOf(
    new Map(series.map(({ name, bySeed }) => [
      name,
      [...bySeed].flatMap(([seed, rows]) => rows.map(({ question }) => `${seed} ${question}`)),
    ])),
  );
}

/**
 * The same of tables of summaries, which are named as series are.
 *
 * @param summaries Evaluations by the model's name.
 * @returns As of series.
 */
export function repeatedInSummaries(
  summaries: Readonly<Record<string, EvaluationSummary>>,
): string[] {
  return notesOfCounts(
    Object.entries(summaries).map(([name, { numQuestions, numTexts }]) => ({
      name,
      questions: numQuestions,
      texts: numTexts,
    })),
  );
}

function keysOf(runs: readonly ArmRun[]): QuestionKey[] {
  return runs.flatMap(({ seed, evaluations }) =>
    firstAndLast(evaluations).map(({ questionId, questionHash }) =>
      `${seed} ${questionKey(questionId, questionHash)}`
    )
  );
}

function notesOf(keysByName: ReadonlyMap<string, readonly QuestionKey[]>): string[] {
  return notesOfCounts([...keysByName].map(([name, keys]) => {
    const questions = new Set(keys);
    return { name, questions: questions.size, texts: new Set([...questions].map(contentOf)).size };
  }));
}

/** Questions of a name, and their texts. */
interface Counts {
  readonly name: string;
  readonly questions: number;
  readonly texts: number;
}

/** Names with equal numbers share a sentence, which names them unless it holds for all. */
function notesOfCounts(counts: readonly Counts[]): string[] {
  const repeated = counts.filter(({ questions, texts }) => texts < questions);
  const alike = Map.groupBy(repeated, ({ questions, texts }) => `${questions} ${texts}`);
  return [...alike.values()].map((some) => {
    const { questions, texts } = some[0]!;
    const names = [...new Set(some.map(({ name }) => name.split(": ")[0]))].join(", ");
    const of = some.length === counts.length ? "" : ` of ${names}`;
    return `The ${questions} questions${of} have ${texts} different texts; intervals take those of the same text together.`;
  });
}

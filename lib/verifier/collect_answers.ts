/**
 * Labelled answers for verifier training: sample from the base model, label, balance (E.1).
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import {
  type Agent,
  type Discussion,
  type DiscussionFormat,
  OracleScorer,
  runDiscussions,
} from "../discussion/mod.ts";
import type { Question, Task } from "../tasks/mod.ts";

/** One labelled answer. */
export interface LabelledAnswer {
  /** The question that was answered. */
  readonly question: Question;
  /** The answer's solution part. */
  readonly solution: string;
  /** Ground truth: does the extracted answer equal the gold one. */
  readonly correct: boolean;
  /** How often it was sampled, at least 1. */
  readonly count: number;
}

/** Settings of {@link collectAnswers}. */
export interface CollectOptions {
  /** Grades the answers. */
  readonly task: Task;
  /** Writes the question and finds the solution in a response. */
  readonly format: DiscussionFormat;
  /** The base model that the verifier will judge (same family as the generator: E.3). */
  readonly agent: Agent;
  /** Agents of a discussion, all of them the base model; default 1. */
  readonly numAgents?: number;
  /** Turns of a discussion; default 1. */
  readonly numTurns?: number;
  /** Discussions of each question; at least 1. */
  readonly samplesPerQuestion: number;
  /** As in `runDiscussions()`. */
  readonly random: Random;
  /** Called with the number of questions done after each chunk. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Questions that are discussed at once; bounds memory only. */
const CHUNK_QUESTIONS = 128;

/**
 * Samples answers to questions and labels them by their final answer. Answers that are not
 * stated as asked, in a box, are dropped, as in the paper; duplicates of one question are kept once and
 * counted, as the verifier is a function of the text.
 *
 * Where agents discuss, all their answers of all turns are taken, and the verdicts that they read are those of
 * an oracle, as there is no verifier yet.
 *
 * @param questions The questions; keep them apart from those of training and evaluation.
 * @param options Task, agent, discussions per question and randomness.
 * @returns Labelled distinct answers, in the order of the questions.
 */
export async function collectAnswers(
  questions: readonly Question[],
  options: CollectOptions,
): Promise<LabelledAnswer[]> {
  const { task, agent, numAgents = 1, numTurns = 1, samplesPerQuestion } = options;
  if (!Number.isInteger(samplesPerQuestion) || samplesPerQuestion < 1) {
    throw new RangeError(
      `Cannot collect answers as samplesPerQuestion must be a positive integer: got ${samplesPerQuestion}`,
    );
  }
  const seat = { agent, scorer: new OracleScorer(task) };
  const collected: LabelledAnswer[] = [];
  for (let from = 0; from < questions.length; from += CHUNK_QUESTIONS) {
    const discussions = await runDiscussions({
      ...options,
      questions: questions.slice(from, from + CHUNK_QUESTIONS),
      seats: new Array(numAgents).fill(seat),
      numTurns,
      numSamples: samplesPerQuestion,
      showScores: true,
      onProgress: () => {},
    });
    for (const ofQuestion of Map.groupBy(discussions, ({ question }) => question).values()) {
      collected.push(...distinctAnswers(ofQuestion));
    }
    options.onProgress?.(Math.min(from + CHUNK_QUESTIONS, questions.length), questions.length);
  }
  return collected;
}

function distinctAnswers(discussions: readonly Discussion[]): LabelledAnswer[] {
  const { question } = discussions[0]!;
  const boxed = discussions.flatMap(({ answersTA }) => answersTA.flat()).filter((a) => a.boxed);
  return [...Map.groupBy(boxed, ({ solution }) => solution)].map(([solution, same]) => ({
    question,
    solution,
    correct: same[0]!.correct,
    count: same.length,
  }));
}

/**
 * Each answer as often as it was sampled. Right answers are alike and wrong ones differ, so that of the
 * distinct answers far fewer are right than of those that a verifier meets in use: what depends on how many
 * are right, such as calibration, is to be fitted and measured on these.
 *
 * @param answers From {@link collectAnswers}.
 * @returns Indices into `answers`, ascending.
 */
export function asSampled(answers: readonly Pick<LabelledAnswer, "count">[]): number[] {
  return answers.flatMap(({ count }, index) => new Array<number>(count).fill(index));
}

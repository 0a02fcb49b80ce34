/**
 * Labelled answers for verifier training: sample from the base model, label, balance (E.1).
 *
 * @module
 */
import type { Random } from "../core/mod.ts";
import type { Agent } from "../discussion/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
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
  /** Samples of each question; at least 1. */
  readonly samplesPerQuestion: number;
  /** Streams are split by question id and sample number. */
  readonly random: Random;
  /** Called with the number of answers done after each chunk. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Questions that are answered in one call of the agent; bounds memory only. */
const CHUNK_QUESTIONS = 128;

/**
 * Samples answers to questions and labels them by their final answer. Answers that are not
 * stated as asked, in a box, are dropped, as in the paper; duplicates of one question are kept once and counted, as the verifier is a
 * function of the text.
 *
 * @param questions The questions; keep them apart from those of training and evaluation.
 * @param options Task, agent, samples per question and randomness.
 * @returns Labelled distinct answers, in the order of the questions.
 */
export async function collectAnswers(
  questions: readonly Question[],
  options: CollectOptions,
): Promise<LabelledAnswer[]> {
  const { task, format, agent, samplesPerQuestion, random } = options;
  if (!Number.isInteger(samplesPerQuestion) || samplesPerQuestion < 1) {
    throw new RangeError(
      `Cannot collect answers as samplesPerQuestion must be a positive integer: got ${samplesPerQuestion}`,
    );
  }
  const answers: LabelledAnswer[] = [];
  for (let from = 0; from < questions.length; from += CHUNK_QUESTIONS) {
    const chunk = questions.slice(from, from + CHUNK_QUESTIONS);
    const requests = chunk.flatMap((question) =>
      Array.from({ length: samplesPerQuestion }, (_, sample) => ({
        messages: [{ role: "user" as const, content: format.firstMessage(question) }],
        turn: 0,
        agent: 0,
        sample,
        random: random.split(question.id, sample).state(),
      }))
    );
    const responses = await agent.respond(requests);
    for (const [index, question] of chunk.entries()) {
      const counts = new Map<string, number>();
      for (let sample = 0; sample < samplesPerQuestion; sample++) {
        const response = responses[index * samplesPerQuestion + sample]!;
        if (!task.extract(response.text).boxed) continue; // a format may box what it quotes
        const solution = format.solutionOf(response.text);
        counts.set(solution, (counts.get(solution) ?? 0) + 1);
      }
      for (const [solution, count] of counts) {
        const { answer } = task.extract(solution);
        answers.push({ question, solution, correct: task.isCorrect(answer, question.gold), count });
      }
    }
    options.onProgress?.(Math.min(from + CHUNK_QUESTIONS, questions.length), questions.length);
  }
  return answers;
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

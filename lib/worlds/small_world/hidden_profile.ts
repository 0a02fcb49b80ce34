import type { Random } from "../../core/random.ts";
import type { Split } from "../../tasks/mod.ts";
import { splitFacts, writeFacts } from "./evidence.ts";
import type { SlippingTask, SmallWorldQuestion } from "./small_world_task.ts";

/** A task whose questions are made of facts that can be told one by one. */
export interface EvidenceTask extends SlippingTask {
  /**
   * A worked solution by somebody who knows some of the facts and makes up the others, in such a way that
   * the whole could have been a question of this task.
   *
   * @param question A question of this task.
   * @param known Indices of the facts that are known.
   * @param random Where the others are drawn from; unused if all are known.
   * @returns The solution's text; right if all facts are known, else only by chance.
   */
  solutionFrom(question: SmallWorldQuestion, known: readonly number[], random: Random): string;
  /**
   * Whether a solution uses facts as they are, and works out exactly what it says.
   *
   * @param question A question of this task.
   * @param known Indices of the facts that it must use.
   * @param solution Any text.
   * @returns False also for what is no solution.
   */
  usesFacts(question: SmallWorldQuestion, known: readonly number[], solution: string): boolean;
}

/**
 * Makes a task of split evidence: the same questions with their facts numbered, for formats that tell each
 * agent a part of them.
 *
 * @param inner Whose questions they are.
 * @returns The task; graders and verifiers know all facts.
 */
export function makeHiddenProfile(inner: EvidenceTask): EvidenceTask {
  const numbered = (question: SmallWorldQuestion): SmallWorldQuestion => {
    const { facts, asked } = splitFacts(question.text);
    return {
      ...question,
      id: `hidden_profile/${question.id}`,
      text: `${writeFacts(facts)} ${asked}`,
    };
  };
  return {
    ...inner,
    name: "hidden_profile",
    summary: `${inner.summary}, each fact told to some`,
    questions(split: string) {
      const set = inner.questions(split as Split);
      return { ...set, at: (index: number) => numbered(set.at(index)) };
    },
  };
}

import { ENTAILMENT_LABELS } from "../../tasks/mod.ts";
import { makeClosedBookArithmetic } from "./closed_book_arithmetic.ts";
import { makeClosedBookEntailment } from "./closed_book_entailment.ts";
import type { ClosedBookConfig, ClosedBookTask } from "./closed_book_task.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";

/**
 * Questions of both closed-book domains in turns, for base models that know both.
 *
 * @param config Settings of either.
 * @returns The task.
 */
export function makeClosedBookBoth(config: ClosedBookConfig): ClosedBookTask {
  const arithmetic = makeClosedBookArithmetic(config);
  const entailment = makeClosedBookEntailment(config);
  const isLabel = (gold: string) => (ENTAILMENT_LABELS as readonly string[]).includes(gold);
  const taskOf = ({ gold }: SmallWorldQuestion) => isLabel(gold) ? entailment : arithmetic;
  return {
    name: "closed_book_both",
    summary: `${arithmetic.summary}, and ${entailment.summary}`,
    version: arithmetic.version,
    questions(split) {
      const sets = [arithmetic.questions(split), entailment.questions(split)];
      return { size: null, at: (index) => sets[index % 2]!.at(Math.floor(index / 2)) };
    },
    extract(text) {
      const label = entailment.extract(text);
      return label.answer === null ? arithmetic.extract(text) : label;
    },
    isCorrect: (answer, gold) => (isLabel(gold) ? entailment : arithmetic).isCorrect(answer, gold),
    recalled: (question) => taskOf(question).recalled(question),
    solutionFrom: (question, values) => taskOf(question).solutionFrom(question, values),
    valuesOf: (question, solution) => taskOf(question).valuesOf(question, solution),
  };
}

import { ConfigError, digestOf } from "../core/mod.ts";
import type { Question } from "./task.ts";

/** Sizes of the parts that {@linkcode cutQuestions} cuts off, by the names of their settings. */
export type CutSizes = Readonly<Record<string, number>>;

/**
 * Cuts questions into parts by their content: ordered by the SHA-256 of their texts, the first are the first part,
 * the next the second, and all others the rest. So the same questions are held out whatever file they came from, in
 * whatever order, and a larger second part takes nothing from the first. Each part keeps the order of the questions.
 *
 * @param questions All questions.
 * @param sizes How many each part has, in order.
 * @returns The parts by their names, and the `rest`.
 * @throws {ConfigError} If there are too few questions.
 */
export function cutQuestions<S extends CutSizes>(
  questions: readonly Question[],
  sizes: S,
): Record<keyof S | "rest", Question[]> {
  const names = Object.keys(sizes);
  const total = names.reduce((sum, name) => sum + sizes[name]!, 0);
  if (total > questions.length) {
    throw new ConfigError(
      `Cannot cut off ${
        names.map((name) => `task.${name}=${sizes[name]}`).join(" and ")
      } questions as ` +
        `the training file must have as many: it has ${questions.length}`,
      {
        thing: names.map((name) => `task.${name}`).join(", "),
        value: total,
        remedy: `Set them so that they add up to ${questions.length} or less`,
      },
    );
  }
  const order = questions.map(({ text }, index) => ({ index, key: digestOf(text.trim()).sha256 }))
    .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index);
  const parts = Object.entries({ ...sizes, rest: questions.length - total }).map(([name, size]) => {
    const chosen = order.splice(0, size).map(({ index }) => index).sort((a, b) => a - b);
    return [name, chosen.map((index) => questions[index]!)];
  });
  return Object.fromEntries(parts);
}

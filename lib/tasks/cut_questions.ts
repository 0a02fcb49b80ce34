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
 * @returns The parts by their names, and the `rest`; in place of each part for which there are too few questions an
 * error that says so, for whoever asks for that part.
 */
export function cutQuestions<S extends CutSizes>(
  questions: readonly Question[],
  sizes: S,
): Record<keyof S | "rest", Question[] | ConfigError> {
  const order = questions.map(({ text }, index) => ({ index, key: digestOf(text.trim()).sha256 }))
    .sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.index - b.index);
  const before: [name: string, size: number][] = [];
  let tooFew: ConfigError | undefined;
  const parts = [...Object.entries(sizes), ["rest", Infinity] as const].map(([name, size]) => {
    if (size !== Infinity) before.push([name, size]);
    if (size !== Infinity && size > order.length) tooFew ??= tooFewFor(before, questions.length);
    if (tooFew !== undefined) return [name, tooFew];
    const chosen = order.splice(0, size).map(({ index }) => index).sort((a, b) => a - b);
    return [name, chosen.map((index) => questions[index]!)];
  });
  return Object.fromEntries(parts);
}

function tooFewFor(parts: readonly (readonly [name: string, size: number])[], count: number) {
  const asked = parts.filter(([, size]) => size > 0);
  return new ConfigError(
    `Cannot cut off ${
      asked.map(([name, size]) => `task.${name}=${size}`).join(" and ")
    } questions as ` +
      `the training file must have as many: it has ${count}`,
    {
      thing: asked.map(([name]) => `task.${name}`).join(", "),
      value: asked.reduce((sum, [, size]) => sum + size, 0),
      remedy: `Set them so that they add up to ${count} or less`,
    },
  );
}

import { ConfigError, named, nearestName } from "../core/mod.ts";

/**
 * The value of a flag that takes one of some words.
 *
 * @param flag The flag, such as `--device`.
 * @param text What was given; undefined = nothing.
 * @param choices The words.
 * @returns The word; undefined when none is given.
 * @throws {ConfigError} If it is another word, with the one that was probably meant.
 */
export function flagChoice<T extends string>(
  flag: string,
  text: string | undefined,
  choices: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const choice = choices.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new ConfigError(`Cannot use ${flag} as it must be ${choices.join(", ")}: ${named(text)}`, {
    thing: flag,
    value: text,
    remedy: `Write ${flag} ${meantBy(text, choices)}`,
  });
}

/** A choice that ends in what was written, such as `webgpu` for `gpu`; else the nearest, else the first. */
function meantBy(text: string, choices: readonly string[]): string {
  const longer = choices.find((choice) => text.length > 1 && choice.endsWith(text.toLowerCase()));
  return longer ?? nearestName(text, choices) ?? choices[0]!;
}

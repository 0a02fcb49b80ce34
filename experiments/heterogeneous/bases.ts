/**
 * The base models that are paired, and what discussions of theirs are called.
 *
 * @module
 */

/** A base model of closed_book; all differ in width, two in depth, one in vocabulary, and each knows other facts. */
export type BaseName = "wide" | "narrow" | "deep";

/** All of them. */
export const BASES: readonly BaseName[] = ["wide", "narrow", "deep"];

/** Who sits in the first seat and in the second: as in the paper, one base is of both pairs. */
export const PAIRS: readonly (readonly [BaseName, BaseName])[] = [
  ["wide", "narrow"],
  ["wide", "deep"],
];

/**
 * The arm that trains two agents together.
 *
 * @param first Base model of the first.
 * @param second Base model of the second: another one, or its own copy.
 * @returns Such as `wide + narrow`.
 */
export function pairName(first: BaseName, second: BaseName): string {
  return `${first} + ${second}`;
}

/**
 * The arm that trains one agent on single answers.
 *
 * @param base Its base model.
 * @returns Such as `narrow alone`.
 */
export function aloneName(base: BaseName): string {
  return `${base} alone`;
}

/**
 * The arm in which two who were trained alone discuss.
 *
 * @param first Base model of the first.
 * @param second Base model of the second.
 * @returns Such as `wide + narrow, trained alone`.
 */
export function apartName(first: BaseName, second: BaseName): string {
  return `${pairName(first, second)}, trained alone`;
}

/**
 * The base models that are paired, and what discussions of theirs are called.
 *
 * @module
 */

/** A base model of closed_book; all differ in width, two in depth, one in vocabulary, and each knows other facts. */
export type BaseName = "wide" | "narrow" | "deep";

const FOLDERS: Readonly<Record<BaseName, string>> = {
  wide: "closed_book",
  narrow: "closed_book_narrow",
  deep: "closed_book_deep",
};

/** All of them. */
export const BASES = Object.keys(FOLDERS) as readonly BaseName[];

/** Who sits in the first seat and in the second: as in the paper, one base is of both pairs. */
export const PAIRS: readonly (readonly [BaseName, BaseName])[] = [
  ["wide", "narrow"],
  ["wide", "deep"],
];

/**
 * The settings of a base model, with the verifier that was trained on it.
 *
 * @param base The base model.
 * @returns `base` and `verifier`, of a run or of a seat.
 */
export function modelOf(base: BaseName) {
  const folder = `data/checkpoints/${FOLDERS[base]}`;
  return {
    base: `${folder}/base`,
    verifier: { kind: "trained", path: `${folder}/arithmetic_verifier` },
  };
}

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

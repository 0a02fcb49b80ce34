/**
 * What tells the arms apart.
 *
 * @module
 */
import type { RunOf, SettingsLayer } from "../../lib/tracking/mod.ts";
import { aloneName, type BaseName } from "./bases.ts";

const FOLDERS: Readonly<Record<BaseName, string>> = {
  wide: "closed_book",
  narrow: "closed_book_narrow",
  deep: "closed_book_deep",
};

/** A base model with the verifier that was trained on it, of a run or of a seat. */
function modelOf(base: BaseName) {
  const folder = `data/checkpoints/${FOLDERS[base]}`;
  return {
    base: `${folder}/base`,
    verifier: { kind: "trained", path: `${folder}/arithmetic_verifier` },
  };
}

/** Two who share nothing, be they of one base model or of two. */
const separate = { shareAgents: false };
/** Answers without discussion are measured in the arms that train two. */
const evaluation = { baselines: { maxAnswers: 0 } };

/**
 * Two agents learn together.
 *
 * @param first Base model of the first.
 * @param second Base model of the second: another one, or its own copy.
 * @returns The settings.
 */
export function together(first: BaseName, second: BaseName): SettingsLayer {
  return { ...modelOf(first), seats: [{}, modelOf(second)], algorithm: separate };
}

/**
 * One agent learns from single answers.
 *
 * @param base Its base model.
 * @param questionsPerUpdate As many as it answers in an update.
 * @returns The settings.
 */
export function alone(base: BaseName, questionsPerUpdate: number): SettingsLayer {
  const discussion = { numAgents: 1, numTurns: 1 };
  return { ...modelOf(base), discussion, algorithm: { questionsPerUpdate }, evaluation };
}

/**
 * Two who learnt alone discuss, and learn nothing more.
 *
 * @param first Base model of the first.
 * @param second Base model of the second.
 * @returns The settings, of the runs that they learnt in.
 */
export function apart(first: BaseName, second: BaseName): (runOf: RunOf) => SettingsLayer {
  return (runOf) => ({
    ...modelOf(first),
    algorithm: { ...separate, updates: 0 },
    seats: [first, second].map((base) => ({
      ...modelOf(base),
      initFrom: { run: runOf(aloneName(base)), agent: 0 },
    })),
    evaluation,
  });
}

import { NumericError } from "../core/errors.ts";
import type { ScoreItem, ScoreOptions, Scorer } from "./scorer.ts";

/** Asks a scorer, each distinct (question, solution) once in the life of the returned function. */
export type SolutionScorer = (items: readonly ScoreItem[]) => Promise<number[]>;

/**
 * Makes the verifier a function of the text: what was scored before is not scored again, and what
 * comes back is checked.
 *
 * @param scorer The scorer.
 * @param options What stops the scorer.
 * @returns A function from items to their scores, in order. It throws {@link NumericError} if a score
 *   is missing, not finite or outside [0, 1].
 */
export function scoreSolutions(scorer: Scorer, options: ScoreOptions = {}): SolutionScorer {
  const known = new Map<string, number>();
  return async (items) => {
    const fresh = new Map<string, ScoreItem>();
    for (const item of items) {
      const key = keyOf(item);
      if (!known.has(key)) fresh.set(key, item);
    }
    if (fresh.size > 0) {
      const scores = await scorer.score([...fresh.values()], options);
      checkScores(scorer, [...fresh.values()], scores);
      [...fresh.keys()].forEach((key, index) => known.set(key, scores[index]!));
    }
    return items.map((item) => known.get(keyOf(item))!);
  };
}

function keyOf({ question, solution }: ScoreItem): string {
  return JSON.stringify([question.id, solution]);
}

function checkScores(scorer: Scorer, items: readonly ScoreItem[], scores: Float64Array): void {
  if (scores.length !== items.length) {
    throw new NumericError(
      `Cannot use the scores of "${scorer.name}" as ${items.length} are needed: got ${scores.length}`,
      { thing: scorer.name, value: scores.length, remedy: REMEDY },
    );
  }
  for (const [index, score] of scores.entries()) {
    if (score >= 0 && score <= 1) continue;
    const id = items[index]!.question.id;
    throw new NumericError(
      `Cannot use the score of "${scorer.name}" for question "${id}" as it must be in [0, 1]: got ${score}`,
      { thing: `${scorer.name} on ${id}`, value: score, remedy: REMEDY },
    );
  }
}

const REMEDY = "Check the scorer's weights and its calibration, or train the verifier again";

import type { EvaluationRow } from "../../lib/evaluation/mod.ts";

/** Gold answer of every question of these tests. */
export const GOLD = "1";

/** Rows of one discussion from its answers `[t][a]`; null = invalid, `GOLD` = right. */
export function discussion(
  question: string | number,
  answersTA: readonly (readonly (string | null)[])[],
): EvaluationRow[] {
  return answersTA.flatMap((answers, turn) =>
    answers.map((answer, agent) => ({
      question,
      agent,
      turn,
      answer,
      gold: GOLD,
      correct: answer === GOLD,
      length: 10 * (turn + 1) + agent,
    }))
  );
}

/** Rows of discussions `[q][t][a]` in which 1 is right and 0 a wrong answer of its own kind. */
export function discussions(correctQTA: readonly (readonly (readonly number[])[])[]) {
  return correctQTA.flatMap((correctTA, q) =>
    discussion(`q${q}`, correctTA.map((row) => row.map((c, a) => c === 1 ? GOLD : `wrong ${a}`)))
  );
}

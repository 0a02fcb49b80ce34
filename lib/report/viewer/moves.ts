import type { ViewedRow } from "../viewed_columns.ts";

/** What a move is read from. */
export type MovedAnswer = Pick<ViewedRow, "agent" | "answer" | "correct">;

/** How an answer came from those of the turn before. */
export interface Move {
  /**
   * `first`: nothing was before. `kept`: the same answer. `adopted`: another one, which others had given
   * the turn before. `changed`: one that nobody had given the turn before. `lost`: none any more.
   */
  readonly kind: "first" | "kept" | "adopted" | "changed" | "lost";
  /** Own answer of the turn before; null where there was none. */
  readonly before: string | null;
  /** Agents who had given the new answer the turn before, ascending; none unless it was adopted. */
  readonly from: readonly number[];
  /** Whether an adopted answer is right; null unless it was adopted. */
  readonly persuaded: "rightly" | "wrongly" | null;
}

/**
 * Who changed whom: how one answer came from those of the turn before. Whether the agent took it over or
 * found the same by itself is not known; so all are named who had given it.
 *
 * @param answersTA Shape [T][A], the answers of a discussion.
 * @param turn Turn of the answer, from 0.
 * @param agent Its agent.
 * @returns The move.
 */
export function moveOf(
  answersTA: readonly (readonly MovedAnswer[])[],
  turn: number,
  agent: number,
): Move {
  const none = { from: [], persuaded: null } as const;
  if (turn === 0) return { kind: "first", before: null, ...none };
  const { answer, correct } = answersTA[turn]![agent]!;
  const { answer: before } = answersTA[turn - 1]![agent]!;
  if (answer === before) return { kind: "kept", before, ...none };
  if (answer === null) return { kind: "lost", before, ...none };
  const from = answersTA[turn - 1]!.flatMap((other) =>
    other.answer === answer ? [other.agent] : []
  );
  if (from.length === 0) return { kind: "changed", before, ...none };
  return { kind: "adopted", before, from, persuaded: correct ? "rightly" : "wrongly" };
}

import { agentNames } from "./grades.ts";
import type { ViewedRow } from "../viewed_columns.ts";
import type { Move } from "./moves.ts";

/**
 * A move in words.
 *
 * @param move How an answer came from those of the turn before.
 * @param to The answer, and its turn from 0.
 * @returns A line; empty for an answer of the first turn.
 */
export function moveText(
  { kind, before, from }: Move,
  { answer, turn }: Pick<ViewedRow, "answer" | "turn">,
): string {
  switch (kind) {
    case "first":
      return "";
    case "kept":
      return answer === null ? "still gives no answer" : `kept ${answer}`;
    case "lost":
      return `gave ${before} before, now no answer`;
    case "changed":
      return `changed ${
        before ?? "from no answer"
      } to ${answer}, which nobody gave at turn ${turn}`;
    case "adopted":
      return `took over ${agentNames(from)}’s answer ${answer}, ` +
        (before === null ? "had none before" : `had ${before} before`);
  }
}

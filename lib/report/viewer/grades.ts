import type { ViewedRow } from "../viewed_columns.ts";

/** How an answer is judged: never by colour alone. */
export interface Grade {
  /** A sign. */
  readonly sign: string;
  /** The same in words, and the name of its style. */
  readonly word: "right" | "wrong" | "no answer";
}

/**
 * How an answer is judged.
 *
 * @param answer The answer.
 * @returns Its grade.
 */
export function gradeOf({ answer, correct }: Pick<ViewedRow, "answer" | "correct">): Grade {
  if (correct) return { sign: "✓", word: "right" };
  return answer === null ? { sign: "–", word: "no answer" } : { sign: "✗", word: "wrong" };
}

/**
 * What is said of somebody, as one reads it.
 *
 * @param agents Indices of agents, from 0.
 * @returns `agent 1`, `agents 1 and 3`.
 */
export function agentNames(agents: readonly number[]): string {
  const numbers = agents.map((agent) => `${agent + 1}`);
  if (numbers.length < 2) return `agent ${numbers.join("")}`;
  return `agents ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}

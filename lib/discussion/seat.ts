import type { Agent } from "./agent.ts";
import type { Scorer } from "./scorer.ts";

/** A place in a discussion. */
export interface Seat {
  /** Who answers; the same object may sit at several seats. */
  readonly agent: Agent;
  /** Who scores what is answered here; all agents read the scores. */
  readonly scorer: Scorer;
}

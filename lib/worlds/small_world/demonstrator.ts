import type { Demonstrator, Standpoint } from "../demonstrations/mod.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";

/** Where an agent of the small world stands before it answers. */
export type SmallWorldStandpoint = Standpoint<SmallWorldQuestion>;

/** Whether an answer did what it says. */
export interface AnswerCheck {
  /** What it says that it does. */
  readonly strategy: string;
  /** Whether this can be done where its author stands, and was done. */
  readonly consistent: boolean;
  /** Whether what was to be repeated is repeated word for word; null where nothing was. */
  readonly copied: boolean | null;
  /** Whether its author had to make up facts that nobody has told it; absent = there are no such facts. */
  readonly madeUp?: boolean;
}

/**
 * Writes the answers of agents that draw at random what they do and carry it out exactly: what base models
 * are pretrained on.
 */
export interface SmallWorldDemonstrator extends Demonstrator<SmallWorldQuestion> {
  /** The first turn, from 0, at which answers say what they do. */
  readonly firstStatedTurn: number;
  /**
   * Judges an answer.
   *
   * @param standpoint What its author knew.
   * @param response What it wrote; any text.
   * @returns The judgement; null where it does not say what it does.
   */
  check(standpoint: SmallWorldStandpoint, response: string): AnswerCheck | null;
}

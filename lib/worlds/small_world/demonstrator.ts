import type { Random } from "../../core/mod.ts";
import type { DiscussionFormat, DiscussionView, Reader } from "../../discussion/mod.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";

/** Where an agent stands before it answers. */
export interface Standpoint {
  /** What is discussed. */
  readonly question: SmallWorldQuestion;
  /** Who answers. */
  readonly reader: Reader;
  /** What it has seen after each turn so far; empty before its first answer. */
  readonly views: readonly DiscussionView[];
}

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
export interface Demonstrator {
  /** How its discussions are written. */
  readonly format: DiscussionFormat;
  /** The first turn, from 0, at which answers say what they do. */
  readonly firstStatedTurn: number;
  /** The first turn, from 0, of a discussion whose answers are learnt; those before are only read. */
  readonly firstLearntTurn: number;
  /**
   * The answer of somebody who is told everything and asks nobody.
   *
   * @param question The question.
   * @param random Where mistakes are drawn from.
   * @returns A worked solution.
   */
  solution(question: SmallWorldQuestion, random: Random): string;
  /**
   * The next answer of an agent in a discussion.
   *
   * @param standpoint What it knows.
   * @param random Draws what it does, and the rest.
   * @returns The whole answer.
   */
  answer(standpoint: Standpoint, random: Random): string;
  /**
   * The next answer of one of the others, which is read and not learnt.
   *
   * @param standpoint What it knows.
   * @param random Draws what it says.
   * @returns The whole answer.
   */
  said(standpoint: Standpoint, random: Random): string;
  /**
   * The verdict on an answer.
   *
   * @param correct Whether it is right.
   * @param random Draws the verdict.
   * @returns A score in [0, 1].
   */
  scoreOf(correct: boolean, random: Random): number;
  /**
   * Judges an answer.
   *
   * @param standpoint What its author knew.
   * @param response What it wrote; any text.
   * @returns The judgement; null where it does not say what it does.
   */
  check(standpoint: Standpoint, response: string): AnswerCheck | null;
}

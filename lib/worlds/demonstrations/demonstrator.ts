import type { Random } from "../../core/random.ts";
import type { DiscussionFormat, DiscussionView, Reader } from "../../discussion/mod.ts";
import type { Question } from "../../tasks/mod.ts";

/** Where an agent stands before it answers. */
export interface Standpoint<Q extends Question = Question> {
  /** What is discussed. */
  readonly question: Q;
  /** Who answers. */
  readonly reader: Reader;
  /** What it has seen after each turn so far; empty before its first answer. */
  readonly views: readonly DiscussionView[];
}

/** Writes the answers of agents that draw at random what they do: what models are taught to discuss by. */
export interface Demonstrator<Q extends Question = Question> {
  /** How its discussions are written. */
  readonly format: DiscussionFormat;
  /** The first turn, from 0, of a discussion whose answers are learnt; those before are only read. */
  readonly firstLearntTurn: number;
  /**
   * The answer of somebody who is told everything and asks nobody.
   *
   * @param question The question.
   * @param random Where mistakes are drawn from.
   * @returns A worked solution.
   */
  solution(question: Q, random: Random): string;
  /**
   * The next answer of an agent in a discussion.
   *
   * @param standpoint What it knows.
   * @param random Draws what it does, and the rest.
   * @returns The whole answer.
   */
  answer(standpoint: Standpoint<Q>, random: Random): string;
  /**
   * The next answer of one of the others, which is read and not learnt.
   *
   * @param standpoint What it knows.
   * @param random Draws what it says.
   * @returns The whole answer.
   */
  said(standpoint: Standpoint<Q>, random: Random): string;
  /**
   * The verdict on an answer.
   *
   * @param correct Whether it is right.
   * @param random Draws the verdict.
   * @returns A score in [0, 1].
   */
  scoreOf(correct: boolean, random: Random): number;
}

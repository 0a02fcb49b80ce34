import type { Question } from "../tasks/task.ts";

/** An answer of the turn before, as it is shown to a reader. */
export interface Quoted {
  /** The solution, as {@link DiscussionFormat.solutionOf} gives it. */
  readonly text: string;
  /** Verifier score in [0, 1] before penalties; null when there is none or it is not shown. */
  readonly score: number | null;
  /** Index of the agent that wrote it, in [0, A). */
  readonly agent: number;
}

/** What an agent sees between two of its turns. */
export interface DiscussionView {
  /** The question under discussion. */
  readonly question: Question;
  /** The reader's own last answer. */
  readonly own: Quoted;
  /** The last answers of the others in list order, the reader left out; the reader counts them from 1. */
  readonly others: readonly Quoted[];
  /** Whether the verifier's scores are shown. */
  readonly showScores: boolean;
}

/** Who reads a message: a format may tell each agent something else. */
export interface Reader {
  /** Index of the agent, in [0, A). */
  readonly agent: number;
  /** A. */
  readonly numAgents: number;
}

/** Something that a format reads of every response, for analysis. */
export interface AnnotationInfo {
  /** Its name in {@linkcode DiscussionFormat.annotationsOf} and in frames: `strategy`. */
  readonly name: string;
  /** Its values as a heading: `Strategies`. */
  readonly title: string;
  /** What it says. */
  readonly meaning: string;
}

/** What a format read of a response, by the annotations' names; null where the response does not say. */
export type Annotations = Readonly<Record<string, string | null>>;

/** How a discussion is written as messages. */
export interface DiscussionFormat {
  /** Most agents that it has names for; absent = any number. */
  readonly maxAgents?: number;
  /**
   * Asks the question.
   *
   * @param question The question.
   * @param reader Who is asked; absent = somebody who is told everything, as verifiers are.
   * @returns The user message of turn 0.
   */
  firstMessage(question: Question, reader?: Reader): string;
  /**
   * Shows the answers of the turn before and asks again.
   *
   * @param view Question, own last answer, the others' last answers.
   * @returns The user message of a turn from 1 on.
   */
  discussMessage(view: DiscussionView): string;
  /**
   * A response as its author sees it later.
   *
   * @param response What an agent wrote; any text.
   * @returns What stays in its own history.
   */
  historyText(response: string): string;
  /**
   * A response as everybody else sees it.
   *
   * @param response What an agent wrote; any text.
   * @returns What is quoted to the others and scored by the verifier.
   */
  solutionOf(response: string): string;
  /** What {@linkcode annotationsOf} gives; tables and plots show the first. */
  readonly annotations: readonly AnnotationInfo[];
  /**
   * What a response says about itself, for analysis.
   *
   * @param response What an agent wrote; any text.
   * @returns A value or null for each of `annotations`.
   */
  annotationsOf(response: string): Annotations;
}

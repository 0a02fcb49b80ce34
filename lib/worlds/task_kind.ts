import type { SchemaOf, WithCompat, ZodSchema } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
import type { Task } from "../tasks/mod.ts";
import type { Demonstrator } from "./demonstrations/mod.ts";

/** A kind of task that settings can name; `S` are its settings besides the name, as its schema gives them. */
export interface TaskKind<S> {
  /** Type, default, range and meaning of each setting. */
  readonly schema: SchemaOf<S> & { readonly shape: Readonly<Record<string, ZodSchema>> };
  /** Tokens that suffice for an answer of its own words; absent = free text, which is long. */
  readonly answerTokens?: number;
  /**
   * Makes the task; whatever is wrong with its questions shows here, before anything runs.
   *
   * @param settings Checked settings.
   * @param runSeed Seed of the run, for questions that are drawn.
   * @returns The task.
   */
  load(settings: WithCompat<S>, runSeed: number): Promise<Task>;
  /**
   * How its questions are discussed.
   *
   * @param settings Checked settings.
   * @returns The format.
   */
  format(settings: WithCompat<S>): DiscussionFormat;
  /**
   * Who demonstrates how to solve its questions and discuss them; absent = nobody does.
   *
   * @param settings Checked settings.
   * @returns The writer of answers, who knows the questions that the task loads.
   */
  demonstrator?(settings: WithCompat<S>): Demonstrator;
}

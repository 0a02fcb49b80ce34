/**
 * What a model is warmed up on.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import type { MaskedSequence } from "../../lib/models/mod.ts";
import type { Task } from "../../lib/tasks/mod.ts";
import type { ChatCoding } from "../../lib/text/mod.ts";
import { demonstrationBatch } from "../../lib/worlds/demonstrations/mod.ts";
import { demonstratorOf } from "../../lib/worlds/mod.ts";
import type { SupervisedConfig } from "./config.ts";

/** Who is taught, and about what. */
export interface DemonstratedTo {
  /** Asks the questions. */
  readonly task: Task;
  /** The model's tokens. */
  readonly text: ChatCoding;
  /** The run's generator. */
  readonly random: Random;
}

/**
 * Solutions of a task's questions and discussions about them, drawn from the split that no other training reads.
 *
 * @param config The run's settings.
 * @param options Task, tokens and randomness.
 * @returns One sequence per question.
 * @throws {ConfigError} If nobody demonstrates the task.
 */
export function demonstrationsOf(
  { task: settings, imitation, discussion }: SupervisedConfig,
  { task, text, random }: DemonstratedTo,
): MaskedSequence[] {
  const { questions, discussionShare } = imitation;
  const { numAgents, numTurns } = discussion;
  return demonstrationBatch(0, {
    task,
    demonstrator: demonstratorOf(settings),
    batchSize: questions,
    solutionSteps: 0,
    discussionShare,
    // All discussions have as many agents as the run's.
    agentChances: Array.from(
      { length: Math.max(1, numAgents - 1) },
      (_, i) => i === numAgents - 2 ? 1 : 0,
    ),
    numTurns,
    random: random.split("demonstrations"),
    text,
  });
}

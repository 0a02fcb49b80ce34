/**
 * A corpus of demonstrations, batch by batch.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";
import type { MaskedSequence } from "../../models/mod.ts";
import type { ChatCoding } from "../../text/mod.ts";
import type { Question, QuestionSet, Task } from "../../tasks/mod.ts";
import type { Demonstrator } from "./demonstrator.ts";
import {
  encodeDemonstration,
  simulateDiscussion,
  solutionDemonstration,
} from "./demonstrations.ts";

/** What a batch is made of. */
export interface CorpusMix {
  /** Steps of solutions alone, before discussions join. */
  readonly solutionSteps: number;
  /** Sequences of a batch. */
  readonly batchSize: number;
  /** Share of discussions among the sequences after `solutionSteps`, in [0, 1]. */
  readonly discussionShare: number;
  /** Chances of 2, 3, 4 … agents in a discussion; need not sum to 1. */
  readonly agentChances: readonly number[];
  /** Turns of a discussion. */
  readonly numTurns: number;
  /** Share of discussions whose agents read their own answers alone, in [0, 1]; default 0. */
  readonly aloneShare?: number;
}

/** Settings of {@link demonstrationBatch}. */
export interface DemonstrationBatchOptions<Q extends Question = Question> extends CorpusMix {
  /** Questions. */
  readonly task: Task & { questions(split: string): QuestionSet<Q> };
  /** Writes the answers. */
  readonly demonstrator: Demonstrator<Q>;
  /** The run's generator; every step and sequence has its own stream. */
  readonly random: Random;
  /** The model's tokens. */
  readonly text: ChatCoding;
}

/**
 * The batch of one step: a function of the step alone, so that a resumed run sees the same corpus.
 *
 * @param step 0-based step.
 * @param options Mix, task and randomness.
 * @returns `batchSize` sequences.
 */
export function demonstrationBatch<Q extends Question>(
  step: number,
  options: DemonstrationBatchOptions<Q>,
): MaskedSequence[] {
  const { batchSize, solutionSteps, discussionShare, agentChances, aloneShare = 0 } = options;
  const set = options.task.questions("pretrain");
  return Array.from({ length: batchSize }, (_, i) => {
    const random = options.random.split("corpus", step, i);
    const question = set.at(step * batchSize + i);
    const settings = { ...options, random };
    if (step < solutionSteps || random.uniform() >= discussionShare) {
      return solutionDemonstration(question, settings);
    }
    const numAgents = 2 + drawIndex(agentChances, random);
    const readsOthers = aloneShare === 0 || random.uniform() >= aloneShare;
    const { messages } = simulateDiscussion(question, { ...settings, numAgents, readsOthers });
    const { firstLearntTurn } = options.demonstrator;
    return encodeDemonstration(messages, { firstLearntTurn, text: options.text });
  });
}

function drawIndex(chances: readonly number[], random: Random): number {
  let rest = random.uniform() * chances.reduce((a, b) => a + b, 0);
  let index = 0;
  while (index < chances.length - 1 && rest >= chances[index]!) rest -= chances[index++]!;
  return index;
}

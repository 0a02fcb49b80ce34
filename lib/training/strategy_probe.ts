/**
 * Does a model do in a discussion what it says it does?
 *
 * @module
 */
import { strategyCarriedOut } from "../discussion/mod.ts";
import { generate } from "../generation/mod.ts";
import type { Decoder } from "../models/mod.ts";
import type { Question } from "../tasks/mod.ts";
import { encodeChat } from "../text/mod.ts";
import { type DemonstrationOptions, simulateDiscussion } from "./demonstrations.ts";

/** Shares over the probed answers, each in [0, 1]. */
export interface StrategyProbe {
  /** States one of the strategies. */
  readonly stated: number;
  /** States one and chooses as it demands given the verdicts. */
  readonly carriedOut: number;
  /** Of the answers that copy: the copy is exact, word for word. */
  readonly copied: number;
  /** Right answers. */
  readonly accuracy: number;
}

/** Longest answer that a probe waits for, in tokens; a solution of three steps has about 40. */
export const PROBE_TOKENS = 60;
/** Agents of a probed discussion. */
export const PROBE_AGENTS = 3;

/**
 * Probes a model on simulated histories.
 *
 * @param decoder The model.
 * @param questions Held-out questions, one discussion each.
 * @param options As for demonstrations, `numAgents`, the `turn` (≥ 1) that is probed, and a `signal` to
 *   stop at.
 * @returns Shares at temperature 1.
 * @throws The signal's reason when it aborts.
 */
export async function probeStrategies(
  decoder: Decoder,
  questions: readonly Question[],
  options: DemonstrationOptions & {
    readonly numAgents: number;
    readonly turn: number;
    readonly signal?: AbortSignal;
  },
): Promise<StrategyProbe> {
  const { task, text, turn, random, signal } = options;
  const simulated = questions.map((question) =>
    simulateDiscussion(question, {
      ...options,
      random: random.split("history", question.id),
      numTurns: turn + 1,
    })
  );
  // The last message is the demonstration; the model answers in its place.
  const prompts = simulated.map(({ messages }) =>
    encodeChat(text.tokenizer, text.template, messages.slice(0, -1), { addGenerationPrompt: true })
  );
  const generated = await generate(decoder, prompts, {
    maxNewTokens: PROBE_TOKENS,
    temperature: 1,
    topK: 0,
    topP: 1,
    randoms: questions.map(({ id }) => random.split("answer", id)),
    ...(signal ? { signal } : {}),
  });
  let stated = 0, carriedOut = 0, copies = 0, copied = 0, correct = 0;
  for (const [index, { tokens }] of generated.entries()) {
    const response = text.tokenizer.decode(tokens);
    const question = questions[index]!;
    const solution = text.format.solutionOf(response);
    if (task.isCorrect(task.extract(solution).answer, question.gold)) correct++;
    const check = strategyCarriedOut(simulated[index]!.views.at(-1)!, response);
    if (!check) continue;
    stated++;
    if (check.consistent) carriedOut++;
    if (check.copied !== null) copies++;
    if (check.copied) copied++;
  }
  const total = questions.length;
  return {
    stated: stated / total,
    carriedOut: carriedOut / total,
    copied: copied / Math.max(copies, 1),
    accuracy: correct / total,
  };
}

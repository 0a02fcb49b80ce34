/**
 * Does a model do in a discussion what it says it does?
 *
 * @module
 */
import {
  type DemonstrationOptions,
  type SimulatedDiscussion,
  simulateDiscussion,
} from "../demonstrations/mod.ts";
import type { SmallWorldDemonstrator } from "./demonstrator.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";

/** Shares over the probed answers, each in [0, 1]. */
export interface StrategyProbe {
  /** States one of the strategies. */
  readonly stated: number;
  /** States one and chooses as it demands given the verdicts. */
  readonly carriedOut: number;
  /** Of the answers that need no fact but those that were told: carried out; null where there are none. */
  readonly carriedOutKnowing: number | null;
  /** Of the answers that copy: the copy is exact, word for word; null where none copies. */
  readonly copied: number | null;
  /** Right answers. */
  readonly accuracy: number;
}

/** A simulated discussion up to the answer that a model is to give. */
export interface ProbedDiscussion extends SimulatedDiscussion {
  /** What is discussed. */
  readonly question: SmallWorldQuestion;
}

/** Longest answer that a probe waits for, in tokens; a solution of three steps has about 40. */
export const PROBE_TOKENS = 60;
/** Agents of a probed discussion. */
export const PROBE_AGENTS = 3;

/**
 * Discussions that a model goes on with: the last message is the user's.
 *
 * @param questions Held-out questions, one discussion each.
 * @param options As for demonstrations, `numAgents`, and the `turn` (from 0) that is probed.
 * @returns One discussion per question.
 */
export function probedDiscussions(
  questions: readonly SmallWorldQuestion[],
  options: DemonstrationOptions<SmallWorldQuestion> & {
    readonly numAgents: number;
    readonly turn: number;
  },
): ProbedDiscussion[] {
  return questions.map((question) => {
    const { messages, views } = simulateDiscussion(question, {
      ...options,
      random: options.random.split("history", question.id),
      numTurns: options.turn + 1,
    });
    // The last message is the demonstration; the model answers in its place.
    return { question, messages: messages.slice(0, -1), views };
  });
}

/**
 * Judges what a model answered in probed discussions.
 *
 * @param discussions The discussions.
 * @param responses One answer for each; any text.
 * @param options Grades and judges the answers, of agent 0 of so many.
 * @returns Shares.
 */
export function judgeStrategies(
  discussions: readonly ProbedDiscussion[],
  responses: readonly string[],
  { task, demonstrator, numAgents }:
    & Pick<DemonstrationOptions, "task">
    & { readonly demonstrator: SmallWorldDemonstrator; readonly numAgents: number },
): StrategyProbe {
  let stated = 0,
    carriedOut = 0,
    knowing = 0,
    carriedOutKnowing = 0,
    copies = 0,
    copied = 0,
    correct = 0;
  for (const [index, { question, views }] of discussions.entries()) {
    const response = responses[index]!;
    const { answer } = task.extract(demonstrator.format.solutionOf(response));
    if (task.isCorrect(answer, question.gold)) correct++;
    const standpoint = { question, reader: { agent: 0, numAgents }, views };
    const check = demonstrator.check(standpoint, response);
    if (!check) continue;
    stated++;
    if (check.consistent) carriedOut++;
    if (check.madeUp === false) knowing++;
    if (check.madeUp === false && check.consistent) carriedOutKnowing++;
    if (check.copied !== null) copies++;
    if (check.copied) copied++;
  }
  const total = discussions.length;
  return {
    stated: stated / total,
    carriedOut: carriedOut / total,
    carriedOutKnowing: knowing === 0 ? null : carriedOutKnowing / knowing,
    copied: copies === 0 ? null : copied / copies,
    accuracy: correct / total,
  };
}

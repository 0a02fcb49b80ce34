/**
 * What a base model of the small world is pretrained on: worked solutions, and discussions in which
 * strategies are stated at random and carried out exactly.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";
import type { DiscussionView } from "../../discussion/mod.ts";
import type { MaskedSequence } from "../../models/mod.ts";
import { encodeChat, type Message } from "../../text/mod.ts";
import { smallWorldFormat, STRATEGIES } from "./small_world_format.ts";
import type { SmallWorldQuestion, SmallWorldTask } from "./small_world_task.ts";
import { smallWorldTemplate } from "./small_world_template.ts";
import { smallWorldTokenizer } from "./small_world_tokenizer.ts";
import { demonstrate } from "./strategies.ts";

/** Settings of a demonstration. */
export interface DemonstrationOptions {
  /** Writes solutions. */
  readonly task: SmallWorldTask;
  /** Probability that a step of a solution slips, in [0, 1]: where the base model's errors come from. */
  readonly slipRate: number;
  /** Source of every choice. */
  readonly random: Random;
}

/** Chances of the four verdict bands from best to worst for a right answer; mirrored for a wrong one. */
const BAND_CHANCES = [0.7, 0.15, 0.1, 0.05];
/** A score inside each band. */
const BAND_SCORES = [0.9, 0.7, 0.45, 0.15];

/**
 * A question with one worked solution.
 *
 * @param question The question.
 * @param options Task, slips and randomness.
 * @returns The exchange; the solution's tokens and its end count.
 */
export function solutionDemonstration(
  question: SmallWorldQuestion,
  { task, slipRate, random }: DemonstrationOptions,
): MaskedSequence {
  const solution = task.sampleSolution(question, random, { slipRate });
  return encodeDemonstration([
    { role: "user", content: smallWorldFormat.firstMessage(question) },
    { role: "assistant", content: solution },
  ]);
}

/** A discussion as one of its agents lives it. */
export interface SimulatedDiscussion {
  /** Alternating user and assistant messages, the assistant's being the agent's own answers. */
  readonly messages: readonly Message[];
  /** What the agent saw before its answer of turn 1, 2, …; shape [T - 1]. */
  readonly views: readonly DiscussionView[];
}

/**
 * Simulates a discussion. Every agent draws a strategy at random each turn and carries it out;
 * verdicts are simulated from the answers' correctness, one draw per distinct answer, as a verifier
 * is a function of the text.
 *
 * @param question The question.
 * @param options Task, slips, randomness, and the discussion's `numAgents` and `numTurns`.
 * @returns The discussion as agent 0 lives it.
 */
export function simulateDiscussion(
  question: SmallWorldQuestion,
  options: DemonstrationOptions & { readonly numAgents: number; readonly numTurns: number },
): SimulatedDiscussion {
  const { task, slipRate, random, numAgents, numTurns } = options;
  const fresh = () => task.sampleSolution(question, random, { slipRate });
  const verdicts = new Map<string, number>();
  const scoreOf = (solution: string): number => {
    const known = verdicts.get(solution);
    if (known !== undefined) return known;
    const correct = task.isCorrect(task.extract(solution).answer, question.gold);
    const score = simulatedScore(correct, random);
    verdicts.set(solution, score);
    return score;
  };
  let solutions = Array.from({ length: numAgents }, fresh);
  const views: DiscussionView[] = [];
  const messages: Message[] = [
    { role: "user", content: smallWorldFormat.firstMessage(question) },
    { role: "assistant", content: solutions[0]! },
  ];
  for (let turn = 1; turn < numTurns; turn++) {
    const quoted = solutions.map((solution, agent) => ({
      text: solution,
      score: scoreOf(solution),
      agent,
    }));
    const responses = quoted.map((own, agent) => {
      const others = quoted.filter((_, other) => other !== agent);
      const view: DiscussionView = { question, own, others, showScores: true };
      const strategy = random.choice(STRATEGIES);
      return { view, response: demonstrate(view, strategy, fresh()) };
    });
    const { view, response } = responses[0]!;
    views.push(view);
    messages.push(
      { role: "user", content: smallWorldFormat.discussMessage(view) },
      { role: "assistant", content: response },
    );
    solutions = responses.map(({ response }) => smallWorldFormat.solutionOf(response));
  }
  return { messages, views };
}

/**
 * A verifier score as an imperfect verifier might give it.
 *
 * @param correct Whether the answer is right.
 * @param random Draws the band: a right answer is in the best one with chance 0.7.
 * @returns A score in [0, 1].
 */
export function simulatedScore(correct: boolean, random: Random): number {
  let rest = random.uniform();
  let band = 0;
  while (band < BAND_CHANCES.length - 1 && rest >= BAND_CHANCES[band]!) {
    rest -= BAND_CHANCES[band++]!;
  }
  return BAND_SCORES[correct ? band : BAND_SCORES.length - 1 - band]!;
}

/**
 * Encodes an exchange so that every assistant message is what the model would have sampled.
 *
 * @param messages Alternating user and assistant messages.
 * @returns Tokens of the whole exchange; the tokens of assistant messages and their ends count.
 */
export function encodeDemonstration(
  messages: readonly Message[],
): MaskedSequence {
  const tokens: number[] = [];
  const mask: number[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "assistant") continue;
    // The prompt up to here is a prefix of the next one, so only its new part is appended.
    const prompt = encodeChat(smallWorldTokenizer, smallWorldTemplate, messages.slice(0, index), {
      addGenerationPrompt: true,
    });
    for (let i = tokens.length; i < prompt.length; i++) push(prompt[i]!, 0);
    for (const token of smallWorldTokenizer.encode(content)) push(token, 1);
    push(smallWorldTokenizer.eosTokenId, 1);
  }
  return { tokens: Int32Array.from(tokens), mask: Uint8Array.from(mask) };

  function push(token: number, counts: number): void {
    tokens.push(token);
    mask.push(counts);
  }
}

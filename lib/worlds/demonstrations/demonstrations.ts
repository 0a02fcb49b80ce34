/**
 * What models are taught by: worked solutions, and discussions in which agents draw at random what they do.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";
import type { DiscussionView } from "../../discussion/mod.ts";
import type { MaskedSequence } from "../../models/mod.ts";
import { type ChatCoding, encodeChat, type Message } from "../../text/mod.ts";
import type { Question, Task } from "../../tasks/mod.ts";
import type { Demonstrator } from "./demonstrator.ts";

/** Settings of a demonstration. */
export interface DemonstrationOptions<Q extends Question = Question> {
  /** Grades answers. */
  readonly task: Pick<Task, "extract" | "isCorrect">;
  /** Writes answers. */
  readonly demonstrator: Demonstrator<Q>;
  /** Source of every choice. */
  readonly random: Random;
}

/** Settings of a simulated discussion. */
export interface SimulationOptions<Q extends Question = Question> extends DemonstrationOptions<Q> {
  /** A. */
  readonly numAgents: number;
  /** T. */
  readonly numTurns: number;
  /** Whether everybody reads its own answers alone. Default false. */
  readonly readsOthers?: boolean;
}

/**
 * A question with one worked solution.
 *
 * @param question The question.
 * @param options Writer and randomness, and the model's tokens.
 * @returns The exchange; the solution's tokens and its end count.
 */
export function solutionDemonstration<Q extends Question>(
  question: Q,
  { demonstrator, random, text }: DemonstrationOptions<Q> & { readonly text: ChatCoding },
): MaskedSequence {
  return encodeDemonstration([
    { role: "user", content: demonstrator.format.firstMessage(question) },
    { role: "assistant", content: demonstrator.solution(question, random) },
  ], { text });
}

/** A discussion as one of its agents lives it. */
export interface SimulatedDiscussion {
  /** Alternating user and assistant messages, the assistant's being the agent's own answers. */
  readonly messages: readonly Message[];
  /** What the agent saw before its answer of turn 1, 2, …; shape [T - 1]. */
  readonly views: readonly DiscussionView[];
}

/**
 * Simulates a discussion. Agent 0 draws at random what it does each turn and carries it out; verdicts are
 * simulated, one draw per distinct answer, as a verifier is a function of the text.
 *
 * @param question The question.
 * @param options Grader, writer, randomness, agents and turns.
 * @returns The discussion as agent 0 lives it.
 */
export function simulateDiscussion<Q extends Question>(
  question: Q,
  options: SimulationOptions<Q>,
): SimulatedDiscussion {
  const { task, demonstrator, random, numAgents, numTurns, readsOthers = true } = options;
  const { format } = demonstrator;
  const verdicts = new Map<string, number>();
  const scoreOf = (solution: string): number => {
    const known = verdicts.get(solution);
    if (known !== undefined) return known;
    const correct = task.isCorrect(task.extract(solution).answer, question.gold);
    const score = demonstrator.scoreOf(correct, random);
    verdicts.set(solution, score);
    return score;
  };
  const agents = Array.from({ length: numAgents }, (_, agent) => ({
    question,
    reader: { agent, numAgents },
    views: [] as DiscussionView[],
  }));
  /** Agent 0 is the one that is learnt from. */
  const answerOf = (agent: typeof agents[number], index: number) =>
    index === 0 ? demonstrator.answer(agent, random) : demonstrator.said(agent, random);
  let responses = agents.map(answerOf);
  const messages: Message[] = [
    { role: "user", content: format.firstMessage(question, agents[0]!.reader) },
    { role: "assistant", content: responses[0]! },
  ];
  for (let turn = 1; turn < numTurns; turn++) {
    const quoted = responses.map((response, agent) => {
      const text = format.solutionOf(response);
      return { text, score: scoreOf(text), agent };
    });
    responses = agents.map((agent, index) => {
      const others = readsOthers ? quoted.filter((_, other) => other !== index) : [];
      agent.views.push({ question, own: quoted[index]!, others, showScores: true });
      return answerOf(agent, index);
    });
    messages.push(
      { role: "user", content: format.discussMessage(agents[0]!.views.at(-1)!) },
      { role: "assistant", content: responses[0]! },
    );
  }
  return { messages, views: agents[0]!.views };
}

/**
 * Encodes an exchange so that every assistant message is what the model would have sampled.
 *
 * @param messages Alternating user and assistant messages.
 * @param options The model's tokens, and the first turn, from 0, whose answer counts, default 0.
 * @returns Tokens of the whole exchange; the tokens of assistant messages that count and their ends count.
 * @throws {RangeError} If the chat template writes an answer otherwise once another message follows, so that no
 * sequence is what the model reads at every turn.
 */
export function encodeDemonstration(
  messages: readonly Message[],
  { firstLearntTurn = 0, text: { tokenizer, template } }: {
    readonly firstLearntTurn?: number;
    readonly text: ChatCoding;
  },
): MaskedSequence {
  const tokens: number[] = [];
  const mask: number[] = [];
  for (const [index, { role, content }] of messages.entries()) {
    if (role !== "assistant") continue;
    const prompt = encodeChat(tokenizer, template, messages.slice(0, index), {
      addGenerationPrompt: true,
    });
    // The text up to here is a prefix of the prompt, so only its new part is appended.
    const differs = tokens.findIndex((token, i) => token !== prompt[i]);
    if (differs >= 0) {
      throw new RangeError(
        `Cannot teach a discussion in one sequence as the chat template must write answers as they were given: ` +
          `token ${differs} of the prompt of turn ${(index + 1) / 2} is another one`,
      );
    }
    for (let i = tokens.length; i < prompt.length; i++) push(prompt[i]!, 0);
    const counts = (index - 1) / 2 >= firstLearntTurn ? 1 : 0;
    for (const token of tokenizer.encode(content)) push(token, counts);
    push(tokenizer.eosTokenId, counts);
  }
  return { tokens: Int32Array.from(tokens), mask: Uint8Array.from(mask) };

  function push(token: number, counts: number): void {
    tokens.push(token);
    mask.push(counts);
  }
}

/**
 * What a pretrained model can do already.
 *
 * @module
 */
import { generate } from "../../lib/generation/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import { encodeChat, type Message } from "../../lib/text/mod.ts";
import type { ExperimentContext } from "../../lib/tracking/mod.ts";
import {
  judgeStrategies,
  PROBE_AGENTS,
  PROBE_TOKENS,
  probedDiscussions,
  type SmallWorld,
} from "../../lib/worlds/small_world/mod.ts";
import type { PretrainConfig } from "./config.ts";

/**
 * Accuracy of a first answer, and whether strategies are carried out, on validation questions.
 *
 * @param decoder The model.
 * @param world Asks and grades, in its words.
 * @param options Turns, slips and questions, the run's random stream, and a signal to stop at.
 * @returns One line.
 * @throws The signal's reason when it aborts.
 */
export async function evaluateModel(
  decoder: Decoder,
  { task, demonstrator, text: { tokenizer, template, format } }: SmallWorld,
  { corpus, evaluationQuestions, random, signal }:
    & Pick<PretrainConfig, "corpus" | "evaluationQuestions">
    & Pick<ExperimentContext, "random" | "signal">,
): Promise<string> {
  const questions = takeQuestions(task.questions("validation"), { count: evaluationQuestions });
  /** Samples one answer to each chat at temperature 1. */
  const answer = async (
    chats: readonly (readonly Message[])[],
    streams: typeof random[],
  ) => {
    const prompts = chats.map((messages) =>
      encodeChat(tokenizer, template, messages, { addGenerationPrompt: true })
    );
    const answers = await generate(decoder, prompts, {
      maxNewTokens: PROBE_TOKENS,
      temperature: 1,
      topK: 0,
      topP: 1,
      randoms: streams,
      signal,
    });
    return answers.map(({ tokens }) => tokenizer.decode(tokens));
  };
  const answers = await answer(
    questions.map((
      question,
    ) => [{ role: "user", content: format.firstMessage(question) }]),
    questions.map(({ id }) => random.split("evaluation", id)),
  );
  const right = answers.filter((response, i) =>
    task.isCorrect(task.extract(response).answer, questions[i]!.gold)
  );
  const shares = [
    `accuracy of one answer ${(right.length / questions.length).toFixed(3)}`,
  ];
  for (let turn = demonstrator.firstStatedTurn; turn < corpus.numTurns; turn++) {
    const streams = random.split("probe", turn);
    const discussions = probedDiscussions(questions, {
      task,
      demonstrator,
      numAgents: PROBE_AGENTS,
      turn,
      random: streams,
    });
    const responses = await answer(
      discussions.map(({ messages }) => messages),
      questions.map(({ id }) => streams.split("answer", id)),
    );
    const probe = judgeStrategies(discussions, responses, {
      task,
      demonstrator,
      numAgents: PROBE_AGENTS,
    });
    shares.push(
      `turn ${turn} accuracy ${probe.accuracy.toFixed(3)}, strategy carried out ${
        probe.carriedOut.toFixed(3)
      }, copies exact ${probe.copied.toFixed(3)}`,
    );
  }
  return shares.join(" | ");
}

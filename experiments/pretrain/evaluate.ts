/**
 * What a pretrained model can do already.
 *
 * @module
 */
import { generate } from "../../lib/generation/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import type { Decoder } from "../../lib/models/mod.ts";
import { encodeChat, type Message } from "../../lib/text/mod.ts";
import { type ExperimentContext, formatNumber } from "../../lib/tracking/mod.ts";
import {
  type FactRecall,
  factRecall,
  isClosedBook,
  judgeStrategies,
  PROBE_TOKENS,
  probedDiscussions,
  type SmallWorld,
  type StrategyProbe,
} from "../../lib/worlds/small_world/mod.ts";
import type { PretrainConfig } from "./config.ts";

/** What is asked, and how. */
export type EvaluateOptions =
  & Pick<
    PretrainConfig,
    "corpus" | "evaluationQuestions" | "evaluationTemperature" | "evaluationAgents"
  >
  & Pick<ExperimentContext, "random" | "signal">;

/** What a model does at one turn of discussions that others have begun. */
export interface EvaluatedTurn extends StrategyProbe {
  /** Agents of the discussions. */
  readonly numAgents: number;
  /** Turn of the answers, from 0. */
  readonly turn: number;
}

/** What a model can do, on validation questions. */
export interface ModelEvaluation {
  /** Accuracy of one answer to a whole question, in [0, 1]. */
  readonly oneAnswer: number;
  /** What these answers recall of facts that nobody tells; empty where there are none. */
  readonly facts: readonly FactRecall[];
  /** By number of agents and turn. */
  readonly turns: readonly EvaluatedTurn[];
}

/**
 * Accuracy of a first answer, and whether strategies are carried out, on validation questions.
 *
 * @param decoder The model.
 * @param world Asks and grades, in the model's words.
 * @param options Turns, agents, temperature and questions, the run's random stream, and a signal to stop at.
 * @returns Shares of right answers and of strategies carried out.
 * @throws The signal's reason when it aborts.
 */
export async function evaluateModel(
  decoder: Decoder,
  { task, demonstrator, text: { tokenizer, template, format } }: SmallWorld,
  options: EvaluateOptions,
): Promise<ModelEvaluation> {
  const { corpus, evaluationQuestions: count, evaluationAgents, random, signal } = options;
  const questions = takeQuestions(task.questions("validation"), { count });
  /** Samples one answer to each chat. */
  const answer = async (
    chats: readonly (readonly Message[])[],
    streams: typeof random[],
  ) => {
    const prompts = chats.map((messages) =>
      encodeChat(tokenizer, template, messages, { addGenerationPrompt: true })
    );
    const answers = await generate(decoder, prompts, {
      maxNewTokens: PROBE_TOKENS,
      temperature: options.evaluationTemperature,
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
  const turns: EvaluatedTurn[] = [];
  for (const numAgents of evaluationAgents) {
    for (let turn = demonstrator.firstStatedTurn; turn < corpus.numTurns; turn++) {
      const streams = random.split("probe", turn);
      const asked = { task, demonstrator, numAgents };
      const discussions = probedDiscussions(questions, { ...asked, turn, random: streams });
      const responses = await answer(
        discussions.map(({ messages }) => messages),
        questions.map(({ id }) => streams.split("answer", id)),
      );
      turns.push({ numAgents, turn, ...judgeStrategies(discussions, responses, asked) });
    }
  }
  return {
    oneAnswer: right.length / questions.length,
    facts: isClosedBook(task) ? factRecall(task, questions, answers) : [],
    turns,
  };
}

/**
 * An evaluation in a line.
 *
 * @param evaluation What was found.
 * @returns Such as `accuracy of one answer 0.950 | turn 1 accuracy 0.310, strategy carried out 0.990, …`.
 */
export function evaluationLine({ oneAnswer, turns }: ModelEvaluation): string {
  const isOne = new Set(turns.map(({ numAgents }) => numAgents)).size === 1;
  const shares = turns.map(({ numAgents, turn, accuracy, carriedOut, copied }) =>
    `${isOne ? "" : `${numAgents} agents, `}turn ${turn} accuracy ${formatNumber(accuracy, 3)}, ` +
    `strategy carried out ${formatNumber(carriedOut, 3)}` +
    (copied === null ? "" : `, copies exact ${formatNumber(copied, 3)}`)
  );
  return [`accuracy of one answer ${formatNumber(oneAnswer, 3)}`, ...shares].join(" | ");
}

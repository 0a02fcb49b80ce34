/**
 * What supervised training takes at most, before anything of it is made.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import {
  loadDecoderConfig,
  loadModelText,
  numLoraWeights,
  positionLimit,
} from "../../lib/models/mod.ts";
import { predictUpdateMemory } from "../../lib/rl/mod.ts";
import { checkNeeds, taskNotes } from "../../lib/tasks/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  ANSWER_BYTES,
  baseBytes,
  basePart,
  cacheBytes,
  checkAgents,
  checkBaseDtype,
  checkLoraRank,
  countWeights,
  decoderFlops,
  describeMemory,
  describeTime,
  longestPrompt,
  machineMemory,
} from "../../lib/training/mod.ts";
import { demonstratorOf, loadTask } from "../../lib/worlds/mod.ts";
import type { SupervisedConfig } from "./config.ts";

/**
 * Checks sizes against the model and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {ConfigError} If the task has too few questions or its format too few names for agents, discussions do not
 * fit into the model's positions, or the run does not fit into the machine.
 * @throws {CheckpointError} If the base model cannot be read.
 */
export async function planSupervised(
  config: SupervisedConfig,
  { seed, resumed, device }: PlanOptions,
): Promise<string[]> {
  const { sampling, discussion, evaluation, imitation } = config;
  const { maxNewTokens } = sampling;
  const model = await loadDecoderConfig(config.base);
  checkBaseDtype(config.baseDtype, device);
  const weightBytes = await baseBytes({
    base: config.base,
    config: model,
    dtype: config.baseDtype,
  });
  checkLoraRank(model, imitation.loraR, "imitation.loraR");
  const trained = await loadTask(config.task, seed);
  const asked = evaluation.task ? await loadTask(evaluation.task, seed) : trained;
  const isShown = imitation.what === "demonstrations";
  if (isShown) demonstratorOf(config.task); // or nobody writes any
  checkNeeds(trained.task, [{
    split: isShown ? "pretrain" : "train",
    setting: "imitation.questions",
    value: imitation.questions,
  }]);
  checkNeeds(asked.task, [
    { split: evaluation.split, setting: "evaluation.numQuestions", value: evaluation.numQuestions },
  ]);
  const text = await loadModelText(config.base);
  const rounds = [{
    ...trained,
    split: "train",
    purpose: "discussion",
    numAgents: discussion.numAgents,
    numTurns: discussion.numTurns,
    numQuestions: imitation.questions * discussion.numSamples,
  }, {
    ...asked,
    split: evaluation.split,
    purpose: "evaluation",
    numAgents: evaluation.numAgents ?? discussion.numAgents,
    numTurns: evaluation.numTurns ?? discussion.numTurns,
    numQuestions: evaluation.numQuestions,
  }].map(({ task, format, split, ...round }) => {
    const { numAgents, numTurns } = round;
    checkAgents({ format, numAgents, setting: `${round.purpose}.numAgents` });
    const prompt = longestPrompt({
      task,
      splits: [split],
      text: { ...text, format },
      numTurns,
      answerLengths: new Array(numAgents).fill(maxNewTokens),
      showScores: discussion.showScores,
    });
    return { ...round, length: prompt + maxNewTokens };
  });
  const limit = positionLimit(model);
  for (const { length, purpose, numTurns } of rounds) {
    if (length <= limit.positions || resumed) continue;
    throw new ConfigError(
      `Cannot run this as ${numTurns} turns (${purpose}.numTurns) take up to ${length} tokens, and the base model ` +
        `reads ${limit.text}`,
      { thing: `${purpose}.numTurns`, remedy: `Lower ${purpose}.numTurns or ${purpose}.numAgents` },
    );
  }
  const length = Math.max(...rounds.map((round) => round.length));
  const answersOf = ({ numQuestions, numAgents, numTurns }: (typeof rounds)[number]) =>
    numQuestions * numAgents * numTurns;
  const numSampled = isShown ? 0 : answersOf(rounds[0]!), numEvaluated = 2 * answersOf(rounds[1]!);
  const most = Math.max(numSampled, numEvaluated / 2);
  const numRows = Math.max(
    1,
    Math.min(imitation.batchSize, Math.floor(imitation.maxBatchTokens / length)),
  );
  const step = predictUpdateMemory(model, [{
    batches: [{ numRows, length, numStates: maxNewTokens, numCounted: numRows * maxNewTokens }],
    options: {
      loraR: imitation.loraR,
      trains: "adapter",
      readout: "tokens",
      gradientCheckpointing: false,
    },
  }], { heldBytes: 0 });
  const cache = cacheBytes(model, Math.min(sampling.maxRows, most) * length);
  const flops = (count: number, passes: number) =>
    decoderFlops(countWeights(model), count * length, passes);
  // Every token is trained on behind the prompt that it answers, however short the answer is.
  const numTrained = Math.ceil(imitation.trainedTokens / Math.max(1, maxNewTokens / 2));
  return [
    `plan: ${
      isShown ? `${imitation.questions} demonstrations` : `${numSampled} answers to choose from`
    }, ${imitation.trainedTokens} tokens trained on, ` +
    `2 evaluations of ${numEvaluated / 2} answers; prompts of at most ${
      length - maxNewTokens
    } of ` +
    `${limit.positions} tokens`,
    describeMemory([
      basePart(weightBytes),
      {
        name: "adapter and optimiser",
        bytes: 12 * numLoraWeights(model, imitation.loraR),
        setting: "imitation.loraR",
      },
      {
        name: "answers",
        bytes: most * (4 * length + 16 * maxNewTokens + ANSWER_BYTES),
        setting: "imitation.questions",
      },
      step > cache
        ? { name: "an optimiser step", bytes: step, setting: "imitation.maxBatchTokens" }
        : { name: "keys and values", bytes: cache, setting: "sampling.maxRows" },
    ], resumed || device === "webgpu" ? null : machineMemory()),
    describeTime([
      ...(isShown ? [] : [{
        name: "answers to choose from",
        flops: flops(numSampled, 2),
        setting: "imitation.questions",
      }]),
      {
        name: "training",
        flops: flops(numTrained, 3),
        setting: "imitation.trainedTokens",
      },
      {
        name: "evaluations",
        flops: flops(numEvaluated, 2),
        setting: "evaluation.numQuestions",
      },
    ], { device, resumed }),
    ...taskNotes([trained.task, asked.task]),
  ];
}

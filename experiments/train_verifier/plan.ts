/**
 * What training a verifier takes at most, before anything of it is made.
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
import { loadTask } from "../../lib/worlds/mod.ts";
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
import type { TrainVerifierConfig } from "./config.ts";

/**
 * Checks sizes against the model and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {ConfigError} If the task has too few questions or its format too few names for agents, answers do not fit
 * into the model's positions, or the run does not fit into the machine.
 * @throws {CheckpointError} If the base model cannot be read.
 */
export async function planVerifier(
  config: TrainVerifierConfig,
  { seed, resumed, device }: PlanOptions,
): Promise<string[]> {
  const { sampling, lora, discussion, questions, heldOutQuestions } = config;
  const perQuestion = config.samplesPerQuestion * discussion.numAgents * discussion.numTurns;
  const model = await loadDecoderConfig(config.base);
  checkBaseDtype(config.baseDtype, device);
  const weightBytes = await baseBytes({
    base: config.base,
    config: model,
    dtype: config.baseDtype,
  });
  checkLoraRank(model, lora.r, "lora.r");
  const { task, format } = await loadTask(config.task, seed);
  checkNeeds(task, [
    { split: "verifier", setting: "questions", value: questions },
    { split: "validation", setting: "heldOutQuestions", value: heldOutQuestions },
  ]);
  checkAgents({ format, numAgents: discussion.numAgents, setting: "discussion.numAgents" });
  const prompt = longestPrompt({
    task,
    splits: ["verifier", "validation"],
    text: { ...await loadModelText(config.base), format },
    numTurns: discussion.numTurns,
    answerLengths: new Array(discussion.numAgents).fill(sampling.maxNewTokens),
    showScores: true,
  });
  const length = prompt + sampling.maxNewTokens;
  const { positions, text } = positionLimit(model);
  if (length > positions && !resumed) {
    throw new ConfigError(
      `Cannot run this as prompts of up to ${prompt} tokens with answers of ` +
        `sampling.maxNewTokens=${sampling.maxNewTokens} must fit into the positions of the base model, ` +
        `${text}`,
      {
        thing: "sampling.maxNewTokens",
        remedy: prompt < positions
          ? `Set sampling.maxNewTokens to ${positions - prompt} or less`
          : "Take a base model that reads more tokens",
      },
    );
  }
  const numAnswers = (questions + heldOutQuestions) * perQuestion;
  const numRows = Math.max(
    1,
    Math.min(config.batchSize, Math.floor(config.maxBatchTokens / length)),
  );
  const sizes = { numRows, length, numStates: length, numCounted: numRows * length };
  const step = predictUpdateMemory(model, [{
    batches: [sizes],
    options: {
      loraR: lora.r > 0 ? lora.r : null,
      trains: "adapter",
      readout: "value",
      gradientCheckpointing: false,
    },
  }], { heldBytes: 0 });
  const flops = (count: number, passes: number) =>
    decoderFlops(countWeights(model), count * length, passes);
  const cache = cacheBytes(model, Math.min(sampling.maxRows, numAnswers) * length);
  return [
    `plan: ${questions * perQuestion} answers to train on, ` +
    `${heldOutQuestions * perQuestion} held out, of at most ${length} tokens with their question`,
    describeMemory([
      basePart(weightBytes),
      {
        name: "adapter and optimiser",
        bytes: 12 * numLoraWeights(model, lora.r),
        setting: "lora.r",
      },
      {
        name: "answers",
        bytes: numAnswers * (4 * length + ANSWER_BYTES),
        setting: "questions",
      },
      step > cache
        ? { name: "an optimiser step", bytes: step, setting: "maxBatchTokens" }
        : { name: "keys and values", bytes: cache, setting: "sampling.maxRows" },
    ], resumed || device === "webgpu" ? null : machineMemory()),
    describeTime([
      { name: "answers", flops: flops(numAnswers, 2), setting: "questions" },
      {
        name: "training",
        flops: flops(questions * perQuestion * config.epochs, 3),
        setting: "epochs",
      },
    ], { device, resumed }),
    ...taskNotes([task]),
  ];
}

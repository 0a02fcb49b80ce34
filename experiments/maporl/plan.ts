/**
 * What a run of the quickstart takes at most, before anything of it is made.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import type { TextFormat } from "../../lib/discussion/mod.ts";
import {
  type BatchSizes,
  type DecoderConfig,
  loadDecoderConfig,
  loadModelText,
} from "../../lib/models/mod.ts";
import { hasCritic, predictUpdateMemory } from "../../lib/rl/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import type { Task } from "../../lib/tasks/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  cacheBytes,
  checkLoraRank,
  checkQuestions,
  countWeights,
  decoderFlops,
  describeMemory,
  describeTime,
  longestPrompt,
  machineMemory,
  type MemoryPart,
  numPolicyWeights,
  SMALLER_BASE,
  type WorkPart,
} from "../../lib/training/mod.ts";
import type { MaporlConfig } from "./config.ts";

const MIB = 2 ** 20;
/** Most bytes of weights that are copied with an adapter added, see `generate()`. */
const MOST_MERGED_BYTES = 2 ** 28;
/** Bytes of an answer's transcript besides its tokens: texts and numbers. */
const TRANSCRIPT_BYTES = 2000;

/** Who discusses: in training, and in the evaluation. */
interface Discussing {
  readonly purpose: "discussion" | "evaluation";
  readonly task: Task;
  readonly text: TextFormat;
  readonly splits: readonly string[];
  readonly numQuestions: number;
  readonly numAgents: number;
  readonly numTurns: number;
}

/**
 * Checks sizes against the model and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {ConfigError} If the task has too few questions, discussions do not fit into the model's positions (said only, where a run goes
 * on), or the run does not fit into the machine.
 * @throws {CheckpointError} If the base model cannot be read.
 */
export async function planMaporl(
  config: MaporlConfig,
  { seed, resumed, device }: PlanOptions,
): Promise<string[]> {
  const { algorithm, evaluation, discussion, sampling } = config;
  const trained = await loadTask(config.task, seed);
  const asked = evaluation.task ? await loadTask(evaluation.task, seed) : trained;
  checkQuestions(config, { trained: trained.task, evaluated: asked.task });
  const [model, text] = [await loadDecoderConfig(config.base), await loadModelText(config.base)];
  checkLoraRank(model, algorithm.loraR, "algorithm.loraR");
  const training: Discussing = {
    purpose: "discussion",
    task: trained.task,
    text: { ...text, format: trained.format },
    splits: ["train"],
    numQuestions: algorithm.updates > 0 ? algorithm.questionsPerUpdate * discussion.numSamples : 0,
    numAgents: discussion.numAgents,
    numTurns: discussion.numTurns,
  };
  const evaluated: Discussing = {
    purpose: "evaluation",
    task: asked.task,
    text: { ...text, format: asked.format },
    splits: evaluation.every > 0 ? ["test", "validation"] : ["test"],
    numQuestions: evaluation.numQuestions,
    numAgents: evaluation.numAgents ?? discussion.numAgents,
    numTurns: evaluation.numTurns ?? discussion.numTurns,
  };
  const held = training.numQuestions > 0 ? [training, evaluated] : [evaluated];
  const tooLong = held.map((who) => describeTooLong(config, who, model)).find((line) => line);
  if (tooLong && !resumed) {
    throw new ConfigError(`Cannot run this as ${tooLong.message}`, tooLong);
  }
  const longest = Math.max(...held.map((who) => promptOf(config, who)));
  const prompt = Math.min(longest, model.maxPositionEmbeddings - sampling.maxNewTokens);
  return [
    describeWork(config, { training, evaluated }),
    `plan: prompts of at most ${longest} of ${model.maxPositionEmbeddings} tokens, answers of ` +
    `${sampling.maxNewTokens}; ${countWeights(model)} weights, ${
      numPolicyWeights(config, model)
    } trained`,
    describeMemory(
      memoryParts(config, held, { model, prompt, isNew: !resumed }),
      resumed || device === "webgpu" ? null : machineMemory(),
    ),
    describeTime(workParts(config, { training, evaluated }, { model, prompt }), {
      device,
      resumed,
    }),
    ...(tooLong ? [`Answers that no longer fit will be empty: ${tooLong.message}`] : []),
  ];
}

/** Scorers read every answer once; an update computes log-probabilities and values, then trains on both. */
function workParts(
  config: MaporlConfig,
  { training, evaluated }: Readonly<Record<"training" | "evaluated", Discussing>>,
  { model, prompt }: { readonly model: DecoderConfig; readonly prompt: number },
): WorkPart[] {
  const { algorithm, sampling, verifier } = config;
  const flops = (numAnswers: number, passes: number) =>
    decoderFlops(countWeights(model), numAnswers * (prompt + sampling.maxNewTokens), passes);
  const asked = verifier.kind === "trained" ? 2 : 1;
  const trained = algorithm.updates * answersOf(training);
  const passesOfCritic = hasCritic(algorithm.credit, algorithm.vfCoef)
    ? 1 + 3 * (algorithm.numCriticEpochs ?? algorithm.numPpoEpochs)
    : 0;
  return [
    { name: "discussions", flops: flops(trained, asked), setting: "algorithm.updates" },
    {
      name: "updates",
      flops: flops(trained, 2 + 3 * algorithm.numPpoEpochs + passesOfCritic),
      setting: "algorithm.updates",
    },
    {
      name: "evaluations",
      flops: flops(numEvaluations(config) * answersOf(evaluated), asked),
      setting: "evaluation.numQuestions",
    },
  ];
}

function numEvaluations({ algorithm, evaluation }: MaporlConfig): number {
  const { updates } = algorithm;
  return 2 + (evaluation.every > 0 ? Math.floor(Math.max(0, updates - 1) / evaluation.every) : 0);
}

/** The work in answers, which are the rows of the frames as well. */
function describeWork(
  config: MaporlConfig,
  { training, evaluated }: Readonly<Record<"training" | "evaluated", Discussing>>,
): string {
  const { algorithm, sampling } = config;
  const { updates, numPpoEpochs, numMiniBatches, questionsPerUpdate } = algorithm;
  const answers = answersOf(training);
  const steps = numPpoEpochs * Math.min(numMiniBatches, questionsPerUpdate);
  const work = updates === 0
    ? "no update"
    : `${updates} updates of ${answers} answers, ${updates * answers} in all; at most ` +
      `${answers * sampling.maxNewTokens} tokens and ${steps} optimiser steps of a group in each`;
  return `plan: ${work}; ${numEvaluations(config)} evaluations of ${answersOf(evaluated)} answers`;
}

const answersOf = ({ numQuestions, numAgents, numTurns }: Discussing) =>
  numQuestions * numAgents * numTurns;

function promptOf({ sampling, discussion }: MaporlConfig, who: Discussing): number {
  return longestPrompt({
    ...who,
    answerLength: sampling.maxNewTokens,
    showScores: discussion.showScores,
  });
}

/** What to say where the longest discussion is longer than the model reads. */
function describeTooLong(
  config: MaporlConfig,
  who: Discussing,
  { maxPositionEmbeddings }: DecoderConfig,
): { message: string; thing: string; remedy: string } | undefined {
  const { maxNewTokens } = config.sampling;
  const needed = (numTurns: number) => promptOf(config, { ...who, numTurns }) + maxNewTokens;
  if (needed(who.numTurns) <= maxPositionEmbeddings) return undefined;
  const excess = needed(who.numTurns) - maxPositionEmbeddings;
  const thing = `${who.purpose}.numTurns`;
  const [one, two] = [needed(1), needed(2)];
  const turns = 1 + Math.floor((maxPositionEmbeddings - one) / (two - one)); // each adds as much
  // Every answer before the last turn stands in the prompt, and the last behind it.
  const tokens = maxNewTokens - Math.ceil(excess / ((who.numTurns - 1) * who.numAgents + 1));
  return {
    thing,
    message: `${who.numTurns} turns of ${who.numAgents} agents (${thing}) with ` +
      `sampling.maxNewTokens=${maxNewTokens} take up to ${
        needed(who.numTurns)
      } tokens, and the base ` +
      `model reads ${maxPositionEmbeddings}`,
    remedy: turns > 1
      ? `Set ${thing} to ${turns} or less`
      : tokens > 0
      ? `Set sampling.maxNewTokens to ${tokens} or less`
      : "Take a base model that reads more tokens",
  };
}

function memoryParts(
  config: MaporlConfig,
  held: readonly Discussing[],
  { model, prompt, isNew }: {
    readonly model: DecoderConfig;
    readonly prompt: number;
    readonly isNew: boolean;
  },
): MemoryPart[] {
  const { algorithm, sampling, evaluation } = config;
  const length = prompt + sampling.maxNewTokens;
  const weightBytes = 4 * countWeights(model);
  const seats = (who: Discussing) => who.numQuestions * who.numAgents;
  const rows = Math.min(sampling.maxRows, Math.max(...held.map(seats)));
  const most = Math.max(...held.map(answersOf));
  const kept = Math.min(sampling.prefixMegabytes * MIB, cacheBytes(model, most * length));
  const trained = 4 * 3 * numPolicyWeights(config, model); // and two moments of each
  const merged = trained > 0 && weightBytes <= MOST_MERGED_BYTES ? weightBytes : 0;
  const cache: MemoryPart = {
    name: "keys and values",
    bytes: cacheBytes(model, rows * length) + kept + merged,
    setting: kept > cacheBytes(model, rows * length)
      ? "sampling.prefixMegabytes"
      : "sampling.maxRows",
  };
  const parts = [
    { name: "weights", bytes: weightBytes, setting: "base", remedy: SMALLER_BASE },
    { name: "adapters and optimiser", bytes: trained, setting: "algorithm.loraR" },
    {
      name: "transcripts",
      bytes: most * (4 * prompt + 16 * sampling.maxNewTokens + TRANSCRIPT_BYTES),
      setting: evaluation.numQuestions > algorithm.questionsPerUpdate
        ? "evaluation.numQuestions"
        : "algorithm.questionsPerUpdate",
    },
    {
      name: "resamples",
      bytes: 4 * evaluation.resamples * evaluation.numQuestions,
      setting: "evaluation.resamples",
    },
  ];
  const before = weightBytes + trained;
  const step = trained > 0
    ? updateBytes(config, model, { length, heldBytes: before, isNew }) - before
    : 0;
  // Discussions and optimiser steps take turns.
  const larger = step > cache.bytes
    ? { name: "an optimiser step", bytes: step, setting: "algorithm.maxBatchTokens" }
    : cache;
  return [...parts, larger];
}

/** The peak of the longest micro-batch; with a budget it is cut until a row at a time is left. */
function updateBytes(
  { algorithm, sampling, discussion }: MaporlConfig,
  model: DecoderConfig,
  { length, heldBytes, isNew }: {
    readonly length: number;
    readonly heldBytes: number;
    readonly isNew: boolean;
  },
): number {
  const { maxBatchTokens, memoryBudget, loraR, gradientCheckpointing } = algorithm;
  const answers = algorithm.questionsPerUpdate * discussion.numSamples * discussion.numAgents *
    discussion.numTurns;
  const counted = sampling.maxNewTokens;
  const peakOf = (numRows: number) => {
    const sizes: BatchSizes = {
      numRows,
      length,
      numStates: counted,
      numCounted: numRows * counted,
    };
    const options = { loraR, trains: "adapter" as const, gradientCheckpointing };
    return predictUpdateMemory(
      model,
      [
        { batches: [sizes], options: { ...options, readout: "tokens" as const } },
        { batches: [sizes], options: { ...options, readout: "value" as const } },
      ].slice(0, hasCritic(algorithm.credit, algorithm.vfCoef) ? 2 : 1),
      { heldBytes },
    );
  };
  if (memoryBudget === null) {
    return peakOf(Math.max(1, Math.min(answers, Math.floor(maxBatchTokens / length))));
  }
  const least = Math.ceil(peakOf(1) / MIB);
  if (least <= memoryBudget || !isNew) return memoryBudget * MIB;
  throw new ConfigError(
    `Cannot update within algorithm.memoryBudget=${memoryBudget} MiB as a row of ${length} tokens, the ` +
      `longest there can be, takes more: ${least} MiB`,
    { thing: "algorithm.memoryBudget", remedy: `Set it to ${least} or more` },
  );
}

/**
 * What pretraining takes at most, before anything of it is made.
 *
 * @module
 */
import { ConfigError, named, Random } from "../../lib/core/mod.ts";
import { makeSmallWorld, PROBE_TOKENS, type SmallWorld } from "../../lib/worlds/small_world/mod.ts";
import {
  createDecoderConfig,
  type DecoderConfig,
  loadDecoderConfig,
  loadModelText,
} from "../../lib/models/mod.ts";
import { predictUpdateMemory } from "../../lib/rl/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  checkAgents,
  countWeights,
  decoderFlops,
  describeMemory,
  describeTime,
  longestPrompt,
  machineMemory,
} from "../../lib/training/mod.ts";
import type { PretrainConfig } from "./config.ts";

/** Solutions that are read to find the longest; those of a task are as long as each other, nearly. */
const READ_SOLUTIONS = 256;
/** Words before the solution of a later turn, `best : agent2 . `, and the end behind it. */
const AROUND_SOLUTION = 5;

/**
 * The decoder that is pretrained.
 *
 * @param config The run's settings.
 * @param text Words that it reads.
 * @returns Its sizes and constants.
 */
export function decoderConfigOf(
  { model }: PretrainConfig,
  { tokenizer }: SmallWorld["text"],
): DecoderConfig {
  return createDecoderConfig({
    ...model,
    headDim: model.hiddenSize / model.numAttentionHeads,
    vocabSize: tokenizer.vocabSize,
    rmsNormEps: 1e-5,
    ropeTheta: 10_000,
    tieWordEmbeddings: true,
    eosTokenId: tokenizer.eosTokenId,
    padTokenId: tokenizer.padTokenId,
  });
}

/**
 * Checks sizes against each other and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {CheckpointError} If there is no model to measure.
 * @throws {ConfigError} If the task's format has too few names for agents, the corpus does not fit into the model's
 * positions, or the run does not fit into the machine.
 */
export async function planPretraining(
  config: PretrainConfig,
  options: PlanOptions,
): Promise<string[]> {
  const { tokenizer, corpus: { slipRate }, measure } = config;
  const world = makeSmallWorld(config.task, { runSeed: options.seed, slipRate, tokenizer });
  checkNames(config, world.text);
  if (measure === null) {
    return planTraining(config, { ...options, longest: longestSequence(config, world), world });
  }
  const { maxPositionEmbeddings } = await loadDecoderConfig(measure);
  const text = { ...world.text, ...await loadModelText(measure) };
  const longest = longestSequence(config, { ...world, text });
  if (longest > maxPositionEmbeddings) {
    throw new ConfigError(
      `Cannot measure ${named(measure)} as discussions of corpus.numTurns=` +
        `${config.corpus.numTurns} turns take up to ${longest} tokens: it reads ${maxPositionEmbeddings}`,
      { thing: "corpus.numTurns", remedy: "Lower corpus.numTurns, or evaluationAgents" },
    );
  }
  const { evaluationAgents, evaluationQuestions: count } = config;
  return [
    `plan: ${count} validation questions, alone` +
    (evaluationAgents.length === 0
      ? ""
      : ` and in discussions of ${evaluationAgents.join(", ")} agents`) +
    `, answered by ${named(measure)}`,
  ];
}

function planTraining(
  config: PretrainConfig,
  { resumed, device, longest, world }: PlanOptions & {
    readonly longest: number;
    readonly world: SmallWorld;
  },
): string[] {
  const { corpus, legs, model } = config;
  if (longest > model.maxPositionEmbeddings && !resumed) {
    throw new ConfigError(
      `Cannot pretrain with model.maxPositionEmbeddings=${model.maxPositionEmbeddings} as discussions ` +
        `of corpus.numTurns=${corpus.numTurns} turns take up to ${longest} tokens`,
      {
        thing: "model.maxPositionEmbeddings",
        remedy: `Set model.maxPositionEmbeddings to ${longest} or more`,
      },
    );
  }
  const decoder = decoderConfigOf(config, world.text);
  const weights = countWeights(decoder);
  const numRows = Math.max(
    1,
    Math.min(corpus.batchSize, Math.floor(config.maxBatchTokens / longest)),
  );
  const sizes = {
    numRows,
    length: longest,
    numStates: longest,
    numCounted: numRows * longest,
  };
  const step = predictUpdateMemory(decoder, [{
    batches: corpus.batchSize > numRows ? [sizes, sizes] : [sizes],
    options: {
      loraR: null,
      trains: "weights",
      readout: "tokens",
      gradientCheckpointing: config.gradientCheckpointing,
    },
  }], { heldBytes: 0 });
  return [
    `plan: ${weights} weights, ${
      legs.at(-1)! * corpus.batchSize
    } sequences of at most ${longest} tokens`,
    describeMemory([
      // Muon keeps one number per weight, AdamW two.
      { name: "weights and optimiser", bytes: 4 * weights * 3, setting: "model.hiddenSize" },
      { name: "an optimiser step", bytes: step, setting: "maxBatchTokens" },
    ], resumed || device === "webgpu" ? null : machineMemory()),
    describeTime([{
      name: "training",
      flops: decoderFlops(weights, legs.at(-1)! * corpus.batchSize * longest, 3),
      setting: "legs",
    }], { device, resumed }),
  ];
}

/** Refuses discussions of more agents than the task's format can tell apart. */
function checkNames(
  { corpus, evaluationAgents, measure }: PretrainConfig,
  { format }: SmallWorld["text"],
): void {
  if (measure === null) {
    const setting = "corpus.agentChances";
    const remedy = (most: number) => `Leave out chances of more than ${most} agents`;
    checkAgents({ format, numAgents: mostAgents(corpus), setting, remedy });
  }
  if (evaluationAgents.length === 0) return;
  const numAgents = Math.max(...evaluationAgents);
  checkAgents({ format, numAgents, setting: "evaluationAgents" });
}

/** The chances are those of 2, 3, 4 … agents. */
function mostAgents({ agentChances }: PretrainConfig["corpus"]): number {
  return 2 + agentChances.findLastIndex((chance) => chance > 0);
}

/** Of the corpus, and of the discussions by which strategies are probed. */
function longestSequence(
  { corpus, evaluationAgents, measure }: PretrainConfig,
  { task, text, demonstrator }: SmallWorld,
): number {
  const random = Random.fromSeed(0);
  const reader = { agent: 0, numAgents: 2 }; // the fewer agents, the more there is to tell
  const lengths = Array.from({ length: READ_SOLUTIONS }, (_, i) => {
    const question = task.questions("pretrain").at(i);
    const answers = [
      question.solution,
      demonstrator.solution(question, random),
      demonstrator.answer({ question, reader, views: [] }, random),
    ];
    return Math.max(...answers.map((answer) => text.tokenizer.encode(answer).length));
  });
  const answerLength = Math.max(...lengths) + AROUND_SOLUTION;
  const promptOf = (numAgents: number) =>
    longestPrompt({
      task,
      splits: ["pretrain", "validation"],
      text,
      numTurns: corpus.numTurns,
      answerLengths: new Array(numAgents).fill(answerLength),
      showScores: true,
    });
  // Who answers alone reads no more than somebody in a discussion of one turn.
  const evaluated = promptOf(Math.max(2, ...evaluationAgents)) + PROBE_TOKENS;
  return measure === null
    ? Math.max(promptOf(mostAgents(corpus)) + answerLength, evaluated)
    : evaluated;
}

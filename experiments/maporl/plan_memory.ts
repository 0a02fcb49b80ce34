/**
 * What a run has in memory at most.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import { type BatchSizes, numLoraWeights } from "../../lib/models/mod.ts";
import { hasCritic, predictUpdateMemory, turnGroup } from "../../lib/rl/mod.ts";
import {
  answersOf,
  type AskedModel,
  basePart,
  cacheBytes,
  countWeights,
  type Discussing,
  type MemoryPart,
  numPolicyWeights,
  type SeatChoice,
} from "../../lib/training/mod.ts";
import type { MaporlConfig } from "./config.ts";
import { ALONE_SETTING } from "./plan_baselines.ts";

const MIB = 2 ** 20;
/** Most bytes of weights that are copied with an adapter added, see `generate()`. */
const MOST_MERGED_BYTES = 2 ** 28;
/** Bytes of an answer's transcript besides its tokens: texts and numbers. */
const TRANSCRIPT_BYTES = 2000;

/** Discussions and models of a run. */
interface Planned {
  readonly training: Discussing;
  readonly held: readonly Discussing[];
  readonly models: readonly AskedModel[];
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/**
 * What is in memory together at the fullest moment.
 *
 * @param config The run's settings.
 * @param planned Discussions and models.
 * @param options Whether the run is a new one, so that a budget that is too small is refused.
 * @returns Its parts.
 * @throws {ConfigError} If the budget of memory is too small for one row at a time.
 */
export function memoryParts(
  config: MaporlConfig,
  planned: Planned,
  { isNew }: { readonly isNew: boolean },
): MemoryPart[] {
  const { sampling, evaluation } = config;
  const { training, held, models } = planned;
  const modelOf = (base: string) => models.find((model) => model.base === base)!;
  const numTrained = numPolicyWeights(config, training.seats, (base) => modelOf(base).config);
  const weightBytes = sum(models.map((model) => model.weightBytes));
  // Two moments of each that is trained; what seats begin with lies there as it was read, too.
  const trained = 4 * (3 * numTrained + 2 * numInitialWeights(config, planned));
  const cache = cachePart(config, planned);
  const mostOf = (model: AskedModel) =>
    Math.max(...held.map((who) => answersOf(who, ({ base }) => base === model.base)));
  const parts = [
    basePart(weightBytes),
    { name: "adapters and optimiser", bytes: trained, setting: "algorithm.loraR" },
    {
      name: "transcripts",
      bytes: sum(
        models.map((model) =>
          mostOf(model) * (4 * model.prompt + 16 * sampling.maxNewTokens + TRANSCRIPT_BYTES)
        ),
      ),
      setting: transcriptSetting(config, held),
    },
    {
      name: "resamples",
      bytes: 4 * evaluation.resamples * evaluation.numQuestions,
      setting: "evaluation.resamples",
    },
  ];
  const before = weightBytes + trained;
  const steps = models.map((model) => {
    const numAgents = training.seats
      .filter(({ base, frozen }) => base === model.base && !frozen).length;
    if (numTrained === 0 || numAgents === 0) return 0;
    return updateBytes(config, model, { numAgents, heldBytes: before, isNew }) - before;
  });
  const step = Math.max(...steps);
  // Discussions and optimiser steps take turns.
  const larger = step > cache.bytes
    ? { name: "an optimiser step", bytes: step, setting: "algorithm.maxBatchTokens" }
    : cache;
  return [...parts, larger];
}

/** What decides how many transcripts there are at once. */
function transcriptSetting({ algorithm, evaluation }: MaporlConfig, held: Planned["held"]): string {
  const most = Math.max(...held.map((who) => answersOf(who)));
  const largest = held.find((who) => answersOf(who) === most)!;
  if (largest.setting === ALONE_SETTING) return ALONE_SETTING;
  return evaluation.numQuestions > algorithm.questionsPerUpdate
    ? "evaluation.numQuestions"
    : "algorithm.questionsPerUpdate";
}

/**
 * Keys and values, and copies of weights with an adapter added. Seats with one model and temperature are
 * one agent, which is asked in batches; all agents are asked at the same time.
 */
function cachePart(config: MaporlConfig, { training, held, models }: Planned): MemoryPart {
  const { sampling, algorithm } = config;
  const lengthOf = ({ prompt }: AskedModel) => prompt + sampling.maxNewTokens;
  const agents = models.flatMap((model) => {
    const own = held.flatMap(({ seats }) => seats.filter(({ base }) => base === model.base));
    return [...new Set(own.map(({ temperature }) => temperature))].map((temperature) => {
      const isOfAgent = (seat: SeatChoice) =>
        seat.base === model.base && seat.temperature === temperature;
      const asked = Math.max(
        ...held.map(({ numQuestions, seats }) => numQuestions * seats.filter(isOfAgent).length),
      );
      const isTrained = algorithm.updates > 0 && algorithm.trainGroups.length > 0;
      const hasAdapter = training.seats.some((seat) =>
        isOfAgent(seat) && (seat.initFrom !== null || isTrained && !seat.frozen)
      );
      const rows = Math.min(sampling.maxRows, asked);
      const weightBytes = 4 * countWeights(model.config);
      return {
        bytes: cacheBytes(model.config, rows * lengthOf(model)),
        merged: hasAdapter && weightBytes <= MOST_MERGED_BYTES ? weightBytes : 0,
      };
    });
  });
  const kept = sum(models.map((model) => {
    const most = Math.max(
      ...held.map((who) => answersOf(who, ({ base }) => base === model.base)),
    );
    const share = sampling.prefixMegabytes * MIB / models.length; // as makeSeats() divides it
    return Math.min(share, cacheBytes(model.config, most * lengthOf(model)));
  }));
  const open = sum(agents.map(({ bytes }) => bytes));
  return {
    name: "keys and values",
    bytes: open + kept + sum(agents.map(({ merged }) => merged)),
    setting: kept > open ? "sampling.prefixMegabytes" : "sampling.maxRows",
  };
}

/** The peak of the longest micro-batch; with a budget it is cut until a row at a time is left. */
function updateBytes(
  { algorithm, sampling, discussion }: MaporlConfig,
  model: AskedModel,
  { numAgents, heldBytes, isNew }: {
    readonly numAgents: number;
    readonly heldBytes: number;
    readonly isNew: boolean;
  },
): number {
  const { maxBatchTokens, memoryBudget, loraR, gradientCheckpointing } = algorithm;
  const answers = algorithm.questionsPerUpdate * discussion.numSamples * numAgents *
    discussion.numTurns;
  const counted = sampling.maxNewTokens;
  const length = model.prompt + counted;
  const peakOf = (numRows: number) => {
    const sizes: BatchSizes = {
      numRows,
      length,
      numStates: counted,
      numCounted: numRows * counted,
    };
    const options = { loraR, trains: "adapter" as const, gradientCheckpointing };
    return predictUpdateMemory(
      model.config,
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

/** Weights of policies that seats begin with, at most. */
function numInitialWeights(
  { algorithm: { turnGroups, loraR } }: MaporlConfig,
  { training, held, models }: Planned,
): number {
  const numTurns = Math.max(...held.map((who) => who.numTurns));
  const groups = Array.from({ length: numTurns }, (_, turn) => turnGroup(turn, turnGroups));
  const begun = training.seats.filter(({ initFrom }) => initFrom !== null);
  return sum(begun.map((seat) => {
    const { config } = models.find(({ base }) => base === seat.base)!;
    return new Set(groups).size * numLoraWeights(config, loraR);
  }));
}

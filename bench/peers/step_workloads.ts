/**
 * Training steps with all weights: one batch of random tokens, cross-entropy, AdamW.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import { Decoder } from "../../lib/models/mod.ts";
import { AdamW } from "../../lib/optim/mod.ts";
import { supervisedStep } from "../../lib/training/mod.ts";
import { DECODERS, huggingFaceSizes, randomTokens } from "../support/decoders.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

/** Neither side clips: a norm that no gradient of these models reaches. */
const NO_CLIPPING = 1e9;
const WARMUPS = 2;

interface StepSizes {
  readonly decoder: keyof typeof DECODERS;
  readonly numRows: number;
  readonly numTokens: number;
}

async function prepare(
  { decoder: name, numRows, numTokens }: StepSizes,
  { dtype, modes }: WorkloadOptions,
): Promise<OwnSide> {
  const random = Random.fromSeed(0);
  const config = DECODERS[name];
  const decoder = Decoder.initialize(config, random.split("weights"));
  const optimizer = new AdamW(decoder.weights, {
    betas: [0.9, 0.95],
    eps: 1e-8,
    weightDecay: 0.1,
  });
  const ids = randomTokens(numRows * numTokens, {
    vocabSize: config.vocabSize,
    random: random.split("tokens"),
  });
  const mask = new Uint8Array(numTokens).fill(1, 1);
  const rows = Array.from({ length: numRows }, (_, row) => ({
    tokens: ids.slice(row * numTokens, (row + 1) * numTokens),
    mask,
  }));
  const run = () =>
    seconds(() =>
      supervisedStep(decoder, rows, {
        params: decoder.weights,
        optimizer,
        learningRate: 1e-4,
        maxGradNorm: NO_CLIPPING,
        maxBatchTokens: numRows * numTokens,
      })
    );
  for (let i = 0; i < WARMUPS; i++) await run();
  return {
    run,
    variants: modes.map((how) => ({
      name: how,
      workload: "step",
      settings: {
        how,
        dtype,
        num_rows: numRows,
        sizes: huggingFaceSizes(config),
        ids: [...ids],
      },
    })),
    dispose: () => {
      optimizer.dispose();
      decoder.dispose();
    },
  };
}

function workload(sizes: StepSizes): Workload {
  const { hiddenSize, numHiddenLayers } = DECODERS[sizes.decoder];
  return {
    name: `training step, ${hiddenSize} wide, ${numHiddenLayers} layers, ` +
      `${sizes.numRows} × ${sizes.numTokens} tokens, all weights`,
    section: "step",
    prepare: (options) => prepare(sizes, options),
  };
}

/** The arithmetic experiment's size, and one 31 times as large. */
export const stepWorkloads: readonly Workload[] = [
  workload({ decoder: "small", numRows: 64, numTokens: 96 }),
  workload({ decoder: "large", numRows: 8, numTokens: 256 }),
];

/**
 * A run without an experiment, for tests of its folder.
 *
 * @module
 */
import type { RunDescription, UpdatesRow } from "../../lib/tracking/mod.ts";

export const device = {
  backend: "maporl-cpu",
  name: "a processor",
  products: "WebAssembly SIMD",
  numThreads: 1,
  dtype: "float32",
  reason: "cpu asked for",
} as const;
export const description: RunDescription = {
  experiment: "tiny",
  seed: 7,
  config: { ppo: { lr: 1e-4, betas: [0.9, 0.95] }, tag: undefined },
  device,
  commandLine: ["tiny", "--seed", "7"],
};
export const changes = { config: description.config, device, commandLine: ["--resume"] };

export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
export const listed = (folder: string) =>
  [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

export function updateRow(update: number): UpdatesRow {
  return {
    update,
    turnGroup: "rest",
    agent: null,
    numAnswers: 4,
    numTokens: 40,
    numSteps: 8,
    paddedShare: 0,
    maxBatchTokens: 64,
    predictedPeak: 1,
    measuredPeak: null,
    lr: 1e-4,
    policyLoss: 0,
    valueLoss: 0,
    approxKl: 0,
    clipFrac: 0,
    valueClipFrac: 0,
    samplingError: 0,
    ratioError: 0,
    entropy: 1,
    explainedVariance: null,
    gradNorm: 1,
    valueGradNorm: 1,
    refKl: 0,
    meanReward: 0.5,
    meanScore: 0.5,
    accuracy: 0.5,
    invalidRate: 0,
    penaltyRate: 0,
    meanResponseLength: 10,
    rolloutSeconds: 1,
    rolloutTokensPerSecond: 1000,
    rolloutPaddedFraction: 0,
    rolloutReusedFraction: 0.5,
    updateSeconds: 1,
  };
}

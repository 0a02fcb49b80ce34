/**
 * A run without an experiment, for tests of its folder.
 *
 * @module
 */
import { type RunDescription, RunFolder, type UpdatesRow } from "../../lib/tracking/mod.ts";

export { withTempFolder as withFolder } from "../support/temp_folder.ts";

export const device = {
  backend: "maporl-cpu",
  name: "a processor",
  products: "WebAssembly SIMD",
  instructions: "avx512_core",
  numThreads: 1,
  dtype: "float32",
  reason: "cpu asked for",
} as const;
/** The same processor with other products. */
export const half = { ...device, dtype: "bfloat16" } as const;
export const description: RunDescription = {
  experiment: "tiny",
  seed: 7,
  config: { ppo: { lr: 1e-4, betas: [0.9, 0.95] }, tag: undefined },
  device,
  commandLine: ["tiny", "--seed", "7"],
};
export const changes = { config: description.config, device, commandLine: ["--resume"] };

export const listed = (folder: string) =>
  [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

export function updateRow(update: number): UpdatesRow {
  return {
    update,
    parameters: "shared",
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
    rolloutAnswers: 6,
    rolloutTokens: 60,
    rolloutComputedTokens: 90,
    rolloutFlops: 900,
    rolloutSeconds: 1,
    rolloutTokensPerSecond: 1000,
    rolloutPaddedFraction: 0,
    rolloutReusedFraction: 0.5,
    updateSeconds: 1,
    updateFlops: 100,
  };
}

/** Every file of a folder with its bytes. */
export function contents(folder: string, prefix = ""): Map<string, string> {
  const files = new Map<string, string>();
  for (const { name, isDirectory, isSymlink } of Deno.readDirSync(`${folder}/${prefix}`)) {
    if (isSymlink) continue;
    const path = `${prefix}${name}`;
    if (isDirectory) { for (const entry of contents(folder, `${path}/`)) files.set(...entry); }
    else files.set(path, Deno.readFileSync(`${folder}/${path}`).toHex());
  }
  return files;
}

/** A finished run with rows of two updates and of what was measured after them. */
export async function finishedRun(root: string): Promise<string> {
  const run = await RunFolder.create(description, { out: `${root}/run` });
  await run.bindInputs({ base: "a".repeat(64) });
  for (const step of [0, 1, 2, 3]) {
    run.updates.append([updateRow(step)]);
    await run.saveFrames(step);
  }
  await run.finish("finished");
  return run.path;
}

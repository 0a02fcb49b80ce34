/**
 * What a finished model can do, without training one.
 *
 * @module
 */
import { baseFingerprint, loadLanguageModel, tokenizerFingerprint } from "../../lib/models/mod.ts";
import type { ExperimentContext } from "../../lib/tracking/mod.ts";
import { makeSmallWorld } from "../../lib/worlds/small_world/mod.ts";
import type { PretrainConfig } from "./config.ts";
import { evaluateModel, evaluationLine } from "./evaluate.ts";

/** File of the run with what was measured. */
export const EVALUATION = "evaluation.json";

/**
 * Evaluates a finished model on validation questions and writes what was found into the run.
 *
 * @param folder Folder of the model.
 * @param config The run's settings.
 * @param context The run.
 * @returns When it is on the disk.
 * @throws {CheckpointError} If the folder holds no model.
 * @throws The signal's reason when it aborts.
 */
export async function measureModel(
  folder: string,
  config: PretrainConfig,
  { run, seed, random, signal, log }: ExperimentContext,
): Promise<void> {
  const { decoder, tokenizer, template } = await loadLanguageModel(folder);
  try {
    const { slipRate } = config.corpus;
    const world = makeSmallWorld(config.task, { runSeed: seed, slipRate });
    const text = { ...world.text, tokenizer, template };
    await run.bindInputs({
      base: await baseFingerprint(decoder),
      tokenizer: tokenizerFingerprint(text),
    });
    const evaluation = await evaluateModel(decoder, { ...world, text }, {
      ...config,
      random,
      signal,
    });
    log(evaluationLine(evaluation));
    await run.writeJson(EVALUATION, evaluation);
  } finally {
    decoder.dispose();
  }
}

/**
 * The quickstart at a size at which it takes a second.
 *
 * @module
 */
import { type Decoder, saveDecoder } from "../../lib/models/mod.ts";
import { SMALL_WORLD_TOKENIZER_FILES } from "../../lib/worlds/small_world/mod.ts";
import { smallWorldDecoder } from "../support/small_world.ts";

/** Writes a base model that talks as the small world does, and frees it. */
export async function saveBase(base: string, decoder: Decoder): Promise<void> {
  await saveDecoder(base, decoder, SMALL_WORLD_TOKENIZER_FILES.words);
  decoder.dispose();
}

/** Writes a random base model and gives its folder. */
export async function saveTinyBase(folder: string): Promise<string> {
  const base = `${folder}/base`;
  await saveBase(base, smallWorldDecoder());
  return base;
}

/**
 * Settings of a tiny run. A random model never writes a box, so boxes are not asked for: then
 * rewards differ by length, end and repetition, and there is something to learn.
 *
 * @param base Folder of the base model.
 * @param changes Settings of `algorithm` that differ.
 */
export function tinyQuickstart(base: string, changes: object = {}) {
  return {
    base,
    task: { difficulty: 1 },
    verifier: { kind: "oracle" },
    sampling: { maxNewTokens: 6 },
    discussion: { numAgents: 2, numTurns: 2 },
    reward: { penalizeMissingBox: false, minTokens: 3 },
    algorithm: {
      updates: 4,
      questionsPerUpdate: 4,
      turnGroups: "first_vs_rest",
      trainGroups: ["first", "rest"],
      loraR: 2,
      loraAlpha: 4,
      numPpoEpochs: 2,
      numMiniBatches: 2,
      ...changes,
    },
    evaluation: { numQuestions: 4, resamples: 100, baselines: { maxAnswers: 6 } },
  };
}

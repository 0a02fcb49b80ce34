/**
 * Rollout of a real model: 40 prompts with a word problem each, 64 tokens behind each of them.
 *
 * @module
 */
import { loadRealModel, REAL_NEW_TOKENS, REAL_PROMPTS } from "../support/real_model.ts";
import { asHuggingFace } from "./hugging_face_copy.ts";
import { type OwnSide, seconds, type Workload, type WorkloadOptions } from "./workload.ts";

async function prepare({ dtype, modes, model: path }: WorkloadOptions): Promise<OwnSide> {
  const real = await loadRealModel(path);
  const copy = await asHuggingFace(real.model.decoder);
  const sampled = await real.sample(); // also warms up
  const prompts = real.prompts.map((tokens) => [...tokens]);
  const turn = {
    prompts,
    responses: sampled.map(({ tokens }) => [...tokens]),
    log_probs: sampled.map(({ logProbs }) => [...logProbs]),
  };
  const threads = navigator.hardwareConcurrency;
  const llama = { path, prompts, new_tokens: REAL_NEW_TOKENS, threads };
  return {
    run: () => seconds(() => real.sample()),
    variants: [
      ...modes.map((how) => ({
        name: how === "compile" ? "compile, static cache" : how,
        workload: "rollout",
        settings: { base: copy.folder, dtype, turns: [turn], how },
      })),
      // It computes in its own precision, that of the file's blocks, whatever ours is.
      ...(path.endsWith(".gguf") ? [1, 0] : []).map((temperature) => ({
        peer: "llama.cpp" as const,
        name: temperature === 0 ? "greedy" : "sampling",
        workload: "rollout",
        settings: { ...llama, temperature },
      })),
    ],
    dispose: async () => {
      real.dispose();
      await copy.remove();
    },
  };
}

/** Sampling alone, at temperature 1; no row ends before its last token. */
export const realRolloutWorkload: Workload = {
  name: `rollout of the real model, ${REAL_PROMPTS} prompts × ${REAL_NEW_TOKENS} tokens`,
  section: "real_rollout",
  prepare,
};

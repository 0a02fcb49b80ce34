import type { Random } from "../core/random.ts";
import type { LoraAdapter } from "../models/mod.ts";
import type { PrefixStore } from "./prefix_store.ts";

/** How `generate()` samples. */
export interface GenerateOptions {
  /** Low-rank update to sample with; the plain decoder when absent. */
  readonly adapter?: LoraAdapter;
  /** Most tokens of a response, end-of-sequence included. */
  readonly maxNewTokens: number;
  /** Divides the logits; 0 takes the most likely token. */
  readonly temperature: number;
  /** Only the k most likely tokens are sampled; 0 = all. */
  readonly topK: number;
  /** Only the most likely tokens that together hold this probability are sampled, in (0, 1]; 1 = all. */
  readonly topP: number;
  /** One stream per prompt. Each token takes exactly one uniform number from its prompt's stream. */
  readonly randoms: readonly Random[];
  /** Most prompts that are sampled at the same time; bounds memory, changes no token. Default 64. */
  readonly maxRows?: number;
  /**
   * Knows keys and values of earlier calls and keeps those of this one, for the same decoder, and adapters
   * that do not change meanwhile. Without one, only prompts of this call share what they begin with.
   */
  readonly prefixes?: PrefixStore;
  /** Token steps between two looks at what was sampled; changes no token. Default 1, on WebGPU 8 without drafts. */
  readonly lookEvery?: number;
  /**
   * Most tokens that are guessed to follow the newest one of a row, where its end has occurred in it before,
   * and computed along with it (speculative decoding, Leviathan et al. 2023, with the text itself for a
   * draft). A guess is kept where it is what would have been drawn anyway, so that this changes no token,
   * and repetitions take fewer steps. Needs `lookEvery` 1. 0 = none; default 7, or 0 where
   * not every step is looked at.
   */
  readonly promptLookupNumTokens?: number;
  /** Told after every look at what was sampled. */
  readonly onProgress?: (progress: GenerationProgress) => void;
  /**
   * Told what was sampled for a prompt, after every look at it; says whether the response goes on. One that
   * does not ends as it is, and changes no other. Absent = nobody is told, and nothing is copied.
   */
  readonly onTokens?: (sampled: SampledTokens) => boolean;
  /** Stops between two looks; the reason of the signal is thrown. */
  readonly signal?: AbortSignal;
}

/** Tokens that `generate()` has sampled for a prompt since it told of the ones before. */
export interface SampledTokens {
  /** Index of the prompt. */
  readonly prompt: number;
  /** At least one; end-of-sequence is the last, if it is there. */
  readonly tokens: Int32Array;
  /** Log-probability of each, as in the response. */
  readonly logProbs: Float32Array;
}

/** How far `generate()` is. */
export interface GenerationProgress {
  /** Responses that have ended. */
  readonly finishedPrompts: number;
  /** Prompts in all. */
  readonly totalPrompts: number;
  /** Tokens sampled so far. */
  readonly newTokens: number;
}

/**
 * The real model that benchmarks run: where it lies, and chats for it.
 *
 * @module
 */
import { ConfigError, Random } from "../../lib/core/mod.ts";
import { dataSetFolder } from "../../lib/data/mod.ts";
import { generate, type Generated } from "../../lib/generation/mod.ts";
import {
  Decoder,
  type LanguageModel,
  loadLanguageModel,
  type LoraAdapter,
} from "../../lib/models/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import { makeWordProblems } from "../../lib/worlds/word_problems/mod.ts";

/** Where `deno task data get smollm2_135m_instruct` puts it. */
const DEFAULT_PATH = dataSetFolder("smollm2_135m_instruct");

/** Prompts of a rollout. */
export const REAL_PROMPTS = 40;
/** Tokens sampled behind each of them. */
export const REAL_NEW_TOKENS = 64;
/** No token has this id. */
const NO_TOKEN = -1;

/**
 * Where the real model lies.
 *
 * @param path What the user said; by default SmolLM2-135M-Instruct where it has been fetched.
 * @returns The path, or undefined where nothing was said and nothing lies there.
 * @throws {ConfigError} If there is nothing at what the user said.
 */
export async function realModelPath(path: string | undefined): Promise<string | undefined> {
  try {
    await Deno.stat(path ?? DEFAULT_PATH);
    return path ?? DEFAULT_PATH;
  } catch {
    if (path === undefined) return undefined;
    throw new ConfigError(`Cannot measure a real model as --model must be a path: ${path}`, {
      thing: "--model",
      value: path,
      remedy: "Name a GGUF file or a folder of Hugging Face, or leave it out",
    });
  }
}

/** A real model and the prompts that it continues. */
export interface RealModel {
  /** The model; its decoder is disposed by {@link RealModel.dispose}. */
  readonly model: LanguageModel;
  /** Chats with one word problem each, of 86 tokens on average. */
  readonly prompts: readonly Int32Array[];
  /** Continues all prompts by as many tokens as asked for. */
  sample(options?: SampleOptions): Promise<Generated[]>;
  /** Frees the weights. */
  dispose(): void;
}

/** What {@link RealModel.sample} can be told. */
export interface SampleOptions {
  /** Low-rank update to sample with. */
  readonly adapter?: LoraAdapter;
  /** Tokens behind each prompt. */
  readonly maxNewTokens?: number;
  /** Most tokens of a draft; 0 = none. */
  readonly promptLookupNumTokens?: number;
}

/**
 * Loads a model on the device that is running.
 *
 * @param path GGUF file or folder of Hugging Face.
 * @returns The model and its prompts.
 */
export async function loadRealModel(path: string): Promise<RealModel> {
  const model = await loadLanguageModel(path);
  const { decoder } = model;
  const prompts = realPrompts(model);
  // Rows that end by themselves would give every side other work: here none does.
  const endless = Decoder.ofVariables(
    { ...decoder.config, eosTokenId: NO_TOKEN, otherEosTokenIds: [] },
    decoder.weights,
  );
  const random = Random.fromSeed(0);
  return {
    model,
    prompts,
    sample: ({ maxNewTokens = REAL_NEW_TOKENS, ...options } = {}) =>
      generate(endless, prompts, {
        maxNewTokens,
        temperature: 1,
        topK: 0,
        topP: 1,
        maxRows: prompts.length,
        randoms: prompts.map((_, row) => random.split("sampling", row)),
        ...options,
      }),
    dispose: () => decoder.dispose(),
  };
}

/** Chats with one word problem each. */
function realPrompts({ tokenizer, template }: LanguageModel): Int32Array[] {
  const questions = makeWordProblems({ seed: 0, maxSteps: 3, heldOutForms: false })
    .questions("train");
  return Array.from({ length: REAL_PROMPTS }, (_, row) => {
    const question = questions.at(row);
    const content = `${question.text}\n\nThink step by step, and end with the answer in \\boxed{}.`;
    return encodeChat(tokenizer, template, [{ role: "user", content }], {
      addGenerationPrompt: true,
    });
  });
}

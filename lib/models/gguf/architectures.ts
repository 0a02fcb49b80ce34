import type { DecoderOptions } from "../decoder_options.ts";
import { shortJson } from "../known_settings.ts";
import { ggufError, type GgufFile } from "./file.ts";

/** A family of models in GGUF files, where it is not as the others. */
export interface GgufArchitecture {
  /** llama.cpp's name, with which its settings begin. */
  readonly name: string;
  /** What the decoder does otherwise than a llama. */
  readonly options: DecoderOptions;
  /**
   * Whether llama.cpp rotates neighbours of a head (its `LLAMA_ROPE_TYPE_NORM`), for which its converter changes the
   * order of the rows of queries and keys, or its two halves, as Hugging Face does (`LLAMA_ROPE_TYPE_NEOX`).
   */
  readonly rotatesNeighbours: boolean;
}

const ARCHITECTURES: readonly GgufArchitecture[] = [
  { name: "llama", options: {}, rotatesNeighbours: true },
  { name: "qwen2", options: { attentionBias: "qkv" }, rotatesNeighbours: false },
  { name: "qwen3", options: { qkNorm: "head" }, rotatesNeighbours: false },
];

/** What to do about a model that asks for another computation. */
export const OTHER_MODEL = "use a model that this decoder computes as it was trained";
/** By what the frequencies of a Llama 3.1 or later are divided, one number each. */
export const ROPE_FACTORS = "rope_freqs.weight";

/**
 * Which family the model in a file is of.
 *
 * @param file The file.
 * @returns The family.
 * @throws {CheckpointError} When it is none of those that are supported.
 */
export function architectureOf({ path, metadata }: GgufFile): GgufArchitecture {
  const name = metadata["general.architecture"];
  const architecture = ARCHITECTURES.find((one) => one.name === name);
  if (architecture) return architecture;
  throw ggufError(
    path,
    `its general.architecture is ${shortJson(name ?? null)}, supported are ${
      ARCHITECTURES.map((one) => one.name).join(", ")
    }`,
    "use a model of a supported architecture",
  );
}

import { Decoder } from "../decoder.ts";
import type { ModelSource } from "../model_source.ts";
import { openGguf } from "./file.ts";
import { decoderConfigOfGguf } from "./decoder_config.ts";
import { readDecoderWeights } from "./decoder_weights.ts";
import { textOfGguf } from "./text.ts";

/**
 * A model in one GGUF file, with its tokenizer and chat template.
 *
 * @param path The file.
 * @returns Where its parts are read.
 * @throws {CheckpointError} When it is missing, truncated or no GGUF file.
 */
export async function ggufSource(path: string): Promise<ModelSource> {
  const file = await openGguf(path);
  return {
    path,
    config: () => decoderConfigOfGguf(file),
    async decoder({ baseDtype = "float32" } = {}) {
      const config = await decoderConfigOfGguf(file);
      return Decoder.ofVariables(config, await readDecoderWeights(file, config, baseDtype));
    },
    text: () => Promise.try(() => textOfGguf(file)),
    textPlaces: { tokenizer: path, config: path },
  };
}

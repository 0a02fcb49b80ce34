import { Decoder } from "../decoder.ts";
import type { ModelSource } from "../model_source.ts";
import { openGguf } from "./file.ts";
import { decoderConfigOfGguf, readDecoderWeights } from "./llama.ts";
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
  const read = <Part>(part: () => Part) => Promise.try(part);
  return {
    path,
    config: () => read(() => decoderConfigOfGguf(file)),
    async decoder() {
      const config = decoderConfigOfGguf(file);
      return Decoder.fromValues(config, await readDecoderWeights(file, config));
    },
    text: () => read(() => textOfGguf(file)),
    textPlaces: { tokenizer: path, config: path },
  };
}

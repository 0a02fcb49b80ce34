import { fileError } from "../../core/mod.ts";
import { pathExists } from "../../core/path_exists.ts";
import { Decoder } from "../decoder.ts";
import type { ModelSource } from "../model_source.ts";
import { SavedFolder } from "../saved_folder.ts";
import { readLlama2cWeights } from "./decoder_weights.ts";
import { llama2cError, openLlama2c } from "./file.ts";
import { llama2cTokenizer } from "./tokenizer.ts";

/** More than any tokenizer has. */
const MAX_TOKENIZER_BYTES = 2 ** 27;

/**
 * A model in a file of llama2.c. Its tokenizer lies beside it: as `tokenizer.json`, as `tokenizer.bin`, or named by
 * the size of its vocabulary, such as `tok512.bin`. A chat template, which these models do not bring, is read from
 * `tokenizer_config.json` there.
 *
 * @param path The file.
 * @returns Where its parts are read.
 * @throws {CheckpointError} When it is missing, truncated or no such file.
 */
export async function llama2cSource(path: string): Promise<ModelSource> {
  const file = await openLlama2c(path);
  const { config } = file;
  const folder = /[\\/]/.test(path) ? path.replace(/[\\/][^\\/]*$/, "") || "/" : ".";
  const [json, settings] = ["tokenizer.json", "tokenizer_config.json"];
  const there = async (names: readonly string[]) => {
    for (const name of names) if (await pathExists(`${folder}/${name}`)) return name;
  };
  const names = [json, "tokenizer.bin", `tok${config.vocabSize}.bin`];
  const tokenizer = await there(names);
  return {
    path,
    config: () => Promise.resolve(config),
    decoder: async ({ baseDtype = "float32" } = {}) =>
      Decoder.ofVariables(config, await readLlama2cWeights(file, baseDtype)),
    async text() {
      if (tokenizer === undefined) {
        throw llama2cError(
          path,
          `its tokenizer must lie beside it, as ${names.join(" or ")}: there is none`,
          "copy the tokenizer that was exported with the model into its folder",
        );
      }
      const saved = await SavedFolder.open(folder);
      return {
        tokenizer: tokenizer === json
          ? await saved.json(json)
          : await readTokenizer(`${folder}/${tokenizer}`, config.vocabSize),
        config: await there([settings]) ? await saved.json(settings) : {},
      };
    },
    textPlaces: {
      tokenizer: `${folder}/${tokenizer ?? json}`,
      config: `${folder}/${settings}`,
    },
  };
}

async function readTokenizer(path: string, vocabSize: number) {
  let bytes: Uint8Array;
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_TOKENIZER_BYTES) {
      throw llama2cError(path, `a tokenizer has at most ${MAX_TOKENIZER_BYTES} bytes: ${size}`);
    }
    bytes = await Deno.readFile(path);
  } catch (error) {
    throw fileError(error, path, "read");
  }
  return llama2cTokenizer(path, bytes, vocabSize);
}

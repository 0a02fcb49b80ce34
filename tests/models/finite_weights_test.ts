import * as tf from "@tensorflow/tfjs";
import { assertMatch, assertRejects } from "@std/assert";
import { CheckpointError, Random } from "../../lib/core/mod.ts";
import {
  createDecoderConfig,
  loadAdapter,
  loadDecoder,
  LoraAdapter,
  saveAdapter,
  saveDecoder,
} from "../../lib/models/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { tinyGguf } from "./gguf/tiny_gguf.ts";
import { countedValues, oldFile, quantizedFile } from "./llama2c/write_llama2c.ts";
import { FILES, saveSplit } from "./split_weights.ts";

await startTestDevice();

/** Writes a float32 number over the last one of a file. */
async function spoil(path: string, value: number): Promise<void> {
  const bytes = await Deno.readFile(path);
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, value, true);
  await Deno.writeFile(path, bytes);
}

const refused = async (load: () => Promise<unknown>, words: RegExp) =>
  assertMatch((await assertRejects(load, CheckpointError)).message, words);

Deno.test("weights that are not finite are refused by file, tensor and place, whatever holds them", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    const place = /must be finite numbers: tensor [\w.]+ has (NaN|-?Infinity) at place \d+ of \d+/;
    for (const value of [NaN, Infinity, -Infinity]) {
      const base = `${folder}/base ${value}`;
      await saveDecoder(base, decoder);
      await Deno.remove(`${base}/manifest.json`);
      await spoil(`${base}/model.safetensors`, value);
      await refused(() => loadDecoder(base), place);
    }
    const split = `${folder}/split`;
    await Deno.mkdir(split);
    await saveSplit(split);
    await spoil(`${split}/${FILES[1]}`, NaN);
    await refused(() => loadDecoder(split), /model-00002-of-00002\.safetensors/);

    const adapter = LoraAdapter.initialize(decoder.config, {
      ...{ name: "a", r: 2, alpha: 4, targetModules: ["q_proj"] },
      random: Random.fromSeed(1),
    });
    await saveAdapter(`${folder}/adapter`, adapter);
    await Deno.remove(`${folder}/adapter/manifest.json`);
    await spoil(`${folder}/adapter/adapter_model.safetensors`, NaN);
    await refused(() => loadAdapter(`${folder}/adapter`, decoder.config, { name: "b" }), place);
    tf.dispose([...adapter.weights.values()]);
    decoder.dispose();

    const norm = new Float32Array(16).fill(1);
    norm[3] = NaN;
    const tensor = { shape: [16], type: 0, bytes: new Uint8Array(norm.buffer) };
    await Deno.writeFile(
      `${folder}/a.gguf`,
      await tinyGguf({ tensors: { "output_norm.weight": tensor } }),
    );
    await refused(
      () => loadDecoder(`${folder}/a.gguf`),
      /tensor output_norm\.weight has NaN at place 3 of 16/,
    );
  }));

Deno.test("weights of llama2.c that are not finite are refused, and scales as well", () =>
  withTempFolder(async (folder) => {
    const config = createDecoderConfig({
      ...{ hiddenSize: 16, intermediateSize: 12, numHiddenLayers: 1, vocabSize: 9 },
      ...{ numAttentionHeads: 4, maxPositionEmbeddings: 8, tieWordEmbeddings: false },
      eosTokenId: 2,
    });
    const values = countedValues(config);
    for (const bytes of [oldFile(config, values), quantizedFile(config, values, 4)]) {
      const path = `${folder}/model.bin`;
      await Deno.writeFile(path, bytes);
      (await loadDecoder(path)).dispose();
      await spoil(path, NaN);
      await refused(() => loadDecoder(path), /tensor lm_head\.weight has NaN at place \d+ of 144/);
    }
  }));

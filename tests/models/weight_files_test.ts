import type * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { CheckpointError } from "../../lib/core/mod.ts";
import { loadDecoder, saveSafetensors } from "../../lib/models/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { take } from "../support/tensors.ts";
import { FILES, INDEX, saveSplit, writeIndex } from "./split_weights.ts";

await startTestDevice();

Deno.test("loadDecoder() reads weights that lie in several files", () =>
  withTempFolder(async (folder) => {
    await saveSplit(folder);
    const [decoder, wanted] = [await loadDecoder(folder), tinyDecoder()];
    assertEquals([...decoder.weights.keys()], [...wanted.weights.keys()]);
    for (const [name, weight] of wanted.weights) {
      assertEquals(
        await take(decoder.weights.get(name)!.clone()),
        await take(weight.clone()),
        name,
      );
    }
    decoder.dispose();
    wanted.dispose();
  }));

Deno.test("loadDecoder() names what is wrong with an index of weights", async (t) => {
  const some = "model.norm.weight";
  const twice = "model.layers.0.input_layernorm.weight"; // in the second file
  const outside = (file: unknown) => (folder: string, map: Record<string, string>) =>
    writeIndex(folder, { ...map, [some]: file });
  const cases: Record<string, (folder: string, map: Record<string, string>) => Promise<void>> = {
    'beside it: "model.norm.weight" is in "../other.safetensors"': outside("../other.safetensors"),
    'is in "/etc/other.safetensors"': outside("/etc/other.safetensors"),
    'is in "a\\\\other.safetensors"': outside("a\\other.safetensors"),
    'is in "..safetensors"': outside("..safetensors"),
    'is in "pytorch_model.bin"': outside("pytorch_model.bin"),
    "is in 7": outside(7),
    "model-3.safetensors is missing": outside("model-3.safetensors"),
    "its weight_map must name a file for each weight: undefined": (folder) =>
      writeIndex(folder, undefined),
    "its weight_map is empty": (folder) => writeIndex(folder, {}),
    "model-00001-of-00002.safetensors must hold the weights that it places there: missing: more": (
      folder,
      map,
    ) => writeIndex(folder, { ...map, more: FILES[0]! }),
    [`${FILES[1]} must hold the weights that it places there: missing: model.embed_tokens.weight`]:
      (folder, map) => writeIndex(folder, { ...map, "model.embed_tokens.weight": FILES[1]! }),
    // A weight in both files.
    [`${FILES[0]} must hold the weights that it places there: unexpected: ${twice}`]: async (
      folder,
      map,
    ) => {
      const all = tinyDecoder();
      const kept = [...all.weights].filter(([name]) => map[name] === FILES[0] || name === twice);
      await saveSafetensors(`${folder}/${FILES[0]}`, new Map<string, tf.Tensor>(kept));
      all.dispose();
    },
    "its tensors must be those of its configuration: missing: model.norm.weight": async (
      folder,
      { [some]: file, ...map },
    ) => {
      const rest = tinyDecoder();
      const kept = [...rest.weights].filter(([name]) => map[name] === file);
      await saveSafetensors(`${folder}/${file}`, new Map<string, tf.Tensor>(kept));
      rest.dispose();
      await writeIndex(folder, map);
    },
    "it must be JSON": (folder) => Deno.writeTextFile(`${folder}/${INDEX}`, "{"),
    [`${FILES[1]} as a safetensors file: it is truncated`]: (folder) =>
      Deno.truncate(`${folder}/${FILES[1]}`, 40),
  };
  for (const [message, spoil] of Object.entries(cases)) {
    await t.step(message, () =>
      withTempFolder(async (folder) => {
        await spoil(folder, await saveSplit(folder));
        await assertRejects(() => loadDecoder(folder), CheckpointError, message);
      }));
  }
});

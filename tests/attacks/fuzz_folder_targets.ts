/**
 * Readers of models in folders that have no manifest of ours: all families with their adapters, and what
 * `deno task data get OWNER/NAME` fetches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { CheckpointError, type Random, RunError } from "../../lib/core/mod.ts";
import {
  type Decoder,
  loadAdapter,
  loadDecoder,
  loadLanguageModel,
  type LoraAdapter,
  positionLimit,
} from "../../lib/models/mod.ts";
import { saveByteModel } from "../support/byte_model.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { silent, type Target, type Verdict } from "./fuzz_target.ts";
import { strangeTemplate } from "./template_pieces.ts";

const ERRORS = [CheckpointError, RunError];

/** Sees that a decoder computes without a mistake; weights of others may be so large that nothing is finite. */
async function compute(decoder: Decoder, adapter: LoraAdapter): Promise<boolean> {
  const { config } = decoder;
  const ids = Int32Array.of(3, 1, 4, 1, 5).subarray(0, positionLimit(config).positions)
    .map((id) => id % config.vocabSize);
  const states = tf.tidy(() => decoder.forward(ids, { numRows: 1, starts: STARTS, adapter }));
  const { length } = await states.data();
  states.dispose();
  return length === ids.length * config.hiddenSize;
}

const STARTS = Int32Array.of(0);

/** The folders that transformers and PEFT made. */
async function families(folder: string): Promise<Target> {
  const parity = new URL("../models/parity/", import.meta.url);
  const names = [...Deno.readDirSync(parity)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).sort();
  for (const name of names) {
    await Deno.mkdir(`${folder}/${name}`);
    for (const file of FAMILY_FILES) {
      await Deno.copyFile(new URL(`${name}/${file}`, parity), `${folder}/${name}/${file}`);
    }
  }
  const files = new Map(names.map((name) => [name, new DamagedFolder(`${folder}/${name}`)]));
  let damaged: DamagedFolder | undefined;
  return {
    name: "families",
    errors: ERRORS,
    attempt(random) {
      damaged?.restore();
      const name = random.choice(names);
      damaged = files.get(name)!;
      const input = `${name}: ${damaged.damage(random, weighted(random))}`;
      return { input, take: () => takeFamily(`${folder}/${name}`) };
    },
  };
}

const FAMILY_FILES = [
  ...["config.json", "generation_config.json", "model.safetensors"],
  ...["adapter_config.json", "adapter_model.safetensors"],
];
/** Settings more often than numbers. */
const weighted = (random: Random) =>
  random.uniform() < 0.7 ? FAMILY_FILES.filter((name) => name.endsWith(".json")) : FAMILY_FILES;

async function takeFamily(path: string): Promise<Verdict> {
  const decoder = await loadDecoder(path);
  let adapter: LoraAdapter | undefined;
  try {
    adapter = await loadAdapter(path, decoder.config, { name: "a" });
    return await compute(decoder, adapter)
      ? { outcome: "other input" }
      : silent("states are missing");
  } finally {
    adapter?.dispose();
    decoder.dispose();
  }
}

const JINJA = "chat_template.jinja";

/** A model as it comes from the hub: its template stands in a file of its own. */
async function fetched(folder: string): Promise<Target> {
  await saveByteModel(folder, [["h", "e"]]);
  await Deno.remove(`${folder}/manifest.json`);
  await Deno.writeTextFile(`${folder}/generation_config.json`, `{"eos_token_id": [258, 5]}`);
  const settings = `${folder}/tokenizer_config.json`;
  const { chat_template: template } = JSON.parse(await Deno.readTextFile(settings));
  await Deno.writeTextFile(`${folder}/${JINJA}`, template);
  const files = new DamagedFolder(folder);
  const small = files.names.filter((name) => name !== "model.safetensors");
  return {
    name: "fetched model",
    errors: ERRORS,
    attempt(random) {
      files.restore();
      const take = () => takeFetched(folder);
      if (random.uniform() < 0.3) {
        const source = strangeTemplate(random);
        files.write(JINJA, new TextEncoder().encode(source));
        return { input: `${JINJA}: ${source.slice(0, 350)}`, take };
      }
      return { input: files.damage(random, random.uniform() < 0.9 ? small : files.names), take };
    },
  };
}

async function takeFetched(folder: string): Promise<Verdict> {
  const { decoder, tokenizer, template } = await loadLanguageModel(folder);
  try {
    const text = template.render([{ role: "user", content: "he" }], { addGenerationPrompt: true });
    let ids = new Int32Array();
    try {
      ids = tokenizer.encode(text) as typeof ids;
    } catch (error) {
      // A tokenizer need not know every text, if it says so.
      if (!(error instanceof RangeError && error.message.startsWith("Cannot "))) throw error;
    }
    if (!ids.every((id) => id >= 0 && id < decoder.config.vocabSize)) return silent(`ids ${ids}`);
    return typeof tokenizer.decode(ids) === "string"
      ? { outcome: "other input" }
      : silent("decode() gives no text");
  } finally {
    decoder.dispose();
  }
}

/**
 * Everything that reads folders of others.
 *
 * @param folder An empty folder.
 * @returns The targets.
 */
export async function folderTargets(folder: string): Promise<Target[]> {
  await Deno.mkdir(`${folder}/families`);
  return [await families(`${folder}/families`), await fetched(`${folder}/fetched`)];
}

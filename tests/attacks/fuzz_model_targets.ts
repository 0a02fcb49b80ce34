/**
 * Readers of models: safetensors files, base models, adapters, verifiers, checkpoints.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { CheckpointError, Random, RunError } from "../../lib/core/mod.ts";
import { SMALL_WORLD_TOKENIZER_FILES, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import {
  type Decoder,
  loadAdapter,
  loadLanguageModel,
  loadSafetensors,
  LoraAdapter,
  makeVariable,
  saveAdapter,
  saveDecoder,
  saveSafetensors,
} from "../../lib/models/mod.ts";
import { AdamW, type Optimizer } from "../../lib/optim/mod.ts";
import { loadRunState, saveRunState } from "../../lib/training/mod.ts";
import { loadVerifier, saveVerifier } from "../../lib/verifier/mod.ts";
import { tinyGguf } from "../models/gguf/tiny_gguf.ts";
import { smallWorldConfig, smallWorldDecoder } from "../support/small_world.ts";
import { LORA, makeVerifier, scatterVerifier, toyAnswers } from "../verifier/verifier_toys.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { shardIndex } from "./fuzz_shard_target.ts";
import { HARMLESS, silent, type Target, type Verdict } from "./fuzz_target.ts";
import { strangeValue } from "./json_mutations.ts";

const ERRORS = [CheckpointError, RunError];

/** A target that damages one file of a folder. */
function folderTarget(
  name: string,
  files: DamagedFolder,
  take: () => Promise<Verdict>,
): Target {
  return {
    name,
    errors: ERRORS,
    attempt(random) {
      files.restore();
      return { input: files.damage(random), take };
    },
  };
}

/** Names, shapes and numbers of tensors as one text. */
function textOf(
  tensors: Iterable<readonly [string, { shape: readonly number[]; values: object }]>,
) {
  return [...tensors].map(([name, { shape, values }]) =>
    `${name} [${shape}] ${new Uint8Array((values as Float32Array).slice().buffer).toHex()}`
  ).join("\n");
}

async function safetensors(folder: string): Promise<Target> {
  const path = `${folder}/a.safetensors`;
  const tensors = new Map<string, tf.Tensor>([
    ["layer.weight", tf.tensor2d([[1, 2, 3], [4, 5, 6]])],
    ["ids", tf.tensor1d([7, 8], "int32")],
    ["empty", tf.zeros([0, 4])],
  ]);
  await saveSafetensors(path, tensors, { format: "pt" });
  const files = new DamagedFolder(folder);
  const length = new DataView(files.original("a.safetensors").buffer).getUint32(0, true);
  const header = new TextDecoder().decode(files.original("a.safetensors").subarray(8, 8 + length));
  const names = (text: string) =>
    [...text.matchAll(/"([^"]*)":\s*\{\s*"dtype/g)].map(([, name]) => name);
  return {
    name: "safetensors",
    errors: ERRORS,
    attempt(random) {
      files.restore();
      let input: string;
      if (random.uniform() < 0.5) input = files.damage(random);
      else {
        const text = editedHeader(random, header);
        const bytes = new TextEncoder().encode(text);
        const whole = new Uint8Array(8 + bytes.length + 32);
        new DataView(whole.buffer).setBigUint64(0, BigInt(bytes.length), true);
        whole.set(bytes, 8);
        whole.set(files.original("a.safetensors").subarray(8 + length), 8 + bytes.length);
        files.write("a.safetensors", whole);
        input = text;
      }
      return {
        input,
        async take() {
          const { tensors } = await loadSafetensors(path);
          const bytes = await Deno.readFile(path);
          const length = new DataView(bytes.buffer).getUint32(0, true);
          const stated = names(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
          // The format has no checksum; but no tensor that the header names may get lost.
          return stated.length > tensors.size
            ? silent(`${stated} named and ${[...tensors.keys()]} loaded`)
            : { outcome: "other input" };
        },
      };
    },
  };
}

function editedHeader(random: Random, header: string): string {
  const entries = [...header.matchAll(/"[^"]+":\{[^{}]*\}/g)].map(([entry]) => entry);
  const kind = random.uniform();
  const entry = random.choice(entries);
  const strange = () => strangeValue(random);
  if (kind < 0.3) return header.replace(entry, () => `${entry},${entry}`);
  if (kind < 0.6) return header.replace(/\[[\d,]*\]/, strange);
  if (kind < 0.8) return header.replace(entry, () => entry.replace(/\[[\d,]*\]/, strange));
  return header.replace(/^\{/, () => `{"__proto__":${strange()},`);
}

/** What a decoder computes for a fixed sequence, to the bit. */
async function answersOf(decoder: Decoder): Promise<string> {
  const verifier = makeVerifier(decoder, null);
  scatterVerifier(verifier.parts);
  const logits = await verifier.logits(toyAnswers(0, 1));
  verifier.dispose();
  return String([...logits]);
}

/** The folder of a base model and a verifier on it; what is taken must give the same scores. */
async function baseAndVerifier(folder: string): Promise<Target[]> {
  const decoder = smallWorldDecoder();
  await saveDecoder(`${folder}/base`, decoder, SMALL_WORLD_TOKENIZER_FILES.words);
  const fresh = makeVerifier(decoder, LORA);
  scatterVerifier(fresh.parts);
  await saveVerifier(`${folder}/verifier`, fresh);
  const expected = [await answersOf(decoder), String(await fresh.score(toyAnswers(0, 2)))];
  const take = async (): Promise<Verdict> => {
    const { decoder: loaded } = await loadLanguageModel(`${folder}/base`);
    try {
      const verifier = await loadVerifier(`${folder}/verifier`, loaded, smallWorldText);
      const actual = [await answersOf(loaded), String(await verifier.score(toyAnswers(0, 2)))];
      verifier.dispose();
      if (actual[0] !== expected[0]) return silent("the base model computes something else");
      return actual[1] === expected[1] ? HARMLESS : silent("the verifier gives other scores");
    } finally {
      loaded.dispose();
    }
  };
  const files = new DamagedFolder(folder);
  const part = (name: string) => files.names.filter((file) => file.startsWith(name));
  const target = (name: string, names: readonly string[]): Target => ({
    name,
    errors: ERRORS,
    attempt(random) {
      files.restore();
      return { input: files.damage(random, names), take };
    },
  });
  return [target("base model", part("base/")), target("verifier", part("verifier/"))];
}

async function gguf(folder: string): Promise<Target> {
  const path = `${folder}/tiny.gguf`;
  await Deno.writeFile(path, await tinyGguf());
  return folderTarget("GGUF", new DamagedFolder(folder), async () => {
    const { decoder, tokenizer } = await loadLanguageModel(path);
    const sizes = [...decoder.weights].map(([name, { shape }]) => `${name} [${shape}]`);
    decoder.dispose();
    // The format has no checksum; but what is taken can be used.
    const ids = tokenizer.encode("hel");
    return sizes.length > 0 && ids.every((id) => id < tokenizer.vocabSize)
      ? { outcome: "other input" }
      : silent(`${ids} of ${sizes}`);
  });
}

/** Settings of PEFT with a value that changes what is computed. */
const PEFT: readonly (readonly [string, string])[] = [
  ...["pissa", "pissa_niter_16", "olora", "loftq", "eva", "corda"].map((how) =>
    ["init_lora_weights", `"${how}"`] as const
  ),
  ...["use_rslora", "use_dora", "use_qalora", "lora_bias", "fan_in_fan_out"].map((key) =>
    [key, "true"] as const
  ),
  ["bias", '"all"'],
  ["rank_pattern", '{"q_proj": 4}'],
  ["alpha_pattern", '{"q_proj": 4}'],
  ["modules_to_save", '["lm_head"]'],
  ["layers_to_transform", "[0]"],
  ["layers_pattern", '"layers"'],
  ["layer_replication", "[[0, 1], [0, 1]]"],
  ["alora_invocation_tokens", "[1, 2]"],
  ["trainable_token_indices", "[1]"],
  ["target_parameters", '["a"]'],
  ["exclude_modules", '["q_proj"]'],
  ["megatron_config", '{"a": 1}'],
  ["some_setting_of_tomorrow", "true"],
];

async function adapter(folder: string): Promise<Target> {
  const config = smallWorldConfig();
  const lora = LoraAdapter.initialize(config, {
    name: "policy",
    r: 2,
    alpha: 4,
    targetModules: ["q_proj", "v_proj"],
    random: Random.fromSeed(3),
  });
  await saveAdapter(folder, lora);
  const files = new DamagedFolder(folder);
  const load = async () => {
    const { r, alpha, targetModules, ...loaded } = await loadAdapter(folder, config, { name: "a" });
    tf.dispose([...loaded.weights.values()]);
    return `${r} ${alpha} ${targetModules}`;
  };
  const name = "adapter_config.json";
  return {
    name: "PEFT adapter",
    errors: ERRORS,
    attempt(random) {
      files.restore();
      if (random.uniform() < 0.6) {
        const take = async (): Promise<Verdict> => {
          await load();
          return { outcome: "other input" };
        };
        return { input: files.damage(random), take };
      }
      const [key, value] = random.choice(PEFT);
      const text = new TextDecoder().decode(files.original(name))
        .replace(new RegExp(`"${key}": .*\n`), "").replace("{", `{"${key}": ${value}, `);
      files.write(name, new TextEncoder().encode(text));
      return {
        input: `${key}: ${value}`,
        async take() {
          await load();
          return silent(`${key}: ${value} is taken for nothing`);
        },
      };
    },
  };
}

async function checkpoints(folder: string): Promise<Target> {
  const random = Random.fromSeed(5);
  const variable = (shape: number[]) =>
    makeVariable(
      Float32Array.from({ length: shape[0]! * shape[1]! }, () => random.normal()),
      shape,
    );
  const make = () => {
    const params = new Map([["policy.a", variable([2, 3])], ["value.b", variable([4, 1])]]);
    const adam = new AdamW(params, { betas: [0.9, 0.95], eps: 1e-8, weightDecay: 0 });
    return { variables: params, optimizers: new Map<string, Optimizer>([["shared/rest", adam]]) };
  };
  const saved = make();
  const grads = new Map([...saved.variables].map(([name, v]) => [name, tf.onesLike(v)]));
  saved.optimizers.get("shared/rest")!.step(grads, 0.1);
  const state = { update: 3 };
  await saveRunState(folder, state, saved);
  const trained = make();
  const numbers = async (loaded: unknown) => {
    const optimizer = trained.optimizers.get("shared/rest")!;
    const tensors = [...trained.variables, ...optimizer.tensors()];
    const values = await Promise.all(
      tensors.map(async ([name, tensor]) =>
        [name, { shape: tensor.shape, values: await tensor.data() }] as const
      ),
    );
    return `${textOf(values)} ${optimizer.stepCount} ${JSON.stringify(loaded)}`;
  };
  const expected = await numbers(await loadRunState(folder, trained));
  return folderTarget("checkpoints", new DamagedFolder(folder), async () => {
    const actual = await numbers(await loadRunState(folder, trained));
    return actual === expected ? HARMLESS : silent(firstDifference(expected, actual));
  });
}

function firstDifference(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  return `${a.slice(Math.max(0, at - 60), at + 20)} -> ${b.slice(Math.max(0, at - 60), at + 20)}`;
}

/**
 * Everything that reads models.
 *
 * @param folder An empty folder.
 * @returns The targets.
 */
export async function modelTargets(folder: string): Promise<Target[]> {
  const sub = (name: string) => {
    Deno.mkdirSync(`${folder}/${name}`);
    return `${folder}/${name}`;
  };
  return [
    await safetensors(sub("safetensors")),
    await shardIndex(sub("shards")),
    await gguf(sub("gguf")),
    ...await baseAndVerifier(sub("models")),
    await adapter(sub("adapter")),
    await checkpoints(sub("checkpoints")),
  ];
}

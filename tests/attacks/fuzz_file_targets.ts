/**
 * Readers of models in one file: GGUF, metadata and all ways of storing numbers, and both versions of llama2.c.
 *
 * @module
 */
import { CheckpointError, type Random, RunError } from "../../lib/core/mod.ts";
import { createDecoderConfig, loadLanguageModel } from "../../lib/models/mod.ts";
import { decodeGguf, GGUF_TYPES, ggufBytes, type GgufType } from "../../lib/models/gguf/blocks.ts";
import { tinyGguf, tinyMetadata } from "../models/gguf/tiny_gguf.ts";
import type { GgufValue, NewTensor } from "../models/gguf/write_gguf.ts";
import {
  countedValues,
  oldFile,
  quantizedFile,
  tokenizerFile,
} from "../models/llama2c/write_llama2c.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { silent, type Target, type Verdict } from "./fuzz_target.ts";
import { anyText } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";
import { strangeTemplate } from "./template_pieces.ts";

const ERRORS = [CheckpointError, RunError];

/** Loads a model and sees that it can be used: the formats have no checksum. */
async function takeModel(path: string): Promise<Verdict> {
  const { decoder, tokenizer, template } = await loadLanguageModel(path);
  try {
    const { vocabSize } = decoder.config;
    const text = template.render([{ role: "user", content: "hel" }], { addGenerationPrompt: true });
    if (!text.includes("hel")) return silent(`the template writes ${text}`);
    const ids = encoded(tokenizer.encode, "hel");
    if (!ids.every((id) => id >= 0 && id < vocabSize)) return silent(`${ids} of ${vocabSize}`);
    for (const [name, weight] of decoder.weights) {
      const values = await weight.data() as Float32Array;
      if (!values.every(Number.isFinite)) return silent(`${name} is not finite`);
    }
    return { outcome: "other input" };
  } finally {
    decoder.dispose();
  }
}

/** A tokenizer need not know every text, if it says so. */
function encoded(encode: (text: string) => Int32Array, text: string): Int32Array {
  try {
    return encode(text);
  } catch (error) {
    if (error instanceof RangeError && error.message.startsWith("Cannot ")) return new Int32Array();
    throw error;
  }
}

const NUMBERS: readonly GgufValue[] = [
  ...[0, 1, 2, 3, 255, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1],
  ...[0, -1, 0.5, 1e-30, 1e30, 3.4e38, NaN, Infinity, -Infinity].map((float) => ({ float })),
];
const TEXTS = [
  "",
  "llama",
  "qwen3",
  "gpt2",
  "llama-bpe",
  "__proto__",
  "a\u0000b",
  "x".repeat(70_000),
];

function strangeGgufValue(random: Random): GgufValue {
  const kind = random.uniform();
  if (kind < 0.5) return random.choice(NUMBERS);
  if (kind < 0.65) return random.choice(TEXTS);
  if (kind < 0.7) return anyText(random).toWellFormed();
  if (kind < 0.75) return random.uniform() < 0.5;
  if (kind < 0.8) return strangeTemplate(random).toWellFormed();
  const one = random.choice([...NUMBERS, "a", true, [], [[1]]] as GgufValue[]);
  return Array.from({ length: random.choice([0, 1, 2, 259, 5000]) }, () => one);
}

const KEYS = [
  ...Object.keys(tinyMetadata),
  ...["general.alignment", "general.file_type", "llama.rope.scaling.type", "llama.vocab_size"],
  ...["llama.expert_count", "llama.attention.value_length", "tokenizer.ggml.eot_token_id"],
  ...["split.count", "llama.rope.scaling.factor", "tokenizer.ggml.scores", "__proto__", ""],
];

/** Tokens of which some are missing, there twice, or none. */
function strangeTokens(random: Random): GgufValue {
  const tokens = [...tinyMetadata["tokenizer.ggml.tokens"] as string[]];
  const at = random.integer(0, tokens.length);
  const token = random.choice(["", tokens[0]!, "\u0000", "hel", anyText(random).toWellFormed()]);
  tokens.splice(at, random.choice([0, 1, 1, 5]), ...(random.uniform() < 0.7 ? [token] : []));
  return tokens;
}

const FLOATS = [NaN, Infinity, -Infinity, 3.4e38, -1e-40, 0, 1];

function strangeTensor(random: Random): readonly [string, NewTensor | undefined] {
  const name = random.choice([
    ...["token_embd.weight", "output_norm.weight", "output.weight", "blk.0.attn_q.weight"],
    ...[
      "blk.1.ffn_down.weight",
      "blk.2.attn_q.weight",
      "blk.0.attn_q.bias",
      "rope_freqs.weight",
      "x",
    ],
  ]);
  if (random.uniform() < 0.15) return [name, undefined];
  const shape = random.choice([
    ...[[16], [262, 16], [16, 16], [12, 16], [16, 12], [8, 16], [4], [], [0], [16, 0], [
      1,
      1,
      1,
      16,
    ]],
    ...[[2 ** 20, 2 ** 20], [2 ** 31, 2 ** 31], [256, 256]],
  ]);
  const size = Math.min(5000, shape.reduce((product, length) => product * length, 1));
  const values = new Float32Array(size).fill(random.choice(FLOATS));
  return [name, { shape, type: random.integer(0, 40), bytes: new Uint8Array(values.buffer) }];
}

function metadata(path: string): Target {
  return {
    name: "GGUF metadata",
    errors: ERRORS,
    async attempt(random) {
      const changes: Record<string, GgufValue | undefined> = {};
      const tensors: Record<string, NewTensor | undefined> = {};
      for (let rest = random.choice([1, 1, 1, 2, 3]); rest > 0; rest--) {
        const kind = random.uniform();
        const key = random.choice(KEYS);
        if (kind < 0.45) changes[key] = strangeGgufValue(random);
        else if (kind < 0.55) changes[key] = undefined;
        else if (kind < 0.65) changes["tokenizer.ggml.tokens"] = strangeTokens(random);
        else if (kind < 0.8) {
          changes["tokenizer.chat_template"] = strangeTemplate(random).toWellFormed();
        } else {
          const [name, tensor] = strangeTensor(random);
          tensors[name] = tensor;
        }
      }
      const family = random.choice(["llama", "llama", "qwen2", "qwen3"] as const);
      const bytes = await tinyGguf({ family, metadata: changes, tensors });
      await Deno.writeFile(path, random.uniform() < 0.1 ? mutateBytes(random, bytes) : bytes);
      const shown = Deno.inspect({ changes, tensors }, {
        iterableLimit: 3,
        strAbbreviateSize: 120,
      });
      return { input: `${family} ${shown}`, take: () => takeModel(path) };
    },
  };
}

interface Blocks {
  readonly blocks: Readonly<Record<string, readonly { readonly bytes: string }[]>>;
}

/** Numbers of all ways of storing them: damaged blocks of real ones, or any bytes. */
function blocks(): Target {
  const path = new URL("../models/gguf/blocks.json", import.meta.url);
  const made: Blocks = JSON.parse(Deno.readTextFileSync(path));
  return {
    name: "GGUF blocks",
    errors: [],
    attempt(random) {
      const type = random.choice(GGUF_TYPES) as GgufType;
      const count = random.choice([256, 512, 1024]);
      const size = ggufBytes(type, count)!;
      const real = made.blocks[type]?.map(({ bytes }) => Uint8Array.fromHex(bytes));
      const bytes = Uint8Array.from({ length: size }, (_, i) => {
        const block = real?.[0]!;
        return block === undefined ? i & 0x3f : block[i % block.length]!;
      });
      const isAny = random.uniform() < 0.3;
      for (let i = 0; i < (isAny ? size : random.integer(1, 9)); i++) {
        bytes[isAny ? i : random.integer(0, size)] = random.integer(0, 256);
      }
      return {
        input: `${type} ${bytes.subarray(0, 40).toHex()}`,
        take() {
          const values = decodeGguf(type, bytes);
          const again = decodeGguf(type, bytes.slice());
          const isSame = values.every((value, i) => Object.is(value, again[i]));
          return values.length === count && isSame
            ? { outcome: "other input" }
            : silent(`${values.length} numbers of ${count}`);
        },
      };
    },
  };
}

const PIECES = [
  ...[["<unk>", 0], ["\n<s>\n", 0], ["\n</s>\n", 0], [" ", -1], ["h", -2], ["e", -3], ["l", -4]],
  ...[["he", -5], ["hel", -6], ["<0x41>", -7]],
] as const;
const SIZES = [0, 1, -1, 2, 7, 2 ** 15, 2 ** 24, 2 ** 31 - 1, -(2 ** 31)];
const TOKENIZER = "tokenizer.bin", SETTINGS = "tokenizer_config.json";

/** Both versions with their tokenizer: damaged anywhere, or with other sizes in the header. */
async function llama2c(folder: string): Promise<Target> {
  const config = createDecoderConfig({
    ...{ hiddenSize: 16, intermediateSize: 12, numHiddenLayers: 2, vocabSize: PIECES.length },
    ...{ numAttentionHeads: 4, numKeyValueHeads: 2, maxPositionEmbeddings: 8 },
    ...{ bosTokenId: 1, eosTokenId: 2, tieWordEmbeddings: true },
  });
  const values = countedValues(config);
  const versions = {
    "old.bin": oldFile(config, values),
    "new.bin": quantizedFile(config, values, 4),
  };
  for (const [name, bytes] of Object.entries(versions)) {
    await Deno.writeFile(`${folder}/${name}`, bytes);
  }
  await Deno.writeFile(`${folder}/${TOKENIZER}`, tokenizerFile(PIECES));
  const template = tinyMetadata["tokenizer.chat_template"];
  await Deno.writeTextFile(`${folder}/${SETTINGS}`, JSON.stringify({ chat_template: template }));
  for (const name of Object.keys(versions)) await takeModel(`${folder}/${name}`);
  const files = new DamagedFolder(folder);
  return {
    name: "llama2.c",
    errors: ERRORS,
    attempt(random) {
      files.restore();
      const model = random.choice(Object.keys(versions));
      const take = () => takeModel(`${folder}/${model}`);
      const kind = random.uniform();
      if (kind < 0.5) return { input: `${model}: ${files.damage(random, [model])}`, take };
      if (kind < 0.75) {
        return { input: `${model}: ${files.damage(random, [TOKENIZER, SETTINGS])}`, take };
      }
      const bytes = files.original(model).slice();
      const at = random.choice(
        model === "old.bin" ? [0, 4, 8, 12, 16, 20, 24] : [4, 8, 12, 20, 24, 28, 32, 37],
      );
      const size = random.choice(SIZES);
      new DataView(bytes.buffer).setInt32(at, size, true);
      files.write(model, bytes);
      return { input: `${model}: ${size} at byte ${at}`, take };
    },
  };
}

/**
 * Everything that reads models in one file.
 *
 * @param folder An empty folder.
 * @returns The targets.
 */
export async function fileTargets(folder: string): Promise<Target[]> {
  await Deno.mkdir(`${folder}/llama2c`);
  return [metadata(`${folder}/tiny.gguf`), blocks(), await llama2c(`${folder}/llama2c`)];
}

/**
 * A tiny model as llama.cpp's converter would write it: byte-level tokens, a chat template, random weights.
 *
 * @module
 */
import { Random } from "../../../lib/core/mod.ts";
import { createDecoderConfig, Decoder, type DecoderConfig } from "../../../lib/models/mod.ts";
import { ggufBytesOf, type GgufValue, type NewTensor } from "./write_gguf.ts";

/** What GPT-2 writes for the bytes from 0 to 255. */
const BYTE_TEXTS = (() => {
  const isPlain = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from(
    { length: 256 },
    (_, byte) => String.fromCodePoint(isPlain(byte) ? byte : next++),
  );
})();
const CONTROL = 3, NORMAL = 1;
const SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const MERGES = ["h e", "he l"];
const TOKENS = [...SPECIAL, ...BYTE_TEXTS, "he", "hel"];

/** The model's sizes. */
export const tinyConfig = createDecoderConfig({
  vocabSize: TOKENS.length,
  hiddenSize: 16,
  intermediateSize: 12,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  maxPositionEmbeddings: 128,
  rmsNormEps: 0.5 ** 17, // a float32
  tieWordEmbeddings: true,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
});

/** Its metadata. */
export const tinyMetadata: Readonly<Record<string, GgufValue>> = {
  "general.architecture": "llama",
  "llama.block_count": 2,
  "llama.context_length": 128,
  "llama.embedding_length": 16,
  "llama.feed_forward_length": 12,
  "llama.attention.head_count": 2,
  "llama.attention.head_count_kv": 1,
  "llama.attention.layer_norm_rms_epsilon": { float: 0.5 ** 17 },
  "llama.rope.freq_base": { float: 10_000 },
  "llama.rope.dimension_count": 8,
  "tokenizer.ggml.model": "gpt2",
  "tokenizer.ggml.pre": "smollm",
  "tokenizer.ggml.tokens": TOKENS,
  "tokenizer.ggml.token_type": TOKENS.map((_, id) => id < SPECIAL.length ? CONTROL : NORMAL),
  "tokenizer.ggml.merges": MERGES,
  "tokenizer.ggml.bos_token_id": 1,
  "tokenizer.ggml.eos_token_id": 2,
  "tokenizer.ggml.padding_token_id": 0,
  "tokenizer.chat_template":
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}" +
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
};

const NAMES: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  "input_layernorm": "attn_norm",
  "self_attn.q_proj": "attn_q",
  "self_attn.k_proj": "attn_k",
  "self_attn.v_proj": "attn_v",
  "self_attn.q_norm": "attn_q_norm",
  "self_attn.k_norm": "attn_k_norm",
  "self_attn.o_proj": "attn_output",
  "post_attention_layernorm": "ffn_norm",
  "mlp.gate_proj": "ffn_gate",
  "mlp.up_proj": "ffn_up",
  "mlp.down_proj": "ffn_down",
};

/** What families other than llamas do otherwise, by llama.cpp's name. */
export const FAMILIES = {
  llama: {},
  qwen2: { attentionBias: "qkv" },
  qwen3: { qkNorm: "head" },
} as const satisfies Readonly<Record<string, Partial<DecoderConfig>>>;

/** The model with random weights; the caller disposes it. */
export const tinyDecoder = (family: keyof typeof FAMILIES = "llama"): Decoder =>
  Decoder.initialize({ ...tinyConfig, ...FAMILIES[family] }, Random.fromSeed(5));

/** Its tensors by llama.cpp's names, in float32. */
async function tinyTensors(
  decoder: Decoder,
  family: keyof typeof FAMILIES,
): Promise<Record<string, NewTensor>> {
  const tensors: Record<string, NewTensor> = {};
  for (const [name, weight] of decoder.weights) {
    const [, stem, kind] = /^(.+)\.(weight|bias)$/.exec(name)!;
    const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(stem!) ?? [];
    const own = part === undefined ? NAMES[stem!]! : `blk.${layer}.${NAMES[part]}`;
    const rotated = name.includes("q_proj") ? 2 : name.includes("k_proj") ? 1 : undefined;
    const heads = family === "llama" ? rotated : undefined;
    const values = await weight.data() as Float32Array;
    const stored = heads === undefined ? values : asNeighbours(values, heads);
    tensors[`${own}.${kind}`] = {
      shape: weight.shape,
      type: 0,
      bytes: new Uint8Array(stored.slice().buffer),
    };
  }
  return tensors;
}

/** As the converter does: rows [heads, half, place] become [heads, place, half]; heads are 8 wide, inputs 16. */
function asNeighbours(values: Float32Array, heads: number): Float32Array {
  const rows: number[][] = [];
  for (let head = 0; head < heads; head++) {
    for (let place = 0; place < 4; place++) {
      for (let half = 0; half < 2; half++) {
        const row = head * 8 + half * 4 + place;
        rows.push([...values.subarray(row * 16, (row + 1) * 16)]);
      }
    }
  }
  return Float32Array.from(rows.flat());
}

/** The whole file, with other metadata or tensors; undefined leaves one out. */
export async function tinyGguf(
  changes: {
    readonly family?: keyof typeof FAMILIES;
    readonly metadata?: Readonly<Record<string, GgufValue | undefined>>;
    readonly tensors?: Readonly<Record<string, NewTensor | undefined>>;
  } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { family = "llama" } = changes;
  const decoder = tinyDecoder(family);
  const tensors = { ...await tinyTensors(decoder, family), ...changes.tensors };
  decoder.dispose();
  const defined = <Value>(entries: Readonly<Record<string, Value | undefined>>) =>
    Object.fromEntries(
      Object.entries(entries).filter((entry): entry is [string, Value] => entry[1] !== undefined),
    );
  const metadata = Object.fromEntries(
    Object.entries({ ...tinyMetadata, "general.architecture": family })
      .map(([key, value]) => [key.replace(/^llama\./, `${family}.`), value]),
  );
  return ggufBytesOf(defined({ ...metadata, ...changes.metadata }), defined(tensors));
}

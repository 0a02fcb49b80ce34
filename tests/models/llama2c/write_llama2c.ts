/**
 * Writes files as `export.py` of karpathy's llama2.c does.
 *
 * @module
 */
import { type DecoderConfig, decoderWeightShapes } from "../../../lib/models/mod.ts";

/** Values by Hugging Face's name, rows of queries and keys in the order of neighbours. */
export type Values = (name: string) => Float32Array;

const KINDS = {
  attentionNorm: "input_layernorm",
  query: "self_attn.q_proj",
  key: "self_attn.k_proj",
  value: "self_attn.v_proj",
  output: "self_attn.o_proj",
  mlpNorm: "post_attention_layernorm",
  gate: "mlp.gate_proj",
  down: "mlp.down_proj",
  up: "mlp.up_proj",
} as const;
const TABLE = "model.embed_tokens.weight", NORM = "model.norm.weight", HEAD = "lm_head.weight";

const bytesOf = (values: Float32Array | Int32Array | Int8Array) =>
  new Uint8Array(values.slice().buffer);
const joined = (parts: readonly Uint8Array[]) => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

function sizesOf(config: DecoderConfig, vocabSize: number): Uint8Array {
  return bytesOf(Int32Array.of(
    ...[config.hiddenSize, config.intermediateSize, config.numHiddenLayers],
    ...[config.numAttentionHeads, config.numKeyValueHeads, vocabSize],
    config.maxPositionEmbeddings,
  ));
}

const namesOf = (config: DecoderConfig, kinds: readonly (keyof typeof KINDS)[]) =>
  kinds.flatMap((kind) =>
    Array.from(
      { length: config.numHiddenLayers },
      (_, layer) => `model.layers.${layer}.${KINDS[kind]}.weight`,
    )
  );

/** Version 0: seven sizes, float32 numbers, tables of cosines and sines before a head of its own. */
export function oldFile(config: DecoderConfig, values: Values): Uint8Array {
  const layers = namesOf(config, [
    ...["attentionNorm", "query", "key", "value", "output"] as const,
    ...["mlpNorm", "gate", "down", "up"] as const,
  ]);
  const { tieWordEmbeddings: isTied, maxPositionEmbeddings, headDim, vocabSize } = config;
  return joined([
    sizesOf(config, isTied ? vocabSize : -vocabSize),
    ...[TABLE, ...layers, NORM].map((name) => bytesOf(values(name))),
    bytesOf(new Float32Array(maxPositionEmbeddings * headDim).fill(NaN)), // nobody may read them
    ...isTied ? [] : [bytesOf(values(HEAD))],
  ]);
}

/** Version 2: a header of 256 bytes, norms, then integers with the scales of their groups behind them. */
export function quantizedFile(
  config: DecoderConfig,
  values: Values,
  groupSize: number,
): Uint8Array {
  const header = new Uint8Array(256);
  header.set(new TextEncoder().encode("24ka"));
  header[4] = 2;
  header.set(sizesOf(config, config.vocabSize), 8);
  header[36] = +config.tieWordEmbeddings;
  header.set(bytesOf(Int32Array.of(groupSize)), 37);
  const norms = [...namesOf(config, ["attentionNorm", "mlpNorm"]), NORM];
  const quantized = [
    TABLE,
    ...namesOf(config, ["query", "key", "value", "output", "gate", "down", "up"]),
    ...config.tieWordEmbeddings ? [] : [HEAD],
  ];
  return joined([
    header,
    ...norms.map((name) => bytesOf(values(name))),
    ...quantized.flatMap((name) => {
      const { integers, scales } = quantize(values(name), groupSize);
      return [bytesOf(integers), bytesOf(scales)];
    }),
  ]);
}

/** To -127 to 127, by the largest of each group. */
export function quantize(
  values: Float32Array,
  groupSize: number,
): { readonly integers: Int8Array; readonly scales: Float32Array } {
  const scales = Float32Array.from(
    { length: values.length / groupSize },
    (_, group) =>
      values.subarray(group * groupSize, (group + 1) * groupSize)
        .reduce((most, value) => Math.max(most, Math.abs(value)), 0) / 127,
  );
  const integers = Int8Array.from(
    values,
    (value, i) => Math.round(value / scales[Math.floor(i / groupSize)]!),
  );
  return { integers, scales };
}

/** Values that differ everywhere, so that no two weights can be taken for each other. */
export function countedValues(config: DecoderConfig): Values {
  let from = 0;
  const all = new Map([...decoderWeightShapes(config)].map(([name, shape]) => {
    const size = shape.reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, (_, i) => Math.sin(from + i));
    from += size;
    return [name, values] as const;
  }));
  return (name) => all.get(name)!;
}

/** A `tokenizer.bin`. */
export function tokenizerFile(pieces: readonly (readonly [text: string, score: number])[]) {
  const texts = pieces.map(([text]) => new TextEncoder().encode(text));
  return joined([
    bytesOf(Int32Array.of(Math.max(...texts.map(({ length }) => length)))),
    ...texts.flatMap((text, id) => [
      bytesOf(Float32Array.of(pieces[id]![1])),
      bytesOf(Int32Array.of(text.length)),
      text,
    ]),
  ]);
}

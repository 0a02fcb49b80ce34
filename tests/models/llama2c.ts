/**
 * Reads float32 checkpoints of karpathy's llama2.c (version 0) as Hugging Face weights.
 *
 * @module
 */
import {
  createDecoderConfig,
  type DecoderConfig,
  decoderWeightShapes,
  type TensorValues,
} from "../../lib/models/mod.ts";

/** Configuration and weights of a llama2.c file. */
export interface Llama2c {
  /** Sizes, from the file's seven header numbers. */
  readonly config: DecoderConfig;
  /** Values by Hugging Face name. */
  readonly tensors: Map<string, TensorValues>;
}

/** Order of a layer's weights in the file: each kind for all layers, one after the other. */
const LAYER_KINDS = [
  "input_layernorm",
  "self_attn.q_proj",
  "self_attn.k_proj",
  "self_attn.v_proj",
  "self_attn.o_proj",
  "post_attention_layernorm",
  "mlp.gate_proj",
  "mlp.down_proj",
  "mlp.up_proj",
];

/** Reads a file that holds: seven int32 sizes, then all weights as float32. */
export async function readLlama2c(path: string): Promise<Llama2c> {
  const { buffer } = await Deno.readFile(path);
  const [dim, hiddenDim, numLayers, numHeads, numKvHeads, vocabSize, seqLen] = new Int32Array(
    buffer,
    0,
    7,
  );
  const config = createDecoderConfig({
    vocabSize: Math.abs(vocabSize!), // negative means an untied head
    hiddenSize: dim!,
    intermediateSize: hiddenDim!,
    numHiddenLayers: numLayers!,
    numAttentionHeads: numHeads!,
    numKeyValueHeads: numKvHeads!,
    maxPositionEmbeddings: seqLen!,
    tieWordEmbeddings: vocabSize! > 0,
    rmsNormEps: 1e-5,
    bosTokenId: 1,
    eosTokenId: 2,
  });
  const floats = new Float32Array(buffer, 28);
  const shapes = decoderWeightShapes(config);
  const tensors = new Map<string, TensorValues>();
  let position = 0;
  const read = (name: string) => {
    const shape = shapes.get(name)!;
    const size = shape.reduce((product, length) => product * length, 1);
    const raw = floats.slice(position, position += size);
    const isRotated = name.includes("q_proj") || name.includes("k_proj");
    tensors.set(name, { shape, values: isRotated ? splitHalves(raw, config) : raw });
  };
  read("model.embed_tokens.weight");
  for (const kind of LAYER_KINDS) {
    for (let layer = 0; layer < numLayers!; layer++) read(`model.layers.${layer}.${kind}.weight`);
  }
  read("model.norm.weight");
  return { config, tensors };
}

/** Rotary pairs are rows (2i, 2i + 1) of a head there and (i, i + C/2) here. */
function splitHalves(values: Float32Array, { hiddenSize, headDim }: DecoderConfig): Float32Array {
  const output = new Float32Array(values.length);
  for (let row = 0; row < values.length / hiddenSize; row++) {
    const within = row % headDim;
    const target = row - within + (within % 2) * (headDim / 2) + Math.floor(within / 2);
    output.set(values.subarray(row * hiddenSize, (row + 1) * hiddenSize), target * hiddenSize);
  }
  return output;
}

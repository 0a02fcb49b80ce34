/**
 * Hugging Face's names and shapes of a decoder's weights.
 *
 * @module
 */
import type { DecoderConfig } from "./decoder_config.ts";

/** Linear layers of a decoder layer, in the order in which they run. */
export const PROJECTIONS = [
  "q_proj",
  "k_proj",
  "v_proj",
  "o_proj",
  "gate_proj",
  "up_proj",
  "down_proj",
] as const;

/** Name of a linear layer of a decoder layer. */
export type Projection = typeof PROJECTIONS[number];

/**
 * Full name of a projection's weight.
 *
 * @param layer 0-based layer index.
 * @param projection Which of the layer's linear layers.
 * @returns For instance `model.layers.0.self_attn.q_proj`, without `.weight`.
 */
export function projectionName(layer: number, projection: Projection): string {
  const block = projection === "q_proj" || projection === "k_proj" || projection === "v_proj" ||
      projection === "o_proj"
    ? "self_attn"
    : "mlp";
  return `model.layers.${layer}.${block}.${projection}`;
}

/**
 * Shape of a projection's weight.
 *
 * @param config Sizes of the decoder.
 * @param projection Which linear layer.
 * @returns [outputs, inputs], Hugging Face's orientation.
 */
export function projectionShape(config: DecoderConfig, projection: Projection): [number, number] {
  const { hiddenSize, intermediateSize, headDim } = config;
  const queryWidth = config.numAttentionHeads * headDim;
  const keyWidth = config.numKeyValueHeads * headDim;
  switch (projection) {
    case "q_proj":
      return [queryWidth, hiddenSize];
    case "k_proj":
    case "v_proj":
      return [keyWidth, hiddenSize];
    case "o_proj":
      return [hiddenSize, queryWidth];
    case "gate_proj":
    case "up_proj":
      return [intermediateSize, hiddenSize];
    case "down_proj":
      return [hiddenSize, intermediateSize];
  }
}

const BIASED: Readonly<Record<"qkv" | "qkvo", readonly Projection[]>> = {
  qkv: ["q_proj", "k_proj", "v_proj"],
  qkvo: ["q_proj", "k_proj", "v_proj", "o_proj"],
};

/**
 * Whether a projection adds a bias, which stands beside its weight under `.bias`.
 *
 * @param config Options of the decoder.
 * @param projection Which linear layer.
 * @returns False for those of the MLP, which never do.
 */
export function hasBias({ attentionBias }: DecoderConfig, projection: Projection): boolean {
  return attentionBias !== undefined && BIASED[attentionBias].includes(projection);
}

/** Names of the norms of a block, without layer and `.weight`. */
export interface BlockNorms {
  /** Of its input; undefined = there is none. */
  readonly before?: string;
  /** Of its output; undefined = there is none. */
  readonly behind?: string;
}

const BEHIND = {
  attention: { behind: "post_attention_layernorm" },
  mlp: { behind: "post_feedforward_layernorm" },
} as const;

/**
 * Names of the norms of a layer's two blocks.
 *
 * @param config Options of the decoder.
 * @returns Those that there are.
 */
export function blockNorms(
  { normPosition }: DecoderConfig,
): { readonly attention: BlockNorms; readonly mlp: BlockNorms } {
  if (normPosition === "behind") return BEHIND;
  const attention = { before: "input_layernorm" };
  if (normPosition === undefined) return { attention, mlp: { before: "post_attention_layernorm" } };
  return {
    attention: { ...attention, ...BEHIND.attention },
    mlp: { before: "pre_feedforward_layernorm", ...BEHIND.mlp },
  };
}

/**
 * How many columns of queries or keys are normalised together, which is how wide the norm's weight is.
 *
 * @param config Sizes and options of the decoder.
 * @param projection What is normalised.
 * @returns Columns; undefined = they are not.
 */
function normWidth(config: DecoderConfig, projection: "q_proj" | "k_proj"): number | undefined {
  if (config.qkNorm === undefined) return undefined;
  return config.qkNorm === "head" ? config.headDim : projectionShape(config, projection)[0];
}

/**
 * Names and shapes of all weights of a decoder, in the order of the computation.
 *
 * @param config Sizes of the decoder.
 * @returns Map from Hugging Face name to shape; the head only when it is not tied.
 */
export function decoderWeightShapes(config: DecoderConfig): Map<string, number[]> {
  const { vocabSize, hiddenSize } = config;
  const shapes = new Map<string, number[]>([["model.embed_tokens.weight", [
    vocabSize,
    hiddenSize,
  ]]]);
  const norms = blockNorms(config);
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const addNorms = (names: BlockNorms) => {
      for (const name of Object.values(names)) {
        shapes.set(`model.layers.${layer}.${name}.weight`, [hiddenSize]);
      }
    };
    addNorms(norms.attention);
    for (const projection of PROJECTIONS) {
      if (projection === "gate_proj") addNorms(norms.mlp);
      const name = projectionName(layer, projection);
      const norm = projection === "q_proj" || projection === "k_proj"
        ? normWidth(config, projection)
        : undefined;
      const shape = projectionShape(config, projection);
      shapes.set(`${name}.weight`, shape);
      if (hasBias(config, projection)) shapes.set(`${name}.bias`, [shape[0]]);
      if (norm !== undefined) shapes.set(`${name.replace("_proj", "_norm")}.weight`, [norm]);
    }
  }
  shapes.set("model.norm.weight", [hiddenSize]);
  if (!config.tieWordEmbeddings) shapes.set("lm_head.weight", [vocabSize, hiddenSize]);
  return shapes;
}

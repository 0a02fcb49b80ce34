/**
 * What is measured on a GPU, and at which sizes.
 *
 * @module
 */
import { createDecoderConfig, type DecoderConfig } from "../../lib/models/mod.ts";

/** Precision of products and weights on a GPU. */
export type GpuPrecision = "float32" | "float16";

/** One measurement of one side; plain JSON, as workers and the peer get it. */
export interface GpuItem {
  /** What is done. */
  readonly kind: "products" | "rollout" | "update";
  /** Precision. */
  readonly dtype: GpuPrecision;
  /** Shown in the table. */
  readonly name: string;
  /** M = K = N of the products. */
  readonly sizes: readonly number[];
  /** The decoder; null for products. */
  readonly config: DecoderConfig | null;
  /** Rows of the batch. */
  readonly numRows: number;
  /** Tokens of each prompt. */
  readonly promptTokens: number;
  /** Tokens sampled after each prompt, or trained on. */
  readonly newTokens: number;
}

/** A GPU's measurements, or ones that a software adapter ends in a minute. */
export type GpuSizes = "full" | "tiny";

interface Sizes {
  readonly products: readonly number[];
  readonly decoders: Readonly<Record<string, DecoderConfig>>;
  readonly batch: Pick<GpuItem, "numRows" | "promptTokens" | "newTokens">;
}

const CHAT = { eosTokenId: 2, padTokenId: 0, tieWordEmbeddings: true } as const;

const SIZES: Readonly<Record<GpuSizes, Sizes>> = {
  full: {
    products: [1024, 2048, 4096, 8192],
    decoders: {
      "like SmolLM2-135M": createDecoderConfig({
        vocabSize: 49_152,
        hiddenSize: 576,
        intermediateSize: 1536,
        numHiddenLayers: 30,
        numAttentionHeads: 9,
        numKeyValueHeads: 3,
        ...CHAT,
      }),
      // The real one also has biases on queries, keys and values: nothing of its time.
      "like Qwen2.5-0.5B": createDecoderConfig({
        vocabSize: 151_936,
        hiddenSize: 896,
        intermediateSize: 4864,
        numHiddenLayers: 24,
        numAttentionHeads: 14,
        numKeyValueHeads: 2,
        ...CHAT,
      }),
    },
    batch: { numRows: 32, promptTokens: 256, newTokens: 64 },
  },
  tiny: {
    products: [64, 128],
    decoders: {
      "tiny, 3 heads on 1": createDecoderConfig({
        vocabSize: 512,
        hiddenSize: 48,
        intermediateSize: 96,
        numHiddenLayers: 2,
        numAttentionHeads: 3,
        numKeyValueHeads: 1,
        ...CHAT,
      }),
    },
    batch: { numRows: 4, promptTokens: 12, newTokens: 4 },
  },
};

/**
 * Everything that is measured, most important first.
 *
 * @param sizes Which.
 * @returns Items; each is measured on both sides.
 */
export function gpuItems(sizes: GpuSizes): GpuItem[] {
  const { products, decoders, batch } = SIZES[sizes];
  const precisions = ["float32", "float16"] as const;
  const none = { config: null, numRows: 0, promptTokens: 0, newTokens: 0 };
  return [
    ...precisions.map((dtype) => (
      { kind: "products", name: "products", dtype, sizes: products, ...none } as const
    )),
    ...Object.entries(decoders).flatMap(([name, config]) =>
      (["rollout", "update"] as const).flatMap((kind) =>
        precisions.map((dtype) => ({ kind, name, dtype, sizes: [], config, ...batch }))
      )
    ),
  ];
}

/**
 * Weights of decoders in GGUF files: llama.cpp's names and order, and Hugging Face's.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { PackedFormat } from "../../device/mod.ts";
import type { DecoderConfig } from "../decoder_config.ts";
import { named } from "../../core/mod.ts";
import { rotatedHeads, withHalves } from "../neighbour_rotation.ts";
import type { BaseDtype } from "../base_dtype.ts";
import { storeWeight, weightVariables } from "../stored_weight.ts";
import { shapeText } from "../shape_text.ts";
import { decoderWeightShapes } from "../weight_names.ts";
import { architectureOf, OTHER_MODEL, ROPE_FACTORS } from "./architectures.ts";
import { decodeGguf, type GgufType } from "./blocks.ts";
import { ggufError, type GgufFile, readGguf } from "./file.ts";

/** llama.cpp's names of the weights of a layer, by Hugging Face's. */
const LAYER_NAMES: Readonly<Record<string, string>> = {
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
const NAMES: Readonly<Record<string, string>> = {
  "model.embed_tokens": "token_embd",
  "model.norm": "output_norm",
  "lm_head": "output",
};

/**
 * Reads the weights of the decoder in a file.
 *
 * @param file The file.
 * @param config From {@link decoderConfigOfGguf}.
 * @param dtype What matrices are kept in.
 * @returns Variables by Hugging Face's names, owned by the caller.
 * @throws {CheckpointError} When weights are missing, unexpected or misshaped, or not finite.
 */
export async function readDecoderWeights(
  file: GgufFile,
  config: DecoderConfig,
  dtype: BaseDtype,
): Promise<Map<string, tf.Variable>> {
  const wanted = decoderWeightShapes(config);
  const { rotatesNeighbours } = architectureOf(file);
  const names = new Map([...wanted.keys()].map((name) => [ggufName(name), name]));
  checkTensors(file, names, wanted);
  return await weightVariables(
    wanted.keys(),
    (put) =>
      readGguf(file, names.keys(), (ggufName, { type }, raw) => {
        const name = names.get(ggufName)!;
        const shape = wanted.get(name)!;
        const heads = rotatesNeighbours ? rotatedHeads(name, config) : undefined;
        const bytes = heads === undefined ? raw : withHalves(raw, heads, shape);
        const format = formatOf(type);
        const packed = format && { format, bytes };
        const values = () => decodeGguf(type, bytes);
        const place = { path: file.path, name: ggufName };
        put(name, storeWeight({ name, shape, packed, values, place }, dtype));
      }),
  );
}

function checkTensors(
  file: GgufFile,
  names: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, readonly number[]>,
): void {
  const { path, tensors } = file;
  for (const [own, name] of names) {
    const shape = tensors.get(own)?.shape;
    if (shape?.join() === wanted.get(name)!.join()) continue;
    throw ggufError(
      path,
      `tensor ${own} must have shape [${wanted.get(name)!.join(", ")}]: ${
        shape === undefined ? "there is none" : shapeText(shape)
      }`,
    );
  }
  const unexpected = [...tensors.keys()].find((name) => !names.has(name) && name !== ROPE_FACTORS);
  if (unexpected !== undefined) {
    throw ggufError(
      path,
      `its tensors must be those of ${architectureOf(file).name}: ${named(unexpected)} is none`,
      OTHER_MODEL,
    );
  }
}

/** Its own word for how numbers are stored; none for float32. */
function formatOf(type: GgufType): PackedFormat | undefined {
  if (type === "F32") return undefined;
  return type === "F16" ? "float16" : type === "BF16" ? "bfloat16" : type;
}

/** llama.cpp's name of a weight or bias. */
function ggufName(name: string): string {
  const [, stem, kind] = /^(.+)\.(weight|bias)$/.exec(name)!;
  const [, layer, part] = /^model\.layers\.(\d+)\.(.+)$/.exec(stem!) ?? [];
  return `${part === undefined ? NAMES[stem!] : `blk.${layer}.${LAYER_NAMES[part]}`}.${kind}`;
}

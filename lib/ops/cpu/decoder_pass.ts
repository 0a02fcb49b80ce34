/** A whole decoder on every thread's own rows; see `../decoder_pass.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { CpuBackend } from "../../device/cpu_backend.ts";
import type { DecoderPass, PassLayer } from "../decoder_pass.ts";
import { scoreAttributes } from "../attention_scores.ts";
import { registerCpuKernel, withScratch } from "./kernel.ts";
import { lastPosition } from "./last_position.ts";
import { rotaryTable } from "./rotary_embedding.ts";

type PassAttrs = Omit<DecoderPass, "ids" | "starts" | "slots">;

/** Tokens that a thread takes through a layer together, so that what lies between two operations stays in its
 * second-level cache; 32, 48 and 96 were equally fast. */
const CHUNK_TOKENS = 96;

/** Words of a plan before its layers; see `assembly/decoder_pass_plan.ts`. */
const PLAN_WORDS = 22;
/** Words of a layer. */
const LAYER_WORDS = 5 + 7 * 5;

registerCpuKernel<PassAttrs>("MaporlDecoderPass", ({ inputs, attrs, backend, allocate }) => {
  const ids = inputs["ids"]!;
  const starts = inputs["starts"]!;
  const slots = inputs["slots"]!;
  const { embedding, finalNorm, layers, numStates } = attrs;
  const [numEntries, width] = embedding.shape;
  const numRows = starts.shape[0]!;
  const numTokens = ids.shape[0]! / numRows;
  const out = allocate([numRows * numStates, width], "float32");
  const values = backend.int32(slots);
  const length = lastPosition(values) + 1;
  const table = rotaryTable(backend, length, attrs);
  const bfloat16 = copyPointers(backend, layers, "bfloat16");
  const transposed = bfloat16 ? undefined : copyPointers(backend, layers, "transposed");
  const words = PLAN_WORDS + layers.length * LAYER_WORDS;
  withScratch(backend, words, (plan, floats) => {
    const tensors = [ids, starts, slots, out, embedding, finalNorm];
    backend.withPointers(tensors, (pi, ps, pp, po, pe, pf) => {
      const integers = new Uint32Array(floats.buffer, plan, words);
      const ranks = layers.flatMap(({ projections }) =>
        projections.map(({ lora }) => lora?.a.shape[0] ?? 0)
      );
      integers.set([
        width,
        attrs.intermediateSize,
        attrs.numHeads,
        attrs.numKvHeads,
        attrs.headDim,
        Math.max(...ranks),
        +(bfloat16 !== undefined),
        numTokens,
        length - numTokens,
        layers[0]!.cache.keys.shape[1],
        numStates,
        layers.length,
        pi!,
        ps!,
        pp!,
        po!,
        pe!,
        numEntries,
        pf!,
        table,
      ]);
      floats[20] = attrs.eps;
      integers[21] = +(transposed !== undefined);
      for (const [index, layer] of layers.entries()) {
        writeLayer(backend, layer, {
          copies: bfloat16 ?? transposed,
          integers,
          floats,
          at: PLAN_WORDS + index * LAYER_WORDS,
        });
      }
      const numThreads = Math.min(backend.pool.numThreads, numRows);
      const fitting = Math.max(1, Math.floor(CHUNK_TOKENS / numTokens));
      const chunk = Math.min(fitting, Math.ceil(numRows / numThreads));
      // Tokens of one row of the cache belong to one thread, as each reads what those before it wrote.
      const rowEdge = (token: number): number => {
        if (numTokens > 1) return token;
        while (token > 0 && values[2 * token] === values[2 * token - 2]) token++;
        return token;
      };
      const bytes = backend.wasm["decoderPassScratch"]!(plan, chunk) >>> 0;
      withScratch(backend, numThreads * bytes / 4, (scratch) => {
        backend.spread("decoderPass", { count: numRows, grain: 1 }, (from, to, thread) => [
          plan,
          scratch + thread * bytes,
          rowEdge(from),
          rowEdge(to),
          chunk,
        ]);
      });
    });
  });
  for (const { cache } of layers) {
    backend.wrote(cache.keys);
    backend.wrote(cache.values);
  }
  return out;
});

/** Where a layer's words go. */
interface LayerPlace {
  readonly copies: ReadonlyMap<tf.TensorInfo, number> | undefined;
  readonly integers: Uint32Array;
  readonly floats: Float32Array;
  readonly at: number;
}

function writeLayer(backend: CpuBackend, layer: PassLayer, place: LayerPlace): void {
  const { copies, integers, floats } = place;
  const { cache } = layer;
  let { at } = place;
  for (const tensor of [layer.inputNorm, layer.postAttentionNorm, cache.keys, cache.values]) {
    integers[at++] = backend.pointer(tensor);
  }
  integers[at++] = scoreAttributes("decoderPass", layer).window;
  for (const { weight, lora } of layer.projections) {
    for (const factor of [weight, lora?.a, lora?.b]) {
      integers[at++] = factor === undefined ? 0 : copies?.get(factor) ?? backend.pointer(factor);
    }
    integers[at++] = lora?.a.shape[0] ?? 0;
    floats[at++] = lora?.scale ?? 0;
  }
}

/**
 * Addresses of copies: in bfloat16 of all that projections multiply by, where products read those, else
 * transposed of their weights.
 *
 * @returns Undefined where there is no room for all of them.
 */
function copyPointers(
  backend: CpuBackend,
  layers: readonly PassLayer[],
  form: "bfloat16" | "transposed",
): ReadonlyMap<tf.TensorInfo, number> | undefined {
  const pointers = new Map<tf.TensorInfo, number>();
  for (const { weight, lora } of layers.flatMap(({ projections }) => projections)) {
    for (const factor of lora && form === "bfloat16" ? [weight, lora.a, lora.b] : [weight]) {
      const pointer = form === "bfloat16"
        ? backend.bfloat16Pointer(factor)
        : backend.transposedPointer(factor);
      if (pointer === 0) return undefined;
      pointers.set(factor, pointer);
    }
  }
  return pointers;
}

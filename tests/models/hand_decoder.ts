/**
 * A decoder written as plain loops over numbers, one sequence at a time, for comparison.
 *
 * @module
 */
import type { DecoderConfig } from "../../lib/models/mod.ts";

type Vector = number[];

/** Weights by Hugging Face name, row-major. */
export type PlainWeights = ReadonlyMap<string, ArrayLike<number>>;

/** Hidden states after the final norm of one unpadded sequence, [T][D], in float64. */
export function handDecoder(
  ids: readonly number[],
  weights: PlainWeights,
  config: DecoderConfig,
): Vector[] {
  const { hiddenSize: D, numAttentionHeads: H, numKeyValueHeads: K, headDim: C } = config;
  const table = weights.get("model.embed_tokens.weight")!;
  let x: Vector[] = ids.map((id) => Array.from({ length: D }, (_, d) => table[id * D + d]!));
  for (let layer = 0; layer < config.numHiddenLayers; layer++) {
    const weight = (name: string) => weights.get(`model.layers.${layer}.${name}.weight`)!;
    const normed = x.map((row) => norm(row, weight("input_layernorm"), config.rmsNormEps));
    const q = normed.map((row, t) => rotate(product(weight("self_attn.q_proj"), row), t, config));
    const k = normed.map((row, t) => rotate(product(weight("self_attn.k_proj"), row), t, config));
    const v = normed.map((row) => product(weight("self_attn.v_proj"), row));
    const attended = ids.map((_, t) => {
      const output: Vector = [];
      for (let h = 0; h < H; h++) {
        const kv = Math.floor(h / (H / K)); // the kv head that this query head shares
        const scores = ids.slice(0, t + 1).map((_, s) => {
          let dot = 0;
          for (let c = 0; c < C; c++) dot += q[t]![h * C + c]! * k[s]![kv * C + c]!;
          return Math.exp(dot / Math.sqrt(C));
        });
        const total = scores.reduce((sum, score) => sum + score, 0);
        for (let c = 0; c < C; c++) {
          output.push(scores.reduce((sum, p, s) => sum + p / total * v[s]![kv * C + c]!, 0));
        }
      }
      return output;
    });
    x = x.map((row, t) => plus(row, product(weight("self_attn.o_proj"), attended[t]!)));
    x = x.map((row) => {
      const input = norm(row, weight("post_attention_layernorm"), config.rmsNormEps);
      const gate = product(weight("mlp.gate_proj"), input);
      const up = product(weight("mlp.up_proj"), input);
      const gated = gate.map((g, f) => g / (1 + Math.exp(-g)) * up[f]!);
      return plus(row, product(weight("mlp.down_proj"), gated));
    });
  }
  return x.map((row) => norm(row, weights.get("model.norm.weight")!, config.rmsNormEps));
}

/** Log-probabilities of every token given one hidden state. */
export function handLogProbs(hidden: Vector, head: ArrayLike<number>): Vector {
  const logits = product(head, hidden);
  const logSum = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits.map((logit) => logit - logSum);
}

function product(weight: ArrayLike<number>, x: Vector): Vector {
  return Array.from(
    { length: weight.length / x.length },
    (_, row) => x.reduce((sum, value, i) => sum + weight[row * x.length + i]! * value, 0),
  );
}

function plus(a: Vector, b: Vector): Vector {
  return a.map((value, i) => value + b[i]!);
}

function norm(x: Vector, weight: ArrayLike<number>, eps: number): Vector {
  const meanSquare = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  return x.map((value, i) => value / Math.sqrt(meanSquare + eps) * weight[i]!);
}

/** Turns the pair (i, i + C/2) of every head by position · theta^(-2i/C). */
function rotate(x: Vector, position: number, { headDim: C, ropeTheta }: DecoderConfig): Vector {
  const output = [...x];
  for (let head = 0; head < x.length; head += C) {
    for (let i = 0; i < C / 2; i++) {
      const angle = position * ropeTheta ** (-2 * i / C);
      const [a, b] = [x[head + i]!, x[head + i + C / 2]!];
      output[head + i] = a * Math.cos(angle) - b * Math.sin(angle);
      output[head + i + C / 2] = b * Math.cos(angle) + a * Math.sin(angle);
    }
  }
  return output;
}

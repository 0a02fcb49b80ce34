/** Attention of single queries over cached keys; see `../cached_attention.ts`. */
import type { ScoreAttributes } from "../attention_scores.ts";
import { byKind, headBuffers, headLayout, nameOf, UNSEEN } from "./attention_tiles.ts";
import { registerGpuKernel } from "./kernel.ts";
import { each, type Program } from "./program.ts";
import { softCapFunction } from "./soft_cap.ts";
import { loadFour } from "./tile_load.ts";

const SIZE = 64;
/** Keys whose scores lie in workgroup memory at a time. */
const CHUNK = 1024;

/**
 * One workgroup per query and head: its invocations share the keys for the scores, then the columns of the
 * values, and several of them the keys, for the mixture. Takes N · H workgroups.
 */
const PROGRAM = byKind((kind): Program => {
  const { headDim, isCapped } = kind;
  const quads = Math.ceil(headDim / 4);
  const parts = Math.max(1, Math.floor(SIZE / quads)); // that share the keys of one quad
  const turns = Math.ceil(quads / SIZE); // quads of one invocation
  const isVector = headDim % 4 === 0;
  return {
    name: nameOf("cachedAttention", kind),
    buffers: {
      ...headBuffers(["q", "k", "v"], headDim),
      starts: { type: "i32" },
      slots: { type: "u32" },
      ...headBuffers(["y"], headDim, true),
    },
    args: {
      ...{ stored: "u32", numHeads: "u32", numKvHeads: "u32", scale: "f32" },
      ...{ window: "u32", cap: "f32" },
    },
    workgroupSize: SIZE,
    reductions: ["sumOverGroup", "maxOverGroup"],
    declarations: `${isCapped ? softCapFunction("f32") : ""}
var<workgroup> query: array<vec4<f32>, ${quads}>;
var<workgroup> weights: array<f32, ${CHUNK}>;
var<workgroup> mixed: array<vec4<f32>, ${SIZE}>;
${["q", "k", "v"].map((name) => loadFour(headLayout(name, headDim))).join("")}`,
    body: `
  let head = group % args.numHeads;
  let queryIndex = group / args.numHeads;
  let kvHead = head * args.numKvHeads / args.numHeads;
  let kvWidth = args.numKvHeads * ${headDim}u;
  let length = slots[2u * queryIndex + 1u] + 1u;
  let start = max(u32(max(starts[queryIndex], 0)), max(length, args.window) - args.window);
  let keyOffset = slots[2u * queryIndex] * args.stored * kvWidth + kvHead * ${headDim}u;
  let queryOffset = group * ${headDim}u;
  for (var c = local; c < ${quads}u; c += ${SIZE}u) {
    query[c] = args.scale * load_q(queryOffset + c * 4u, left_q(c * 4u, ${headDim}u));
  }
  workgroupBarrier();
  var most = ${UNSEEN};
  var total = 0.0;
  let part = local / ${quads}u;
  ${each(turns, (t) => `var o${t} = vec4<f32>();`)}
  for (var j0 = start; j0 < length; j0 += ${CHUNK}u) {
    let count = min(${CHUNK}u, length - j0);
    var mine = ${UNSEEN};
    for (var j = local; j < count; j += ${SIZE}u) {
      let at = keyOffset + (j0 + j) * kvWidth;
      var score = 0.0;
      for (var c = 0u; c < ${quads}u; c++) {
        score += dot(query[c], load_k(at + c * 4u, left_k(c * 4u, ${headDim}u)));
      }
      ${isCapped ? "score = softCap(score, args.cap);" : ""}
      weights[j] = score;
      mine = max(mine, score);
    }
    let before = most;
    most = max(most, maxOverGroup(local, mine));
    let shrink = exp(before - most);
    total *= shrink;
    for (var j = local; j < count; j += ${SIZE}u) {
      let weight = exp(weights[j] - most);
      weights[j] = weight;
      total += weight;
    }
    workgroupBarrier();
    if (part < ${parts}u) {
      ${
      each(turns, (t) => `
      {
        o${t} *= shrink;
        let c = (local % ${quads}u + ${t * SIZE}u) * 4u;
        let left = left_v(c, ${headDim}u);
        for (var j = part; j < count; j += ${parts}u) {
          o${t} += weights[j] * load_v(keyOffset + (j0 + j) * kvWidth + c, left);
        }
      }`)
    }
    }
    workgroupBarrier();
  }
  let sum = sumOverGroup(local, total);
  let factor = select(0.0, 1.0 / sum, sum > 0.0);
  ${
      each(turns, (t) => `
  workgroupBarrier();
  mixed[local] = o${t};
  workgroupBarrier();
  {
    let c = (local + ${t * SIZE}u) * 4u;
    if (local < ${Math.min(quads, SIZE)}u && c < ${headDim}u) {
      var value = mixed[local];
      for (var i = 1u; i < ${parts}u; i++) { value += mixed[local + i * ${quads}u]; }
      value *= factor;
      ${
        isVector
          ? "y[(queryOffset + c) >> 2u] = value;"
          : each(4, (i) =>
            `if (c + ${i}u < ${headDim}u) { y[queryOffset + c + ${i}u] = value[${i}]; }`)
      }
    }
  }`)
    }`,
  };
});

interface CachedAttentionAttrs extends ScoreAttributes {
  readonly numHeads: number;
  readonly numKvHeads: number;
}

registerGpuKernel<CachedAttentionAttrs>("MaporlCachedAttention", (call) => {
  const { inputs: { q, k, v, starts, slots }, attrs, allocate, run } = call;
  const { numHeads, numKvHeads, window, softCap: cap } = attrs;
  const [count, width] = q!.shape as [number, number];
  const headDim = width / numHeads;
  const y = allocate(q!.shape);
  const heads = { stored: k!.shape[1]!, numHeads, numKvHeads, scale: 1 / Math.sqrt(headDim) };
  run(PROGRAM({ headDim, isCapped: cap > 0 }), {
    buffers: { q: q!, k: k!, v: v!, starts: starts!, slots: slots!, y },
    args: { ...heads, window, cap },
    groups: count * numHeads,
  });
  return y;
});

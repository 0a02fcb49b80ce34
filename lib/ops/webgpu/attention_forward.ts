/** The program of attention over many queries. */
import {
  ATTENTION_SIZE,
  type AttentionKind,
  declareMix,
  headBuffers,
  mix,
  nameOf,
  type Rows,
  scores,
  SIDE,
  storeMix,
  tileDeclarations,
  UNSEEN,
} from "./attention_tiles.ts";
import { each, type Program } from "./program.ts";
import { softCapFunction } from "./soft_cap.ts";

/** Arguments that all programs of attention take. */
export const ATTENTION_ARGS: Program["args"] = {
  numQueries: "u32",
  stored: "u32",
  length: "u32",
  numHeads: "u32",
  numKvHeads: "u32",
  scale: "f32",
  window: "u32",
  cap: "f32",
};

/**
 * What becomes of products of queries and keys.
 *
 * @param score WGSL expression of four of them.
 * @param isCapped Whether they are bounded.
 * @returns WGSL expression of the scores.
 */
export const scoreOf = (score: string, isCapped: boolean): string =>
  isCapped ? `softCap(${score} * args.scale, args.cap)` : `${score} * args.scale`;

/** WGSL declaration of what {@linkcode scoreOf} calls. */
export const scoreFunction = (isCapped: boolean): string =>
  isCapped ? softCapFunction("vec4<f32>") : "";

/** Names of sizes that the texts of all programs of attention use; `b`, `head` and `kvHead` come first. */
export const attentionSizes = (headDim: number): string => `
  let width = args.numHeads * ${headDim}u;
  let kvWidth = args.numKvHeads * ${headDim}u;
  let past = args.length - args.numQueries;
  let start = u32(max(starts[b], 0));
  let keyOffset = b * args.stored * kvWidth + kvHead * ${headDim}u;`;

/** The tile of queries of a workgroup, four of them for an invocation, and the keys that they see. */
export const queryTile = (headDim: number): string => `
  let tiles = (args.numQueries + ${SIDE - 1}u) / ${SIDE}u;
  let q0 = (tiles - 1u - group % tiles) * ${SIDE}u; // the longest first
  let head = group / tiles % args.numHeads;
  let b = group / tiles / args.numHeads;
  let kvHead = head * args.numKvHeads / args.numHeads;
  ${attentionSizes(headDim)}
  let queryOffset = b * args.numQueries * width + head * ${headDim}u;
  let tx = local % 8u;
  let ty = local / 8u;
  let keyBegin = max(start, max(past + q0 + 1u, args.window) - args.window);
  let keyEnd = min(args.length, past + q0 + ${SIDE}u);
  let positions = vec4<u32>(past + q0 + ty * 4u) + vec4<u32>(0u, 1u, 2u, 3u);`;

/** Keys or values from key `j0` on, as columns. */
export function keyRows(buffer: string, end: string): Rows {
  return { buffer, offset: "keyOffset", stride: "kvWidth", range: ["j0", end] };
}

/** Queries or outputs from query `q0` on. */
export function queryRows(buffer: string): Rows {
  return { buffer, offset: "queryOffset", stride: "width", range: ["q0", "args.numQueries"] };
}

/**
 * Which keys are seen: at or after the start, at or before a position, and within its window. What is not before a
 * position is further than any window from it, as a difference without a sign.
 *
 * @param distance WGSL expression of position less key, four of them.
 * @param isStarted WGSL expression of whether keys are at or after the start.
 * @returns WGSL expression, four truth values.
 */
export const seenOf = (distance: string, isStarted: string): string =>
  `(${distance} < vec4<u32>(args.window)) & ${isStarted}`;

/**
 * Dao et al. 2022, algorithm 1: a workgroup takes 32 queries of a head over the keys, 32 at a time, with a
 * running maximum and sum, so that no more than 32 × 32 scores exist in one.
 *
 * @param kind What it is for.
 * @returns Program that takes B · H · ⌈T / 32⌉ workgroups.
 */
export function attentionForward(kind: AttentionKind): Program {
  const { headDim, isCapped } = kind;
  return {
    name: nameOf("attention", kind),
    buffers: {
      ...headBuffers(["q", "k", "v"], headDim),
      starts: { type: "i32" },
      ...headBuffers(["y"], headDim, true),
      logSumExp: { writes: true },
    },
    args: ATTENTION_ARGS,
    workgroupSize: ATTENTION_SIZE,
    declarations: `
var<workgroup> rowStats: array<vec4<f32>, ${ATTENTION_SIZE}>;
${scoreFunction(isCapped)}
${tileDeclarations(["q", "k", "v"], headDim)}`,
    body: `
  ${queryTile(headDim)}
  var most = vec4<f32>(${UNSEEN});
  var total = vec4<f32>();
  ${declareMix("o", headDim)}
  for (var j0 = keyBegin / ${SIDE}u * ${SIDE}u; j0 < keyEnd; j0 += ${SIDE}u) {
    ${scores("s", headDim, { rows: queryRows("q"), columns: keyRows("k", "keyEnd") })}
    ${
      each(4, (j) => `
    let key${j} = j0 + tx * 4u + ${j}u;
    let seen${j} = ${seenOf(`(positions - vec4<u32>(key${j}))`, `vec4<bool>(key${j} >= start)`)};
    s${j} = select(vec4<f32>(${UNSEEN}), ${scoreOf(`s${j}`, isCapped)}, seen${j});`)
    }
    rowStats[local] = max(max(s0, s1), max(s2, s3));
    workgroupBarrier();
    var highest = most;
    for (var i = 0u; i < 8u; i++) { highest = max(highest, rowStats[ty * 8u + i]); }
    let shrink = exp(most - highest);
    most = highest;
    ${each(4, (j) => `s${j} = select(vec4<f32>(), exp(s${j} - most), seen${j});`)}
    total = total * shrink + (s0 + s1 + s2 + s3);
    ${
      each(
        Math.ceil(headDim / SIDE),
        (p) => each(4, (i) => `o${p}_${i} *= shrink[${i}];`),
      )
    }
    ${mix("o", headDim, { weights: "s", columns: keyRows("v", "keyEnd") })}
  }
  rowStats[local] = total;
  workgroupBarrier();
  total = vec4<f32>();
  for (var i = 0u; i < 8u; i++) { total += rowStats[ty * 8u + i]; }
  let isSeen = total > vec4<f32>();
  let safe = select(vec4<f32>(1.0), total, isSeen);
  let factor = select(vec4<f32>(), 1.0 / safe, isSeen);
  ${storeMix("o", headDim, { rows: queryRows("y"), factor: (i) => `factor[${i}]` })}
  if (tx == 0u) {
    let stats = select(vec4<f32>(), most + log(safe), isSeen);
    let at = (b * args.numHeads + head) * args.numQueries + q0 + ty * 4u;
    ${
      each(4, (i) =>
        `if (q0 + ty * 4u + ${i}u < args.numQueries) { logSumExp[at + ${i}u] = stats[${i}]; }`)
    }
  }`,
  };
}

/** The programs of attention's gradients: the probabilities are made again a tile at a time. */
import {
  ATTENTION_ARGS,
  attentionSizes,
  keyRows,
  queryRows,
  queryTile,
  scoreFunction,
  scoreOf,
  seenOf,
} from "./attention_forward.ts";
import {
  ATTENTION_SIZE,
  type AttentionKind,
  declareMix,
  headBuffers,
  mix,
  nameOf,
  scores,
  SIDE,
  storeMix,
  tileDeclarations,
} from "./attention_tiles.ts";
import { each, elementwise, type Program } from "./program.ts";

/** Slope of a bounded score, to multiply a gradient by. */
const slopeOf = (score: string, isCapped: boolean): string =>
  isCapped ? ` * (1.0 - (${score} / args.cap) * (${score} / args.cap))` : "";

/**
 * For every query and head the log-sum-exp and Σ dy ∘ y, which a gradient of a score needs. Both lie in one
 * buffer, as WebGPU promises eight buffers to a program and no more.
 *
 * @param kind What it is for; scores do not matter.
 * @returns Program over the elements of `logSumExp`; `stats` holds two numbers for each.
 */
export function attentionStats({ headDim }: AttentionKind): Program {
  return elementwise(`attentionStats${headDim}`, {
    buffers: { y: {}, dy: {}, logSumExp: {}, stats: { writes: true } },
    args: { numQueries: "u32", numHeads: "u32" },
    body: `
    let query = i % args.numQueries;
    let head = i / args.numQueries % args.numHeads;
    let b = i / args.numQueries / args.numHeads;
    let at = ((b * args.numQueries + query) * args.numHeads + head) * ${headDim}u;
    var sum = 0.0;
    for (var c = 0u; c < ${headDim}u; c++) { sum += y[at + c] * dy[at + c]; }
    stats[2u * i] = logSumExp[i];
    stats[2u * i + 1u] = sum;`,
  });
}

/**
 * dq = Σ ds k with ds = p (dy · v − Σ dy ∘ y) / √C, over 32 queries of a head; times the slope of what bounds the
 * scores.
 *
 * @param kind What it is for.
 * @returns Program that takes B · H · ⌈T / 32⌉ workgroups.
 */
export function attentionQueryGradient(kind: AttentionKind): Program {
  const { headDim, isCapped } = kind;
  return {
    name: nameOf("attentionQueryGradient", kind),
    buffers: {
      ...headBuffers(["q", "k", "v", "dy"], headDim),
      starts: { type: "i32" },
      stats: {},
      ...headBuffers(["dq"], headDim, true),
    },
    args: ATTENTION_ARGS,
    workgroupSize: ATTENTION_SIZE,
    declarations: scoreFunction(isCapped) + tileDeclarations(["q", "k", "v", "dy"], headDim),
    body: `
  ${queryTile(headDim)}
  var logSumExp = vec4<f32>();
  var dots = vec4<f32>();
  ${
      each(4, (i) => `
  if (q0 + ty * 4u + ${i}u < args.numQueries) {
    let at = ((b * args.numHeads + head) * args.numQueries + q0 + ty * 4u + ${i}u) * 2u;
    logSumExp[${i}] = stats[at];
    dots[${i}] = stats[at + 1u];
  }`)
    }
  ${declareMix("o", headDim)}
  for (var j0 = keyBegin / ${SIDE}u * ${SIDE}u; j0 < keyEnd; j0 += ${SIDE}u) {
    ${scores("s", headDim, { rows: queryRows("q"), columns: keyRows("k", "keyEnd") })}
    ${scores("d", headDim, { rows: queryRows("dy"), columns: keyRows("v", "keyEnd") })}
    ${
      each(4, (j) => `
    let key${j} = j0 + tx * 4u + ${j}u;
    let seen${j} = ${seenOf(`(positions - vec4<u32>(key${j}))`, `vec4<bool>(key${j} >= start)`)};
    s${j} = ${scoreOf(`s${j}`, isCapped)};
    let p${j} = select(vec4<f32>(), exp(min(s${j} - logSumExp, vec4<f32>())), seen${j});
    d${j} = p${j} * (d${j} - dots) * args.scale${slopeOf(`s${j}`, isCapped)};`)
    }
    ${mix("o", headDim, { weights: "d", columns: keyRows("k", "keyEnd") })}
  }
  ${storeMix("o", headDim, { rows: queryRows("dq") })}`,
  };
}

/**
 * dv = Σ p dy and dk = Σ ds q, over 32 keys of a key head and all queries of its group. The rows of the
 * tiles are keys here and the columns queries.
 *
 * @param kind What it is for.
 * @returns Program that takes B · K · ⌈S / 32⌉ workgroups.
 */
export function attentionKeyGradient(kind: AttentionKind): Program {
  const { headDim, isCapped } = kind;
  return {
    name: nameOf("attentionKeyGradient", kind),
    buffers: {
      ...headBuffers(["q", "k", "v", "dy"], headDim),
      starts: { type: "i32" },
      stats: {},
      ...headBuffers(["dk", "dv"], headDim, true),
    },
    args: ATTENTION_ARGS,
    workgroupSize: ATTENTION_SIZE,
    declarations: scoreFunction(isCapped) + tileDeclarations(["q", "k", "v", "dy"], headDim),
    body: `
  let tiles = (args.stored + ${SIDE - 1}u) / ${SIDE}u;
  let j0 = group % tiles * ${SIDE}u;
  let kvHead = group / tiles % args.numKvHeads;
  let b = group / tiles / args.numKvHeads;
  ${attentionSizes(headDim)}
  let tx = local % 8u;
  let ty = local / 8u;
  let keys = vec4<u32>(j0 + ty * 4u) + vec4<u32>(0u, 1u, 2u, 3u);
  let sharing = args.numHeads / args.numKvHeads;
  let firstQuery = max(max(j0, start), past) - past;
  // Behind it the window has left all of these keys.
  let queryEnd = min(args.numQueries, max(j0 + ${SIDE - 1}u + args.window, past) - past);
  ${declareMix("ok", headDim)}
  ${declareMix("ov", headDim)}
  for (var head = kvHead * sharing; head < (kvHead + 1u) * sharing; head++) {
    let queryOffset = b * args.numQueries * width + head * ${headDim}u;
    for (var q0 = firstQuery / ${SIDE}u * ${SIDE}u; q0 < queryEnd; q0 += ${SIDE}u) {
      ${scores("s", headDim, { rows: keyRows("k", "args.length"), columns: queryRows("q") })}
      ${scores("d", headDim, { rows: keyRows("v", "args.length"), columns: queryRows("dy") })}
      ${
      each(4, (j) => `
      {
        let query = q0 + tx * 4u + ${j}u;
        let isReal = query < args.numQueries;
        let at = ((b * args.numHeads + head) * args.numQueries + select(0u, query, isReal)) * 2u;
        let seen = ${
        seenOf("(vec4<u32>(past + query) - keys)", "(keys >= vec4<u32>(start))")
      } & vec4<bool>(isReal);
        let score = ${scoreOf(`s${j}`, isCapped)};
        s${j} = select(vec4<f32>(), exp(min(score - stats[at], vec4<f32>())), seen);
        d${j} = s${j} * (d${j} - stats[at + 1u]) * args.scale${slopeOf("score", isCapped)};
      }`)
    }
      ${mix("ov", headDim, { weights: "s", columns: queryRows("dy") })}
      ${mix("ok", headDim, { weights: "d", columns: queryRows("q") })}
    }
  }
  ${storeMix("ok", headDim, { rows: keyRows("dk", "args.stored") })}
  ${storeMix("ov", headDim, { rows: keyRows("dv", "args.stored") })}`,
  };
}

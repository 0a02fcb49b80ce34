/** Drawing tokens, one workgroup for each row; see `../sample.ts`. */
import { registerGpuKernel } from "./kernel.ts";
import type { Program } from "./program.ts";
import { UNIFORM_AT } from "./philox.ts";

interface SampleAttrs {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly draw: number;
}

/** Invocations that share a row. */
const SIZE = 256;

// Logits are compared by keys, unsigned integers that order like them: a GPU may compute as if there were
// no infinities and no NaN, but not with integers.
const DECLARATIONS = `
const NEGATIVE_INFINITY = 0x007fffffu; // as a key
const POSITIVE_INFINITY = 0xff800000u;

fn keyOf(x: f32) -> u32 {
  var bits = bitcast<u32>(x);
  if (bits == 0x80000000u) { bits = 0u; } // both zeros are one
  return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}
fn valueOf(key: u32) -> f32 {
  return bitcast<f32>(select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u));
}
fn weightOf(key: u32, highest: f32) -> f32 {
  if (key <= NEGATIVE_INFINITY) { return 0.0; }
  return exp((valueOf(key) - highest) * args.scale);
}

// Mass, or number, of the tokens from a key on.
fn massFrom(local: u32, start: u32, highest: f32, least: u32, byWeight: bool) -> f32 {
  var mass = 0.0;
  for (var i = local; i < args.size; i += ${SIZE}u) {
    let key = keyOf(logits[start + i]);
    if (key >= least) { mass += select(1.0, weightOf(key, highest), byWeight); }
  }
  return sumOverGroup(local, mass);
}

// The largest key, at least the given one, from which on the mass reaches the target; bit by bit.
fn edgeOf(local: u32, start: u32, highest: f32, least: u32, target_: f32, byWeight: bool) -> u32 {
  var edge = 0u;
  for (var bit = 0u; bit < 32u; bit++) {
    let candidate = edge | (0x80000000u >> bit);
    let mass = massFrom(local, start, highest, max(candidate, least), byWeight);
    if (mass >= target_) { edge = candidate; }
  }
  return max(edge, least);
}

var<workgroup> chunkSums: array<f32, ${SIZE}>;
var<workgroup> chunkEquals: array<u32, ${SIZE}>;
${UNIFORM_AT}`;

const SAMPLE: Program = {
  name: "sample",
  buffers: {
    logits: {},
    streams: { type: "u32" },
    tokens: { type: "i32", writes: true },
    logProbs: { writes: true },
  },
  args: { size: "u32", draw: "u32", greedy: "u32", topK: "u32", topP: "f32", scale: "f32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup", "maxKeyOverGroup"],
  declarations: DECLARATIONS,
  body: `
  let start = group * args.size;
  var best = 0u;
  for (var i = local; i < args.size; i += ${SIZE}u) { best = max(best, keyOf(logits[start + i])); }
  // A NaN with its sign set lies below all numbers.
  var isBad = 0u;
  for (var i = local; i < args.size; i += ${SIZE}u) {
    if (keyOf(logits[start + i]) < NEGATIVE_INFINITY) { isBad = 1u; }
  }
  best = maxKeyOverGroup(local, best);
  isBad = maxKeyOverGroup(local, isBad);
  if (best >= POSITIVE_INFINITY || best <= NEGATIVE_INFINITY) { isBad = 1u; }
  let highest = valueOf(best);
  let total = massFrom(local, start, highest, 0u, true);

  // What top-k and top-p leave: keys above the edge, and the first of those at the edge.
  var edge = 0u;
  var numEquals = 0xffffffffu;
  if (args.topK > 0u && args.topK < args.size) {
    edge = edgeOf(local, start, highest, 0u, f32(args.topK), false);
  }
  if (args.topP < 1.0) {
    let goal = args.topP * massFrom(local, start, highest, edge, true);
    edge = edgeOf(local, start, highest, edge, goal, true);
    let above = massFrom(local, start, highest, edge + 1u, true);
    let missing = ceil((goal - above) / max(weightOf(edge, highest), 1e-38));
    numEquals = u32(clamp(missing, 1.0, 4e9));
  }

  // Each invocation adds up a run of ids of its own, so that the runs are in the order of ids.
  let run = (args.size + ${SIZE}u - 1u) / ${SIZE}u;
  let first = min(local * run, args.size);
  let end = min(first + run, args.size);
  var equals = 0u;
  var firstBest = 0xffffffffu;
  for (var i = first; i < end; i++) {
    let key = keyOf(logits[start + i]);
    if (key == edge) { equals++; }
    if (key == best) { firstBest = min(firstBest, i); }
  }
  chunkEquals[local] = equals;
  firstBest = ~maxKeyOverGroup(local, ~firstBest);
  var seen = 0u;
  for (var chunk = 0u; chunk < local; chunk++) { seen += chunkEquals[chunk]; }
  let seenBefore = seen;
  var sum = 0.0;
  for (var i = first; i < end; i++) {
    let key = keyOf(logits[start + i]);
    if (key > edge || (key == edge && seen < numEquals)) { sum += weightOf(key, highest); }
    if (key == edge) { seen++; }
  }
  chunkSums[local] = sum;
  workgroupBarrier();

  // The invocation in whose run the running sum passes the goal walks through it.
  var before = 0.0;
  var mass = 0.0;
  var lastChunk = 0u;
  for (var chunk = 0u; chunk < ${SIZE}u; chunk++) {
    if (chunk < local) { before += chunkSums[chunk]; }
    mass += chunkSums[chunk];
    if (chunkSums[chunk] > 0.0) { lastChunk = chunk; }
  }
  let goal = uniformAt(5u * group, args.draw) * mass;
  // Rounding may leave the whole sum a hair below the goal: then the last token with a weight is it.
  let isMine = sum > 0.0 && before <= goal && (before + sum > goal || local == lastChunk);
  var token = firstBest;
  if (isMine && args.greedy == 0u) {
    var running = before;
    seen = seenBefore;
    for (var i = first; i < end; i++) {
      let key = keyOf(logits[start + i]);
      if (key > edge || (key == edge && seen < numEquals)) {
        let weight = weightOf(key, highest);
        if (weight > 0.0) {
          token = i;
          running += weight;
          if (running > goal) { break; }
        }
      }
      if (key == edge) { seen++; }
    }
  }
  if (isBad != 0u) {
    if (local == 0u) {
      tokens[group] = -1;
      logProbs[group] = highest;
    }
  } else if ((args.greedy != 0u && local == 0u) || (args.greedy == 0u && isMine)) {
    tokens[group] = i32(token);
    logProbs[group] = (logits[start + token] - highest) * args.scale - log(total);
  }`,
};

registerGpuKernel<SampleAttrs>("MaporlSample", ({ inputs, attrs, backend, allocate, run }) => {
  const { logits, streams } = inputs;
  const [rows, size] = logits!.shape as [number, number];
  const { temperature, topK, topP, draw } = attrs;
  const logProbs = allocate([rows]);
  const tokens = backend.makeTensorInfo([rows], "int32");
  try {
    run(SAMPLE, {
      buffers: { logits: logits!, streams: streams!, tokens, logProbs },
      args: {
        size,
        draw,
        topK,
        topP,
        greedy: Number(temperature === 0),
        scale: temperature === 0 ? 1 : 1 / temperature,
      },
      groups: rows,
    });
  } catch (error) {
    backend.disposeData(tokens.dataId);
    throw error;
  }
  return [tokens, logProbs];
});

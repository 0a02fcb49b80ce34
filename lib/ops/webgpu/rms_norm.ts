/** Normalisation of rows; see `../rms_norm.ts`. */
import { registerGpuKernel } from "./kernel.ts";
import type { Program } from "./program.ts";
import { sumParts } from "./sum_parts.ts";

/** Invocations that share a row. */
const SIZE = 128;
/** Rows that one workgroup adds up for the weight's gradient. */
const ROWS_PER_PART = 64;

const FORWARD: Program = {
  name: "rmsNorm",
  buffers: { x: {}, weight: {}, y: { writes: true }, inverse: { writes: true } },
  args: { width: "u32", eps: "f32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup"],
  body: `
  let start = group * args.width;
  var squares = 0.0;
  for (var d = local; d < args.width; d += ${SIZE}u) { squares += x[start + d] * x[start + d]; }
  let scale = 1.0 / sqrt(sumOverGroup(local, squares) / f32(args.width) + args.eps);
  if (local == 0u) { inverse[group] = scale; }
  for (var d = local; d < args.width; d += ${SIZE}u) {
    y[start + d] = x[start + d] * scale * weight[d];
  }`,
};

// With g = dy ∘ weight and r the inverse root: dx = r (g − x · r² · mean(g ∘ x)).
const BACKWARD: Program = {
  name: "rmsNormGradient",
  buffers: { x: {}, weight: {}, inverse: {}, dy: {}, dx: { writes: true } },
  args: { width: "u32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup"],
  body: `
  let start = group * args.width;
  var dot = 0.0;
  for (var d = local; d < args.width; d += ${SIZE}u) {
    dot += dy[start + d] * weight[d] * x[start + d];
  }
  let r = inverse[group];
  let shift = sumOverGroup(local, dot) / f32(args.width) * r * r;
  for (var d = local; d < args.width; d += ${SIZE}u) {
    dx[start + d] = r * (dy[start + d] * weight[d] - x[start + d] * shift);
  }`,
};

// One workgroup per 128 columns and part of the rows: dweight = Σ dy ∘ x · inverse.
const WEIGHT_PARTS: Program = {
  name: "rmsNormWeightGradient",
  buffers: { x: {}, inverse: {}, dy: {}, partials: { writes: true } },
  args: { rows: "u32", width: "u32", blocks: "u32" },
  workgroupSize: SIZE,
  body: `
  let part = group / args.blocks;
  let d = group % args.blocks * ${SIZE}u + local;
  if (d < args.width) {
    let end = min(args.rows, (part + 1u) * ${ROWS_PER_PART}u);
    var sum = 0.0;
    for (var row = part * ${ROWS_PER_PART}u; row < end; row++) {
      sum += dy[row * args.width + d] * x[row * args.width + d] * inverse[row];
    }
    partials[part * args.width + d] = sum;
  }`,
};

registerGpuKernel<{ eps: number }>("MaporlRmsNorm", ({ inputs, attrs, allocate, run }) => {
  const { x, weight } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const y = allocate([rows, width]);
  const inverse = allocate([rows]);
  const buffers = { x: x!, weight: weight!, y, inverse };
  run(FORWARD, { buffers, args: { width, eps: attrs.eps }, groups: rows });
  return [y, inverse];
});

registerGpuKernel("MaporlRmsNormGrad", ({ inputs, allocate, run }) => {
  const { x, weight, inverse, dy } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const dx = allocate([rows, width]);
  const buffers = { x: x!, weight: weight!, inverse: inverse!, dy: dy!, dx };
  run(BACKWARD, { buffers, args: { width }, groups: rows });
  return dx;
});

registerGpuKernel("MaporlRmsNormWeightGrad", (call) => {
  const { inputs, allocate, scratch, run } = call;
  const { x, inverse, dy } = inputs;
  const [rows, width] = x!.shape as [number, number];
  const dweight = allocate([width]);
  const parts = Math.ceil(rows / ROWS_PER_PART);
  const partials = scratch([parts, width]);
  const blocks = Math.ceil(width / SIZE);
  run(WEIGHT_PARTS, {
    buffers: { x: x!, inverse: inverse!, dy: dy!, partials },
    args: { rows, width, blocks },
    groups: parts * blocks,
  });
  sumParts(call, partials, { y: dweight, size: width });
  return dweight;
});

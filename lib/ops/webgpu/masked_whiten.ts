/** Scaling to variance 1; see `../masked_whiten.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import type { Program } from "./program.ts";

/** Invocations of the one workgroup: an update's advantages are too few for more to pay. */
const SIZE = 256;

const WHITEN: Program = {
  name: "maskedWhiten",
  buffers: { x: {}, mask: {}, y: { writes: true } },
  args: { size: "u32", eps: "f32", keepMean: "f32" },
  workgroupSize: SIZE,
  reductions: ["sumOverGroup"],
  body: `
  var counted = 0.0;
  var sum = 0.0;
  for (var i = local; i < args.size; i += ${SIZE}u) {
    if (mask[i] != 0.0) {
      counted += 1.0;
      sum += x[i];
    }
  }
  let count = sumOverGroup(local, counted);
  let mean = sumOverGroup(local, sum) / max(count, 1.0);
  var squares = 0.0;
  for (var i = local; i < args.size; i += ${SIZE}u) {
    if (mask[i] != 0.0) { squares += (x[i] - mean) * (x[i] - mean); }
  }
  let variance = sumOverGroup(local, squares) / max(count - 1.0, 1.0);
  let scale = 1.0 / sqrt(variance + args.eps);
  for (var i = local; i < args.size; i += ${SIZE}u) {
    y[i] = select(0.0, (x[i] - mean) * scale + args.keepMean * mean, mask[i] != 0.0);
  }`,
};

interface WhitenAttrs {
  readonly keepMean: boolean;
  readonly eps: number;
}

registerGpuKernel<WhitenAttrs>("MaporlMaskedWhiten", ({ inputs, attrs, allocate, run }) => {
  const { x, mask } = inputs;
  const y = allocate(x!.shape);
  const args = { size: sizeOf(x!), eps: attrs.eps, keepMean: attrs.keepMean ? 1 : 0 };
  run(WHITEN, { buffers: { x: x!, mask: mask!, y }, args, groups: args.size === 0 ? 0 : 1 });
  return y;
});

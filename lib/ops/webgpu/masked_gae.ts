/** Generalised advantage estimation; see `../masked_gae.ts`. */
import type { MaskedGaeOptions } from "../masked_gae.ts";
import { registerGpuKernel } from "./kernel.ts";
import { elementwise } from "./program.ts";

// One invocation walks a row from its end to its start; returns lie behind the advantages.
const ROWS = elementwise("gae", {
  buffers: { rewards: {}, values: {}, mask: {}, both: { writes: true } },
  args: { width: "u32", gamma: "f32", decay: "f32" },
  body: `
    var next = 0.0;
    var advantage = 0.0;
    for (var t = args.width; t > 0u; t--) {
      let at = i * args.width + t - 1u;
      let isInside = mask[at] != 0.0;
      let value = values[at];
      let longer = rewards[at] + args.gamma * next - value + args.decay * advantage;
      advantage = select(0.0, longer, isInside);
      next = select(0.0, value, isInside);
      both[at] = advantage;
      both[at + args.size * args.width] = advantage + next;
    }`,
});

registerGpuKernel<MaskedGaeOptions>("MaporlGae", ({ inputs, attrs, allocate, runElementwise }) => {
  const { rewards, values, mask } = inputs;
  const [rows, width] = rewards!.shape as [number, number];
  const both = allocate([2, rows, width]);
  const buffers = { rewards: rewards!, values: values!, mask: mask!, both };
  const { gamma, gaeLambda } = attrs;
  runElementwise(ROWS, buffers, { size: rows, width, gamma, decay: gamma * gaeLambda });
  return both;
});

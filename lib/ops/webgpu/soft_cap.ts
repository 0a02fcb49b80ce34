/** Soft caps; see `../soft_cap.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise, type Program } from "./program.ts";

/**
 * WGSL of `softCap(x, cap)`: cap · tanh(x / cap).
 *
 * WGSL's own tanh may be a quotient of exponentials, which is off near 0, where most scores lie, and overflows where it
 * should be 1. So that is a series up to 0.625, as in `../wasm/assembly/soft_cap.ts`, and bounded behind.
 *
 * @param type Of x.
 * @returns A declaration.
 */
export const softCapFunction = (type: "f32" | "vec4<f32>"): string => `
fn softCap(x: ${type}, cap: f32) -> ${type} {
  let z = x / cap;
  let size = min(abs(z), ${type}(20.0));
  let s = min(z * z, ${type}(1.0));
  let q = (((-0.0057170121 * s + 0.0206505545) * s - 0.0537434854) * s + 0.1333149076) * s - 0.3333328366;
  let far = sign(z) * (1.0 - 2.0 / (exp(2.0 * size) + 1.0));
  return cap * select(far, z + z * s * q, size < ${type}(0.625));
}`;

const FORWARD = elementwise("softCap", {
  buffers: { x: {}, y: { writes: true } },
  args: { cap: "f32" },
  declarations: softCapFunction("f32"),
  body: "y[i] = softCap(x[i], args.cap);",
});

/** The same for a buffer of its own. */
export const CAP_IN_PLACE: Program = elementwise("softCapInPlace", {
  buffers: { x: { writes: true } },
  args: { cap: "f32" },
  declarations: softCapFunction("f32"),
  body: "x[i] = softCap(x[i], args.cap);",
});

const BACKWARD = elementwise("softCapGradient", {
  buffers: { y: {}, dy: {}, dx: { writes: true } },
  args: { cap: "f32" },
  body: `
    let share = y[i] / args.cap;
    dx[i] = dy[i] * (1.0 - share * share);`,
});

registerGpuKernel<{ readonly cap: number }>("MaporlSoftCap", (call) => {
  const { inputs, attrs: { cap }, allocate, runElementwise } = call;
  const y = allocate(inputs["x"]!.shape);
  runElementwise(FORWARD, { x: inputs["x"]!, y }, { size: sizeOf(y), cap });
  return y;
});

registerGpuKernel<{ readonly cap: number }>("MaporlSoftCapGrad", (call) => {
  const { inputs: { y, dy }, attrs: { cap }, allocate, runElementwise } = call;
  const dx = allocate(y!.shape);
  runElementwise(BACKWARD, { y: y!, dy: dy!, dx }, { size: sizeOf(dx), cap });
  return dx;
});

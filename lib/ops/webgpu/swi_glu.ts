/** Gated activation; see `../swi_glu.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

/** WGSL of `sigmoid(z)`. */
// exp overflows to infinity below about -88, and a division by that gives the right 0; where a driver
// may assume finite values that is not certain, so the argument is kept where exp is finite.
export const SIGMOID = `
fn sigmoid(z: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(z, -80.0, 80.0))); }`;

const FORWARD = elementwise("swiGlu", {
  buffers: { gate: {}, up: {}, y: { writes: true } },
  declarations: SIGMOID,
  body: "y[i] = gate[i] * sigmoid(gate[i]) * up[i];",
});

// silu'(z) = σ(z) (1 + z (1 − σ(z))).
const BACKWARD = elementwise("swiGluGradient", {
  buffers: { gate: {}, up: {}, dy: {}, dgate: { writes: true }, dup: { writes: true } },
  declarations: SIGMOID,
  body: `
    let z = gate[i];
    let s = sigmoid(z);
    dgate[i] = dy[i] * up[i] * s * (1.0 + z * (1.0 - s));
    dup[i] = dy[i] * z * s;`,
});

registerGpuKernel("MaporlSwiGlu", ({ inputs, allocate, runElementwise }) => {
  const { gate, up } = inputs;
  const y = allocate(gate!.shape);
  runElementwise(FORWARD, { gate: gate!, up: up!, y }, { size: sizeOf(y) });
  return y;
});

registerGpuKernel("MaporlSwiGluGrad", ({ inputs, allocate, runElementwise }) => {
  const { gate, up, dy } = inputs;
  const dgate = allocate(gate!.shape);
  const dup = allocate(gate!.shape);
  const buffers = { gate: gate!, up: up!, dy: dy!, dgate, dup };
  runElementwise(BACKWARD, buffers, { size: sizeOf(dgate) });
  return [dgate, dup];
});

/** Gated activation; see `../ge_glu.ts`. */
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";
import { SIGMOID } from "./swi_glu.ts";

// ½ (1 + tanh u) = σ(2u), whose argument is bounded: a driver's tanh may overflow.
const SHARE = `${SIGMOID}
const LINEAR = 1.5957691216057308;
const CUBIC = 0.07135481627260025;
fn share(z: f32) -> f32 { return sigmoid(z * (LINEAR + CUBIC * z * z)); }`;

const FORWARD = elementwise("geGlu", {
  buffers: { gate: {}, up: {}, y: { writes: true } },
  declarations: SHARE,
  body: "y[i] = gate[i] * share(gate[i]) * up[i];",
});

const BACKWARD = elementwise("geGluGradient", {
  buffers: { gate: {}, up: {}, dy: {}, dgate: { writes: true }, dup: { writes: true } },
  declarations: SHARE,
  body: `
    let z = gate[i];
    let s = share(z);
    dgate[i] = dy[i] * up[i] * s * (1.0 + z * (1.0 - s) * (LINEAR + 3.0 * CUBIC * z * z));
    dup[i] = dy[i] * z * s;`,
});

registerGpuKernel("MaporlGeGlu", ({ inputs, allocate, runElementwise }) => {
  const { gate, up } = inputs;
  const y = allocate(gate!.shape);
  runElementwise(FORWARD, { gate: gate!, up: up!, y }, { size: sizeOf(y) });
  return y;
});

registerGpuKernel("MaporlGeGluGrad", ({ inputs, allocate, runElementwise }) => {
  const { gate, up, dy } = inputs;
  const dgate = allocate(gate!.shape);
  const dup = allocate(gate!.shape);
  const buffers = { gate: gate!, up: up!, dy: dy!, dgate, dup };
  runElementwise(BACKWARD, buffers, { size: sizeOf(dgate) });
  return [dgate, dup];
});

/** Gated activation; see `../swi_glu.ts`. */
import { registerGated } from "./gated_kernels.ts";

/** WGSL of `sigmoid(z)`. */
// exp overflows to infinity below about -88, and a division by that gives the right 0; where a driver
// may assume finite values that is not certain, so the argument is kept where exp is finite.
export const SIGMOID = `
fn sigmoid(z: f32) -> f32 { return 1.0 / (1.0 + exp(-clamp(z, -80.0, 80.0))); }`;

registerGated({
  name: "swiGlu",
  declarations: SIGMOID,
  forward: "y[i] = gate[i] * sigmoid(gate[i]) * up[i];",
  // silu'(z) = σ(z) (1 + z (1 − σ(z))).
  backward: `
    let z = gate[i];
    let s = sigmoid(z);
    dgate[i] = dy[i] * up[i] * s * (1.0 + z * (1.0 - s));
    dup[i] = dy[i] * z * s;`,
});

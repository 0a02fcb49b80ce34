/** Gated activation; see `../ge_glu.ts`. */
import { registerGated } from "./gated_kernels.ts";
import { SIGMOID } from "./swi_glu.ts";

registerGated({
  name: "geGlu",
  // ½ (1 + tanh u) = σ(2u), whose argument is bounded: a driver's tanh may overflow.
  declarations: `${SIGMOID}
const LINEAR = 1.5957691216057308;
const CUBIC = 0.07135481627260025;
fn share(z: f32) -> f32 { return sigmoid(z * (LINEAR + CUBIC * z * z)); }`,
  forward: "y[i] = gate[i] * share(gate[i]) * up[i];",
  backward: `
    let z = gate[i];
    let s = share(z);
    dgate[i] = dy[i] * up[i] * s * (1.0 + z * (1.0 - s) * (LINEAR + 3.0 * CUBIC * z * z));
    dup[i] = dy[i] * z * s;`,
});

import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

/** A gated activation in WGSL. */
export interface GatedActivation {
  /** Its op, such as `swiGlu`. */
  readonly name: string;
  /** Functions and constants. */
  readonly declarations: string;
  /** Sets `y[i]` from `gate[i]` and `up[i]`. */
  readonly forward: string;
  /** Sets `dgate[i]` and `dup[i]` from these and `dy[i]`. */
  readonly backward: string;
}

/**
 * Registers the kernels of a gated activation and of its gradient.
 *
 * @param activation What they compute.
 */
export function registerGated({ name, declarations, forward, backward }: GatedActivation): void {
  const [forwards, backwards] = [
    elementwise(name, {
      buffers: { gate: {}, up: {}, y: { writes: true } },
      declarations,
      body: forward,
    }),
    elementwise(`${name}Gradient`, {
      buffers: { gate: {}, up: {}, dy: {}, dgate: { writes: true }, dup: { writes: true } },
      declarations,
      body: backward,
    }),
  ];
  const kernel = `Maporl${name[0]!.toUpperCase()}${name.slice(1)}`;
  registerGpuKernel(kernel, ({ inputs, allocate, runElementwise }) => {
    const { gate, up } = inputs;
    const y = allocate(gate!.shape);
    runElementwise(forwards!, { gate: gate!, up: up!, y }, { size: sizeOf(y) });
    return y;
  });
  registerGpuKernel(`${kernel}Grad`, ({ inputs, allocate, runElementwise }) => {
    const { gate, up, dy } = inputs;
    const dgate = allocate(gate!.shape);
    const dup = allocate(gate!.shape);
    const buffers = { gate: gate!, up: up!, dy: dy!, dgate, dup };
    runElementwise(backwards!, buffers, { size: sizeOf(dgate) });
    return [dgate, dup];
  });
}

/** Rotary embedding; see `../rotary_embedding.ts`. */
import {
  rotaryFactor,
  rotaryFrequencies,
  rotaryKey,
  type RotaryOptions,
} from "../rotary_embedding.ts";
import { registerGpuKernel, sizeOf } from "./kernel.ts";
import { elementwise } from "./program.ts";

interface RotaryAttrs extends RotaryOptions {
  readonly inverse: boolean;
}

// WGSL promises of sin and cos an error of 2^-11 within [-π, π] and nothing beyond. So the angle,
// rounded to float32 as PyTorch does it, is brought into [-π/4, π/4] by subtracting multiples of π/2 in
// parts of nine bits, so short that the products are exact up to 2^15 quarter turns (Cody and Waite
// 1980); there Taylor's series to the tenth order are right to 2e-9.
const SIN_COS = `
fn cosSin(angle: f32) -> vec2<f32> {
  let turns = round(angle * 0.63661977);
  var r = angle - turns * 1.5703125;
  r = r - turns * 0.00048351287841796875;
  r = r - turns * 3.1385570764541626e-7;
  r = r - turns * 6.0771005065061926e-11;
  let z = r * r;
  let s = r + r * z * (-1.0 / 6.0 + z * (1.0 / 120.0 + z * (-1.0 / 5040.0 + z / 362880.0)));
  let c = 1.0 + z * (-0.5 + z * (1.0 / 24.0 + z * (-1.0 / 720.0 + z * (1.0 / 40320.0 -
    z / 3628800.0))));
  let quarter = i32(turns) & 3;
  let swapped = select(vec2(c, s), vec2(-s, c), (quarter & 1) == 1);
  return select(swapped, -swapped, (quarter & 2) == 2);
}`;

const ROTATE = elementwise("rotary", {
  buffers: { x: {}, positions: { type: "i32" }, frequencies: {}, y: { writes: true } },
  args: { pairs: "u32", half: "u32", direction: "f32", factor: "f32" },
  declarations: SIN_COS,
  body: `
    let row = i / args.pairs;
    let pair = i % args.pairs;
    let at = row * args.pairs * 2u + pair / args.half * args.half * 2u + pair % args.half;
    let turn = args.factor * cosSin(f32(positions[row]) * frequencies[pair % args.half]);
    let s = turn.y * args.direction;
    let first = x[at];
    let second = x[at + args.half];
    y[at] = first * turn.x - second * s;
    y[at + args.half] = second * turn.x + first * s;`,
});

// The frequencies of each device by what they depend on; a model uses one set for all its layers.
const FREQUENCIES = new WeakMap<GPUDevice, Map<string, GPUBuffer>>();

registerGpuKernel<RotaryAttrs>("MaporlRotary", (call) => {
  const { inputs, attrs, backend, allocate, runElementwise } = call;
  const { x, positions } = inputs;
  const { headDim, inverse } = attrs;
  const y = allocate(x!.shape);
  const frequencies = frequenciesFor(backend.device, attrs);
  runElementwise(ROTATE, { x: x!, positions: positions!, frequencies, y }, {
    size: sizeOf(y) / 2,
    pairs: x!.shape[1]! / 2,
    half: headDim / 2,
    direction: inverse ? -1 : 1,
    factor: rotaryFactor(attrs),
  });
  return y;
});

function frequenciesFor(device: GPUDevice, options: RotaryOptions): GPUBuffer {
  let known = FREQUENCIES.get(device);
  if (known === undefined) FREQUENCIES.set(device, known = new Map());
  const key = rotaryKey(options);
  let buffer = known.get(key);
  if (buffer === undefined) {
    const values = rotaryFrequencies(options);
    const size = Math.max(16, values.byteLength);
    buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE, mappedAtCreation: true });
    new Float32Array(buffer.getMappedRange()).set(values);
    buffer.unmap();
    known.set(key, buffer);
  }
  return buffer;
}

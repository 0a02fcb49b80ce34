/** Soft caps; see `../soft_cap.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { SpreadOptions } from "../../device/cut_range.ts";
import { ELEMENTS, registerCpuKernel, sizeOf } from "./kernel.ts";

const elementsOf = (info: tf.TensorInfo): SpreadOptions => ({
  ...{ count: sizeOf(info), grain: ELEMENTS / 4, align: 16 },
});

registerCpuKernel<{ readonly cap: number }>("MaporlSoftCap", (call) => {
  const { inputs, attrs: { cap }, backend, allocate } = call;
  const x = inputs["x"]!;
  const y = allocate(x.shape, "float32");
  backend.withPointers([x, y], (...pointers) => {
    backend.spread("softCap", elementsOf(x), (from, to) => [
      ...pointers.map((pointer) => pointer + from * 4),
      to - from,
      cap,
    ]);
  });
  return y;
});

registerCpuKernel<{ readonly cap: number }>("MaporlSoftCapGrad", (call) => {
  const { inputs, attrs: { cap }, backend, allocate } = call;
  const { y, dy } = inputs;
  const dx = allocate(y!.shape, "float32");
  backend.withPointers([y!, dy!, dx], (...pointers) => {
    backend.spread("softCapBackward", elementsOf(dx), (from, to) => [
      ...pointers.map((pointer) => pointer + from * 4),
      to - from,
      cap,
      0,
    ]);
  });
  return dx;
});

/** Bias of a linear layer; see `../add_bias.ts`. */
import type * as tf from "@tensorflow/tfjs";
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel("MaporlAddBias", ({ inputs, backend, allocate }) => {
  const { x, bias } = inputs as Readonly<Record<"x" | "bias", tf.TensorInfo>>;
  const [numRows, width] = x.shape as [number, number];
  const y = allocate([numRows, width], "float32");
  const [from, term, to] = [x, bias, y].map((info) => backend.float32(info)) as [
    ...[Float32Array, Float32Array, Float32Array],
  ];
  // One thread, in JavaScript: next to the product before it, it takes no time.
  for (let row = 0, at = 0; row < numRows; row++) {
    for (let column = 0; column < width; column++, at++) to[at] = from[at]! + term[column]!;
  }
  return y;
});

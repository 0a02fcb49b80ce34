/** Gated activations; see `../swi_glu.ts` and `../ge_glu.ts`. */
import type * as tf from "@tensorflow/tfjs";
import type { SpreadOptions } from "../../device/cut_range.ts";
import { ELEMENTS, registerCpuKernel, sizeOf } from "./kernel.ts";

function elementsOf(info: tf.TensorInfo): SpreadOptions {
  return { count: sizeOf(info), grain: ELEMENTS / 4, align: 16 };
}

for (const [name, kernel] of [["SwiGlu", "swiGlu"], ["GeGlu", "geGlu"]] as const) {
  registerCpuKernel(`Maporl${name}`, ({ inputs, backend, allocate }) => {
    const gate = inputs["gate"]!;
    const up = inputs["up"]!;
    const y = allocate(gate.shape, "float32");
    backend.withPointers([gate, up, y], (pg, pu, py) => {
      backend.spread(`${kernel}Forward`, elementsOf(gate), (from, to) => [
        ...[pg!, pu!, py!].map((pointer) => pointer + from * 4),
        to - from,
      ]);
    });
    return y;
  });

  registerCpuKernel(`Maporl${name}Grad`, ({ inputs, backend, allocate }) => {
    const { gate, up, dy } = inputs;
    const dgate = allocate(gate!.shape, "float32");
    const dup = allocate(gate!.shape, "float32");
    backend.withPointers([gate!, up!, dy!, dgate, dup], (pg, pu, pdy, pdg, pdu) => {
      backend.spread(`${kernel}Backward`, elementsOf(gate!), (from, to) => [
        ...[pg!, pu!, pdy!, pdg!, pdu!].map((pointer) => pointer + from * 4),
        to - from,
      ]);
    });
    return [dgate, dup];
  });
}

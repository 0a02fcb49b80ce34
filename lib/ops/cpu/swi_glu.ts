/** Gated activation; see `../swi_glu.ts`. */
import { registerCpuKernel, sizeOf } from "./kernel.ts";

registerCpuKernel("MaporlSwiGlu", ({ inputs, backend, allocate }) => {
  const gate = inputs["gate"]!;
  const up = inputs["up"]!;
  const y = allocate(gate.shape, "float32");
  backend.withPointers([gate, up, y], (pg, pu, py) => {
    backend.wasm["swiGluForward"]!(pg!, pu!, py!, sizeOf(gate));
  });
  return y;
});

registerCpuKernel("MaporlSwiGluGrad", ({ inputs, backend, allocate }) => {
  const { gate, up, dy } = inputs;
  const dgate = allocate(gate!.shape, "float32");
  const dup = allocate(gate!.shape, "float32");
  backend.withPointers([gate!, up!, dy!, dgate, dup], (pg, pu, pdy, pdg, pdu) => {
    backend.wasm["swiGluBackward"]!(pg!, pu!, pdy!, pdg!, pdu!, sizeOf(gate!));
  });
  return [dgate, dup];
});

/** Rows by index; see `../embedding.ts`. */
import { registerCpuKernel } from "./kernel.ts";

registerCpuKernel("MaporlEmbedding", ({ inputs, backend, allocate }) => {
  const table = inputs["table"]!;
  const ids = inputs["ids"]!;
  const [numEntries, width] = table.shape as [number, number];
  const count = ids.shape[0]!;
  const y = allocate([count, width], "float32");
  backend.withPointers([table, ids, y], (pt, pi, py) => {
    backend.wasm["gatherRows"]!(pt!, pi!, py!, count, width, numEntries);
  });
  return y;
});

registerCpuKernel<{ numEntries: number }>(
  "MaporlEmbeddingGrad",
  ({ inputs, attrs, backend, allocate }) => {
    const { dy, ids } = inputs;
    const [count, width] = dy!.shape as [number, number];
    const dtable = allocate([attrs.numEntries, width], "float32");
    backend.float32(dtable).fill(0);
    backend.withPointers([dy!, ids!, dtable], (pdy, pi, pdt) => {
      backend.wasm["scatterAddRows"]!(pdy!, pi!, pdt!, count, width, attrs.numEntries);
    });
    return dtable;
  },
);

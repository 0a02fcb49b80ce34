/** Drawing tokens; see `../sample.ts`. */
import { registerCpuKernel, withScratch } from "./kernel.ts";

interface SampleAttrs {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly draw: number;
}

registerCpuKernel<SampleAttrs>("MaporlSample", ({ inputs, attrs, backend, allocate }) => {
  const logits = inputs["logits"]!;
  const streams = inputs["streams"]!;
  const [rows, size] = logits.shape as [number, number];
  const { temperature, topK, topP, draw } = attrs;
  const tokens = allocate([rows], "int32");
  const logProbs = allocate([rows], "float32");
  withScratch(backend, size, (scratch) => {
    backend.withPointers([logits, streams, tokens, logProbs], (...pointers) => {
      backend.wasm["sampleRows"]!(...pointers, scratch, rows, size, draw, temperature, topK, topP);
    });
  });
  return [tokens, logProbs];
});

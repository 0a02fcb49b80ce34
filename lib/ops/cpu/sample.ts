/** Drawing tokens; see `../sample.ts`. */
import { STREAM_WORDS } from "../sample.ts";
import { ELEMENTS, registerCpuKernel, withScratch } from "./kernel.ts";

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
  const options = { count: rows, grain: Math.ceil(ELEMENTS / 4 / size) };
  withScratch(backend, backend.pool.numThreads * size, (scratch) => {
    backend.withPointers([logits, streams, tokens, logProbs], (pl, ps, pt, pp) => {
      backend.spread("sampleRows", options, (from, to, thread) => [
        pl! + from * size * 4,
        ps! + from * STREAM_WORDS * 4,
        pt! + from * 4,
        pp! + from * 4,
        scratch + thread * size * 4,
        to - from,
        size,
        draw,
        temperature,
        topK,
        topP,
      ]);
    });
  });
  return [tokens, logProbs];
});

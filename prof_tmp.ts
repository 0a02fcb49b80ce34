import { allResults } from "./experiments/results.ts";
import { readResultFrames } from "./lib/tracking/mod.ts";
const all = await allResults();
for (const n of ["quickstart","single_agent","closed_book"]) { const {frames}=await readResultFrames(`experiments/${n}/results`,""); const t=performance.now(); all[n]!.show(frames); console.log(n, ((performance.now()-t)/1000).toFixed(1)); }

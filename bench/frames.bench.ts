/**
 * Frames of answers: append rows and save a part, merge parts, read the whole.
 *
 *     deno task bench bench/frames.bench.ts
 *
 * The rows are the 576 training answers of one update of the arithmetic experiment, with their tokens.
 *
 * @module
 */
import { startDevice } from "../lib/device/mod.ts";
import { answersColumns, readFrame, RunFrames } from "../lib/tracking/mod.ts";
import { answerRows } from "../lib/training/mod.ts";
import { loadArithmetic, ORACLE } from "./support/update_run.ts";
import { rateBench } from "./support/rate_bench.ts";

await startDevice("cpu");
const folder = await Deno.makeTempDir({ prefix: "maporl-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const arithmetic = await loadArithmetic(ORACLE);
const rewarded = arithmetic.reward(await arithmetic.discuss());
arithmetic.parts.dispose();
const rows = answerRows(rewarded, {
  update: 0,
  questionSeed: "0",
  turnGroup: () => "rest",
  groups: [],
});

const UPDATES = 8;
const shared = { group: `${rows.length} answers an update`, device: "disk", unit: "rows" } as const;
let step = 0;
rateBench({ ...shared, name: "append() and save()", work: rows.length }, async () => {
  const frames = new RunFrames(`${folder}/saved`, { answers: answersColumns });
  frames.writers.answers.append(rows);
  await frames.save(step++);
});
const merged = new RunFrames(folder, { answers: answersColumns });
for (let update = 0; update < UPDATES; update++) {
  merged.writers.answers.append(rows);
  await merged.save(update);
}
await merged.merge();
rateBench(
  { ...shared, name: `merge() of ${UPDATES} updates`, work: UPDATES * rows.length },
  async () => {
    await merged.merge();
  },
);
rateBench(
  { ...shared, name: `readFrame() of ${UPDATES} updates`, work: UPDATES * rows.length },
  async () => void await readFrame(`${folder}/answers.parquet`),
);

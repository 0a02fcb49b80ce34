import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { discussSchema } from "../../experiments/discuss/config.ts";
import { planDiscussions } from "../../experiments/discuss/plan.ts";
import { experiment } from "../../experiments/discuss/run.ts";
import { ConfigError, InterruptedError, resolveConfig } from "../../lib/core/mod.ts";
import { readFrame, silentProgress } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";

await startTestDevice();

const CHECKPOINTS = new URL("../../data/checkpoints/arithmetic/", import.meta.url).pathname;
const CONFIG = {
  model: `${CHECKPOINTS}base`,
  task: { name: "arithmetic" },
  limit: 5,
  questionsAtOnce: 2,
  discussion: { numAgents: 2, numTurns: 2 },
  resamples: 100,
};
const WITH_VERDICTS = {
  ...CONFIG,
  verifier: { kind: "trained", path: `${CHECKPOINTS}verifier` },
  discussion: { ...CONFIG.discussion, showScores: true },
};

const rowsOf = async (path: string) => (await readFrame(`${path}/evaluations.parquet`)).toRecords();

Deno.test("discuss: every answer to every question once, a transcript, and no tensor is left", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const before = tf.memory().numTensors;
    await runExperiment(experiment, { path, config: WITH_VERDICTS });
    assertEquals(tf.memory().numTensors, before);
    const rows = await rowsOf(path);
    const places = rows.map(({ question, turn, agent }) => `${question}/${turn}/${agent}`);
    assertEquals(new Set(places).size, 5 * 2 * 2);
    assertEquals(rows.length, 20);
    assertEquals([...new Set(rows.map(({ question }) => question))], [0, 1, 2, 3, 4]);
    assert(rows.some(({ score }) => 0 < Number(score) && Number(score) < 1)); // the verifier's
    const transcript = await Deno.readTextFile(`${path}/transcript.md`);
    assertEquals(transcript.match(/^## Question /gm)?.length, 5);
    assertEquals(transcript.match(/^\*\*Agent /gm)?.length, 20);
    assertStringIncludes(await Deno.readTextFile(`${path}/summary.md`), "5 test questions");
  });
});

Deno.test("discuss: stopped between two batches and gone on with, it gives the rows of an undisturbed run", async () => {
  await withTempFolder(async (folder) => {
    const [whole, stopped] = [`${folder}/whole`, `${folder}/stopped`];
    await runExperiment(experiment, { path: whole, config: CONFIG });
    const controller = new AbortController();
    let answered = 0;
    const stopAfterTwo = {
      ...silentProgress,
      task: (label: string) => ({
        advance: () => {
          // In the second batch: only the first is saved.
          if (label === "discussing" && ++answered === 3) {
            controller.abort(new InterruptedError("stop"));
          }
        },
        note: () => {},
        end: () => {},
        [Symbol.dispose]: () => {},
      }),
    };
    await assertRejects(
      () =>
        runExperiment(experiment, {
          path: stopped,
          config: CONFIG,
          context: { signal: controller.signal, progress: stopAfterTwo },
        }),
      InterruptedError,
    );
    const early = await rowsOf(stopped);
    assertEquals(early.length, 2 * 2 * 2);
    await runExperiment(experiment, { path: stopped, config: CONFIG, resume: true });
    assertEquals(await rowsOf(stopped), await rowsOf(whole));
  });
});

Deno.test("discuss: more questions are asked of a run by a larger limit, fewer than were asked are refused", async () => {
  await withTempFolder(async (folder) => {
    const [whole, grown] = [`${folder}/whole`, `${folder}/grown`];
    await runExperiment(experiment, { path: whole, config: { ...CONFIG, limit: 6 } });
    await runExperiment(experiment, { path: grown, config: { ...CONFIG, limit: 4 } });
    await runExperiment(experiment, { path: grown, config: { ...CONFIG, limit: 6 }, resume: true });
    assertEquals(await rowsOf(grown), await rowsOf(whole));
    await assertRejects(
      () => runExperiment(experiment, { path: grown, config: CONFIG, resume: true }),
      ConfigError,
      "Cannot go on to limit=5 as 6 questions are done already",
    );
    assertEquals(await rowsOf(grown), await rowsOf(whole));
  });
});

const planned = (config: object) =>
  planDiscussions(resolveConfig(discussSchema, [config], []), {
    seed: 0,
    resumed: false,
    device: "cpu",
  });

Deno.test("discuss: the plan tells what is asked, and answers as long as the task wants", async () => {
  const [line] = await planned(CONFIG);
  assertStringIncludes(line!, "5 questions, 20 answers of at most 40 tokens");
});

Deno.test("discuss: what cannot end well is refused before anything is made", async () => {
  const refused = async (config: object, part: string) => {
    const error = await assertRejects(() => planned({ ...CONFIG, ...config }), ConfigError);
    assertStringIncludes(error.message, part);
  };
  await refused({ sampling: { maxNewTokens: 900 } }, "the base model reads 1024");
  await refused({ split: "elsewhere" }, "elsewhere");
  await refused({ discussion: { numAgents: 100, numTurns: 1 } }, "names for 9");
  await refused({
    limit: 100_000,
    questionsAtOnce: 100_000,
    sampling: { maxRows: 65_536, prefixMegabytes: 1_000_000 },
  }, "memory of this machine");
});

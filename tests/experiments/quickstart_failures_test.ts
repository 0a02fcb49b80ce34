import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { experiment } from "../../experiments/maporl/run.ts";
import {
  CheckpointError,
  ConfigError,
  InterruptedError,
  NumericError,
  Random,
  RunError,
} from "../../lib/core/mod.ts";
import { OracleScorer } from "../../lib/discussion/mod.ts";
import { Decoder } from "../../lib/models/mod.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { listRunStates } from "../../lib/training/mod.ts";
import { tinyConfig } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldConfig, withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { saveBase, saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

async function rowsOf(path: string, name: string): Promise<Record<string, unknown>[]> {
  return (await readFrame(`${path}/${name}.parquet`)).toRecords();
}

Deno.test("quickstart refuses a base model that is missing, truncated or foreign", async (t) => {
  const write = (path: string, text: string) => Deno.writeTextFile(path, text);
  const foreign = async (base: string, config: ReturnType<typeof smallWorldConfig>) => {
    await saveBase(base, Decoder.initialize(config, Random.fromSeed(1)));
  };
  const cases: [string, (base: string) => Promise<void>, string, string][] = [
    [
      "no folder",
      (base) => Deno.remove(base, { recursive: true }),
      "config.json",
      "check the path",
    ],
    [
      "no weights",
      (base) => Deno.remove(`${base}/model.safetensors`),
      "model.safetensors",
      "check",
    ],
    [
      "truncated weights",
      (base) => Deno.truncate(`${base}/model.safetensors`, 5000),
      "is truncated",
      "copy",
    ],
    [
      "foreign weights",
      (base) => write(`${base}/model.safetensors`, "x".repeat(99)),
      "format",
      "copy",
    ],
    [
      "a config that is no JSON",
      (base) => write(`${base}/config.json`, "{"),
      "must be JSON",
      "again",
    ],
    [
      "another kind of model",
      (base) => write(`${base}/config.json`, '{"model_type": "gpt2"}'),
      "gpt2",
      "supported model",
    ],
    [
      "weights of another size",
      async (base) => {
        const config = await Deno.readTextFile(`${base}/config.json`);
        await write(
          `${base}/config.json`,
          config.replace('"hidden_size": 16', '"hidden_size": 32'),
        );
      },
      "misshaped",
      "configuration that the weights",
    ],
    [
      "a flipped weight",
      async (base) => {
        const weights = await Deno.readFile(`${base}/model.safetensors`);
        weights[weights.length - 1]! ^= 1;
        await Deno.writeFile(`${base}/model.safetensors`, weights);
      },
      "model.safetensors as it must be as it was written",
      "copy or save",
    ],
    [
      "another vocabulary",
      (base) => foreign(base, tinyConfig()),
      "vocabulary of 11",
      "the tokenizer that",
    ],
    [
      "another end of sequence",
      (base) => foreign(base, smallWorldConfig({ eosTokenId: 9 })),
      "eos_token_id is 9",
      "the tokenizer that",
    ],
  ];
  for (const [name, damage, reason, remedy] of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const base = await saveTinyBase(folder);
        // A folder from elsewhere: with a manifest its message would come first.
        if (!name.startsWith("a flipped")) await Deno.remove(`${base}/manifest.json`);
        await damage(base);
        const error = await assertRejects(
          () => runExperiment(experiment, { path: `${folder}/run`, config: tinyQuickstart(base) }),
          CheckpointError,
        );
        for (const part of [base, reason, remedy]) {
          assert(error.message.includes(part), `"${part}" is not in: ${error.message}`);
        }
      }));
  }
});

Deno.test("quickstart refuses a run folder that exists, and leaves it as it is", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 0 });
    await runExperiment(experiment, { path, config });
    const before = filesOf(path).map((name) => [name, Deno.statSync(`${path}/${name}`).mtime]);
    const error = await assertRejects(() => runExperiment(experiment, { path, config }), RunError);
    assert(error.message.includes(`--resume ${path}`), error.message);
    assertEquals(
      filesOf(path).map((name) => [name, Deno.statSync(`${path}/${name}`).mtime]),
      before,
    );
  }));

Deno.test("quickstart stops at a verifier that gives NaN, and goes on once it is repaired", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 3 });
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const path = `${folder}/run`;
    const score = OracleScorer.prototype.score;
    let numCalls = 0;
    OracleScorer.prototype.score = async function (items) {
      const scores = await score.call(this, items);
      // Two turns of the sample, the evaluation and the first update each, then one of the second update.
      if (++numCalls === 7) scores[1] = NaN;
      return scores;
    };
    try {
      const error = await assertRejects(
        () => runExperiment(experiment, { path, config }),
        NumericError,
        'Cannot use the score of "oracle" for question "arithmetic',
      );
      assert(error.message.includes("must be in [0, 1]: got NaN"), error.message);
      assert(error.remedy?.includes("Check the scorer"), error.message);
    } finally {
      OracleScorer.prototype.score = score;
    }
    assertEquals(await listRunStates(`${path}/checkpoints`), ["update-00000", "update-00001"]);
    assertEquals((await rowsOf(path, "answers")).length, 4 * 2 * 2);
    await runExperiment(experiment, { path, config, resume: true });
    for (const frame of ["answers", "evaluations"]) {
      assertEquals(await rowsOf(path, frame), await rowsOf(`${folder}/whole`, frame));
    }
  }));

/** A base model whose every answer is empty: all states are alike and point at end-of-sequence. */
async function saveSilentBase(folder: string): Promise<string> {
  const base = `${folder}/silent`;
  const config = smallWorldConfig({ tieWordEmbeddings: false });
  const decoder = Decoder.initialize(config, Random.fromSeed(1));
  tf.tidy(() => {
    for (const [name, weight] of decoder.weights) {
      if (/embed_tokens/.test(name)) weight.assign(tf.ones(weight.shape));
      if (/o_proj|down_proj/.test(name)) weight.assign(tf.zeros(weight.shape));
      if (name !== "lm_head.weight") continue;
      const isEnd = tf.oneHot(config.eosTokenId, config.vocabSize).cast("float32");
      weight.assign(isEnd.expandDims(1).mul(tf.ones([1, config.hiddenSize])));
    }
  });
  await saveBase(base, decoder);
  return base;
}

Deno.test("quickstart trains on a batch of which every answer is invalid, without a NaN", () =>
  withTempFolder(async (folder) => {
    const base = await saveSilentBase(folder);
    for (const compat of ["paper", "official"]) {
      const path = `${folder}/${compat}`;
      const tiny = tinyQuickstart(base, { updates: 2, compat });
      const reward = {
        ...tiny.reward,
        compat,
        penalizeMissingBox: true,
        penaltyValue: -10,
        followOthers: 1,
        othersJoinedMe: 1,
      };
      await runExperiment(experiment, { path, config: { ...tiny, reward } });
      const updates = await rowsOf(path, "updates");
      assertEquals(updates.length, 2 * 2);
      for (const row of updates) {
        assertEquals([row.invalidRate, row.penaltyRate, row.accuracy], [1, 1, 0]);
        assertEquals(row.meanResponseLength, 1); // the end alone
        for (const [column, value] of Object.entries(row)) {
          assert(typeof value !== "number" || Number.isFinite(value), `${column} is ${value}`);
        }
      }
      for (const row of await rowsOf(path, "answers")) {
        assertEquals([row.text, row.answer, row.boxed, row.correct], ["", null, false, false]);
        assert(Number.isFinite(row.reward), `${row.reward}`);
      }
      assert((await Deno.readTextFile(`${path}/summary.md`)).includes("| MAPoRL |"));
    }
  }));

Deno.test("quickstart on a disk that fills up keeps its last checkpoint and goes on from it", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const path = `${folder}/run`;
    const open = Deno.open;
    Deno.open = (file, options) => {
      const isFull = options?.createNew && /update-00002.*optimizer/.test(String(file));
      if (isFull) return Promise.reject(new Error("No space left on device (os error 28)"));
      return open(file, options);
    };
    try {
      const error = await assertRejects(
        () => runExperiment(experiment, { path, config }),
        RunError,
      );
      assert(error.message.includes("there must be space on the disk"), error.message);
    } finally {
      Deno.open = open;
    }
    assertEquals([...Deno.readDirSync(`${path}/checkpoints`)].map(({ name }) => name).sort(), [
      "update-00000",
      "update-00001",
    ]);
    await runExperiment(experiment, { path, config, resume: true });
    for (const frame of ["answers", "evaluations"]) {
      assertEquals(await rowsOf(path, frame), await rowsOf(`${folder}/whole`, frame));
    }
  }));

Deno.test("quickstart finishes a save that Ctrl-C comes into, and goes on from it", () =>
  withTempFolder(async (folder) => {
    const config = tinyQuickstart(await saveTinyBase(folder), { updates: 2 });
    await runExperiment(experiment, { path: `${folder}/whole`, config });
    const path = `${folder}/run`;
    const controller = new AbortController();
    const open = Deno.open;
    Deno.open = (file, options) => {
      if (options?.createNew && /update-00001.*optimizer/.test(String(file))) {
        controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
      }
      return open(file, options);
    };
    try {
      const context = { signal: controller.signal };
      await assertRejects(
        () => runExperiment(experiment, { path, config, context }),
        InterruptedError,
      );
    } finally {
      Deno.open = open;
    }
    assertEquals([...Deno.readDirSync(`${path}/checkpoints`)].map(({ name }) => name).sort(), [
      "update-00000",
      "update-00001",
    ]);
    await runExperiment(experiment, { path, config, resume: true });
    for (const frame of ["answers", "evaluations"]) {
      assertEquals(await rowsOf(path, frame), await rowsOf(`${folder}/whole`, frame));
    }
  }));

Deno.test("quickstart refuses to go back to fewer updates than are done", () =>
  withTempFolder(async (folder) => {
    const base = await saveTinyBase(folder);
    const path = `${folder}/run`;
    await runExperiment(experiment, { path, config: tinyQuickstart(base, { updates: 2 }) });
    const error = await assertRejects(
      () =>
        runExperiment(experiment, {
          path,
          config: tinyQuickstart(base, { updates: 1 }),
          resume: true,
        }),
      ConfigError,
      "Cannot go on to algorithm.updates=1 as 2 are done already",
    );
    assert(error.remedy?.includes("Set it to 2 or more"), error.message);
    // The run is what it was before the refusal.
    const { status, config } = JSON.parse(await Deno.readTextFile(`${path}/run.json`));
    assertEquals([status, config.algorithm.updates], ["finished", 2]);
  }));

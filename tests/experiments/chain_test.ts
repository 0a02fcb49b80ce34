import { assert, assertEquals, assertRejects } from "@std/assert";
import { experiment as pretrain } from "../../experiments/pretrain/run.ts";
import { experiment as quickstart } from "../../experiments/maporl/run.ts";
import { experiment as trainVerifier } from "../../experiments/train_verifier/run.ts";
import { CheckpointError, ConfigError, InterruptedError, RunError } from "../../lib/core/mod.ts";
import { loadDecoder, loadSafetensors } from "../../lib/models/mod.ts";
import { readFrame, silentProgress } from "../../lib/tracking/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { filesOf, runExperiment } from "./run_experiment.ts";
import { task, tinyPretrain } from "./tiny_pretrain.ts";
import { saveTinyBase, tinyQuickstart } from "./tiny_quickstart.ts";

await startTestDevice();

/** What a run is given that Ctrl-C stops at a step, and the steps that it took. */
function interruptedAt(step: number) {
  const controller = new AbortController();
  let numSteps = 0;
  const progress = {
    ...silentProgress,
    task: (label: string) => ({
      ...silentProgress.task(label),
      advance: () => {
        if (++numSteps === step) controller.abort(new InterruptedError("Interrupted by Ctrl-C"));
      },
    }),
  };
  return { context: { progress, signal: controller.signal }, numSteps: () => numSteps };
}

Deno.test("pretrain, train_verifier and quickstart work on each other's results", (t) =>
  withTempFolder(async (folder) => {
    const [base, verifier] = [`${folder}/base`, `${folder}/verifier`];

    await t.step("pretrain", async () => {
      const path = `${folder}/pretrain`;
      const lines = await runExperiment(pretrain, { path, config: tinyPretrain({ saveTo: base }) });
      assertEquals(lines.slice(1), [`Saved the model to ${base}`]);
      assert(
        /^step 80: accuracy of one answer 0\.\d+ \| turn 1 accuracy/.test(lines[0]!),
        lines[0],
      );
      for (const model of [base, `${path}/model`]) {
        const decoder = await loadDecoder(model);
        assertEquals(decoder.config.hiddenSize, 32);
        decoder.dispose();
      }
    });

    await t.step(
      "pretrain measures the finished model at another temperature, and trains nothing",
      async () => {
        const path = `${folder}/measured`;
        const measured = { task, measure: base, evaluationQuestions: 8 };
        const config = { ...measured, evaluationTemperature: 0, evaluationAgents: [2, 3] };
        const [line, ...more] = await runExperiment(pretrain, { path, config });
        assertEquals(more, []);
        assert(/^accuracy of one answer [01]\.\d+ \| 2 agents, turn 1 accuracy/.test(line!), line);
        const { turns } = JSON.parse(await Deno.readTextFile(`${path}/evaluation.json`));
        assertEquals(
          turns.map((turn: { numAgents: number; turn: number }) => [turn.numAgents, turn.turn]),
          [[2, 1], [2, 2], [3, 1], [3, 2]],
        );
        assertEquals(filesOf(path).includes("model"), false);
        const alone = { path: `${folder}/alone`, config: { ...config, evaluationAgents: [] } };
        assertEquals(await runExperiment(pretrain, alone), [line!.split(" | ")[0]!]);
        // Greedy answers know no chance: another run says the same of them.
        const again = { path: `${folder}/again`, config };
        assertEquals(await runExperiment(pretrain, again), [line]);
        await assertRejects(
          () => runExperiment(pretrain, { path: `${folder}/no`, config: { ...config, legs: [7] } }),
          ConfigError,
          "legs has no effect with measure, which trains nothing: leave it at [2000,3000]",
        );
      },
    );

    await t.step("train_verifier", async () => {
      const path = `${folder}/train_verifier`;
      const config = {
        task,
        base,
        questions: 60,
        samplesPerQuestion: 4,
        heldOutQuestions: 40,
        epochs: 2,
        warmupSteps: 2,
        saveTo: verifier,
      };
      const lines = await runExperiment(trainVerifier, { path, config });
      assert(/distinct answers, \d+ kept of \d+ questions, half of them right/.test(lines[0]!));
      assertEquals(lines.at(-1), `Saved the verifier to ${verifier}`);
      const report = JSON.parse(await Deno.readTextFile(`${path}/verifier.json`));
      const { sampled, distinct, balance } = report;
      assertEquals(sampled.before.count, sampled.after.count);
      assert(sampled.after.count >= distinct.after.count);
      assert(balance.numKeptAnswers > 20 && balance.numKeptAnswers % 2 === 0);
      for (const metrics of [sampled, distinct].flatMap(({ before, after }) => [before, after])) {
        for (const key of ["accuracy", "auroc", "brier"]) {
          assert(metrics[key] >= 0 && metrics[key] <= 1, `${key} is ${metrics[key]}`);
        }
      }
      const summary = await Deno.readTextFile(`${path}/summary.md`);
      for (const rows of ["answers as sampled", "distinct answers"]) {
        assert(summary.includes(`| calibrated, ${rows} |`), summary);
      }
      assertEquals(filesOf(verifier), [
        "manifest.json",
        "verifier.json",
        "verifier.safetensors",
      ]);
    });

    const tiny = {
      ...tinyQuickstart(base, { updates: 1, trainGroups: ["rest"] }),
      task,
      sampling: { maxNewTokens: 30 },
      reward: {},
    };

    await t.step("quickstart with the trained verifier", async () => {
      const path = `${folder}/quickstart`;
      const config = { ...tiny, verifier: { kind: "trained", path: verifier } };
      await runExperiment(quickstart, { path, config });
      const rows: Record<string, unknown>[] = (await readFrame(`${path}/evaluations.parquet`))
        .toRecords();
      const scores = rows.map(({ score }) => score as number);
      assert(scores.every((score) => score > 0 && score < 1));
      assert(new Set(scores).size > 3);
      // A function of the text: the same solution to the same question has the same score.
      const known = new Map<string, number>();
      for (const { model, questionId, solution, score } of rows) {
        const key = `${model} ${questionId} ${solution}`;
        assertEquals(score, known.get(key) ?? score);
        known.set(key, score as number);
      }
    });

    await t.step("quickstart refuses a verifier that is missing or of another base", async () => {
      for (
        const [base, path, reason] of [
          [tiny.base, `${folder}/none`, "there is no such file"],
          [await saveTinyBase(`${folder}/other`), verifier, "must fit the base model"],
        ] as const
      ) {
        const config = { ...tiny, base, verifier: { kind: "trained", path } };
        const error = await assertRejects(
          () => runExperiment(quickstart, { path: `${folder}/${reason}`, config }),
          CheckpointError,
          reason,
        );
        assert(error.message.includes(path) && error.remedy, error.message);
      }
    });

    await t.step(
      "quickstart goes on with no other base, and does not blame the verifier",
      async () => {
        const config = { ...tiny, verifier: { kind: "trained", path: verifier } };
        await Deno.rename(`${folder}/other/base`, `${folder}/another`);
        await Deno.rename(base, `${folder}/aside`);
        await Deno.rename(`${folder}/another`, base);
        await assertRejects(
          () => runExperiment(quickstart, { path: `${folder}/quickstart`, config, resume: true }),
          CheckpointError,
          "as its base must be that of its start",
        );
      },
    );
  }));

Deno.test("train_verifier says it when there is nothing to learn from", () =>
  withTempFolder(async (folder) => {
    const config = {
      base: await saveTinyBase(folder), // a random model writes no boxes
      sampling: { maxNewTokens: 5 },
      questions: 4,
      samplesPerQuestion: 2,
      heldOutQuestions: 4,
      warmupSteps: 0,
    };
    const error = await assertRejects(
      () => runExperiment(trainVerifier, { path: `${folder}/run`, config }),
      RunError,
      "Cannot train a verifier as the answers for calibration must be right and wrong ones: of 0",
    );
    assert(error.remedy?.includes("Ask for more questions"), error.message);
  }));

Deno.test("pretrain: an interrupted run goes on to the same weights bit for bit", () =>
  withTempFolder(async (folder) => {
    const config = tinyPretrain({
      corpus: { solutionSteps: 2, batchSize: 4 },
      legs: [6],
      warmupSteps: 2,
      checkpointEvery: 2,
    });
    await runExperiment(pretrain, { path: `${folder}/whole`, config });
    const path = `${folder}/halves`;
    const { context, numSteps } = interruptedAt(3);
    await assertRejects(
      () => runExperiment(pretrain, { path, config, context }),
      InterruptedError,
    );
    assertEquals(numSteps(), 3);
    await runExperiment(pretrain, { path, config, resume: true });
    const weights = async (run: string) => {
      const { tensors } = await loadSafetensors(`${run}/model/model.safetensors`);
      return new Map([...tensors].map(([name, { values }]) => [name, values]));
    };
    assertEquals(await weights(path), await weights(`${folder}/whole`));
  }));

Deno.test("pretrain says it when it starts over, as its checkpoints are gone or were never saved", () =>
  withTempFolder(async (path) => {
    const corpus = { solutionSteps: 2, batchSize: 4 };
    const config = tinyPretrain({ corpus, legs: [2], warmupSteps: 1 });
    const run = (resume: boolean) => runExperiment(pretrain, { path, config, resume });
    const before = await run(false);
    assertEquals(await run(true), before);
    await Deno.remove(`${path}/checkpoints`, { recursive: true });
    assertEquals(await run(true), ["There is no checkpoint: from the start", ...before]);
  }));

Deno.test("pretrain makes up for the evaluation of the checkpoint that it goes on from", (t) =>
  withTempFolder(async (folder) => {
    const config = tinyPretrain({
      corpus: { solutionSteps: 8, batchSize: 4 },
      legs: [4, 6],
      warmupSteps: 1,
      evaluateEvery: 2,
      checkpointEvery: 2,
    });
    const evaluations = (path: string) => Deno.readTextFile(`${path}/evaluations.md`);
    await runExperiment(pretrain, { path: `${folder}/whole`, config });
    const expected = await evaluations(`${folder}/whole`);
    assertEquals(expected.match(/step \d/g), ["step 2", "step 4", "step 6"]);

    await t.step("what was measured before cannot be read", async () => {
      const path = `${folder}/whole`;
      await Deno.rename(`${path}/evaluations.md`, `${folder}/aside`);
      await Deno.mkdir(`${path}/evaluations.md`);
      await assertRejects(
        () => runExperiment(pretrain, { path, config, resume: true }),
        RunError,
        `Cannot read ${path}/evaluations.md`,
      );
    });
    for (const step of [2, 6]) {
      await t.step(`killed between the checkpoint of step ${step} and its evaluation`, async () => {
        const path = `${folder}/killed_${step}`;
        const log = (line: string) => {
          if (line.startsWith(`step ${step}:`)) throw new RangeError("killed");
        };
        await assertRejects(
          () => runExperiment(pretrain, { path, config, context: { log } }),
          RangeError,
        );
        await runExperiment(pretrain, { path, config, resume: true });
        assertEquals(await evaluations(path), expected);
      });
      await t.step(`Ctrl-C at step ${step}`, async () => {
        const path = `${folder}/interrupted_${step}`;
        const { context } = interruptedAt(step);
        await assertRejects(
          () => runExperiment(pretrain, { path, config, context }),
          InterruptedError,
        );
        await runExperiment(pretrain, { path, config, resume: true });
        assertEquals(await evaluations(path), expected);
      });
    }
  }));

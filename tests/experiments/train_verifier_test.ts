import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { checkLabels, checkReported } from "../../experiments/train_verifier/check_answers.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { experiment } from "../../experiments/train_verifier/run.ts";
import { ConfigError, Random, resolveConfig, RunError } from "../../lib/core/mod.ts";
import { loadLanguageModel } from "../../lib/models/mod.ts";
import { PolicyAgent } from "../../lib/rl/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  type CalibrationReport,
  collectAnswers,
  fitCalibration,
  loadVerifier,
} from "../../lib/verifier/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/small_world.ts";
import { runExperiment } from "./run_experiment.ts";

await startTestDevice();

const BASE = new URL("../../data/checkpoints/arithmetic/base", import.meta.url).pathname;

Deno.test("train_verifier refuses answers of one label, and a report on none", () => {
  const [right, wrong] = [{ correct: true }, { correct: false }];
  checkLabels("training", [right, wrong]);
  checkReported([wrong]);
  for (const answers of [[], [right], [wrong, wrong]]) {
    assertThrows(() => checkLabels("training", answers), RunError, "answers for training must be");
  }
  const { remedy } = assertThrows(() => checkReported([]), RunError, "there is none");
  assertEquals(remedy, "Raise heldOutQuestions");
});

Deno.test("train_verifier calibrates and reports on answers as often as they were sampled", () =>
  withTempFolder(async (folder) => {
    const changes = { base: BASE, questions: 10, heldOutQuestions: 20, epochs: 1, warmupSteps: 0 };
    await runExperiment(experiment, { path: `${folder}/run`, config: changes, seed: 0 });
    const report: Record<"sampled" | "distinct", CalibrationReport> = JSON.parse(
      await Deno.readTextFile(`${folder}/run/verifier.json`),
    );

    // The same held-out answers again, from the library.
    const config = resolveConfig(trainVerifierSchema, [changes], []);
    const { task, format } = await loadTask(config.task, 0);
    const model = await loadLanguageModel(BASE);
    const { sampling } = config;
    const agent = new PolicyAgent({ model, sampling, maxRows: sampling.maxRows });
    const answers = await collectAnswers(
      takeQuestions(task.questions("validation"), { count: 20 }),
      {
        task,
        format,
        agent,
        samplesPerQuestion: config.samplesPerQuestion,
        random: Random.fromSeed(0).split("samples", "validation"),
      },
    );
    const fittedOn = new Set(
      takeQuestions(task.questions("validation"), { count: 10 }).map(({ id }) => id),
    );
    const [fitted, reported] = [true, false].map((isFitted) =>
      answers.filter(({ question }) => fittedOn.has(question.id) === isFitted)
    ) as [typeof answers, typeof answers];
    const numSamples = reported.reduce((sum, { count }) => sum + count, 0);
    assert(numSamples > reported.length);
    assertEquals(report.sampled.after.count, numSamples);
    assertEquals(report.distinct.after.count, reported.length);

    const verifier = await loadVerifier(`${folder}/run/verifier`, model.decoder, {
      ...model,
      format,
    });
    const logits = await verifier.logits(fitted);
    const calibrationOn = (times: (count: number) => number) => {
      const met = fitted.flatMap(({ count, correct }, i) =>
        Array.from({ length: times(count) }, () => ({ logit: logits[i]!, correct }))
      );
      const labels = met.map(({ correct }) => correct);
      return fitCalibration(met.map(({ logit }) => logit), labels, { kind: "platt" });
    };
    const { scale, bias } = verifier.parts.calibration;
    const [asMet, once] = [calibrationOn((count) => count), calibrationOn(() => 1)];
    assertAlmostEquals(scale, asMet.scale, 1e-3 * asMet.scale);
    assertAlmostEquals(bias, asMet.bias, 1e-2);
    assert(Math.abs(once.bias - bias) > 0.1, `${once.bias} and ${bias} cannot be told apart`);
    verifier.dispose();
    model.decoder.dispose();
  }));

Deno.test("balance=overall keeps as many answers as the rarer label has, balance=none keeps all", () =>
  withTempFolder(async (folder) => {
    const changes = { base: BASE, questions: 10, heldOutQuestions: 20, epochs: 1, warmupSteps: 0 };
    const kept: number[] = [];
    const numSampled: number[] = [];
    for (const balance of ["question", "overall", "none"]) {
      const path = `${folder}/${balance}`;
      await runExperiment(experiment, { path, config: { ...changes, balance }, seed: 0 });
      const { balance: report, numTrained } = JSON.parse(
        await Deno.readTextFile(`${path}/verifier.json`),
      );
      kept.push(numTrained);
      if (balance === "none") {
        assertEquals(report, null);
        continue;
      }
      assertEquals(numTrained, report.numKeptAnswers);
      numSampled.push(report.numAnswers);
      if (balance === "overall") assertEquals(report.numKeptQuestions, 1); // all are one group
    }
    assert(kept[1]! > kept[0]!, `${kept}`);
    assertEquals(kept[2], numSampled[0]); // not balanced, all are kept
  }));

Deno.test("only balance=question has perClass", () => {
  for (const balance of ["overall", "none"]) {
    assertThrows(
      () => resolveConfig(trainVerifierSchema, [{ balance, perClass: 2 }], []),
      ConfigError,
      "perClass",
    );
  }
});

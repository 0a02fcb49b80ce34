/**
 * Trains the verifier: sample from the base model, label, balance, train, calibrate, report.
 *
 * @module
 */
import { named } from "../../lib/core/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  baseFingerprint,
  loadLanguageModel,
  PROJECTIONS,
  tokenizerFingerprint,
} from "../../lib/models/mod.ts";
import { AdamW, makeSchedule } from "../../lib/optim/mod.ts";
import { PolicyAgent } from "../../lib/rl/mod.ts";
import { loadTask, pathsOfTask } from "../../lib/worlds/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  formatNumber,
  terminalTable,
  verifierTable,
  writeSummary,
} from "../../lib/tracking/mod.ts";
import {
  asSampled,
  balanceAnswers,
  calibrationReport,
  collectAnswers,
  fitCalibration,
  makeVerifierParameters,
  NO_CALIBRATION,
  saveVerifier,
  trainVerifier,
  Verifier,
  verifierVariables,
} from "../../lib/verifier/mod.ts";
import { checkLabels, checkReported } from "./check_answers.ts";
import { type TrainVerifierConfig, trainVerifierSchema } from "./config.ts";
import { planVerifier } from "./plan.ts";

/** The experiment, as the command line finds it. */
export const experiment: Experiment<TrainVerifierConfig> = {
  name: "train_verifier",
  summary: "train the verifier that scores every answer of a discussion",
  schema: trainVerifierSchema,
  minutes: "less than 1 on two cores; about 10 with an adapter",
  plan: planVerifier,
  readsFrom: ({ base, task }) => [base, ...pathsOfTask(task)],
  writesTo: ({ saveTo }) => saveTo ? [saveTo] : [],
  run,
};

async function run(config: TrainVerifierConfig, context: ExperimentContext): Promise<void> {
  const { random, progress, signal, log } = context;
  if (context.resumed) log("Nothing is saved on the way: from the start");
  const { task, format } = await loadTask(config.task, context.seed);
  const { decoder, tokenizer, template } = await loadLanguageModel(config.base, config);
  const text = { tokenizer, template, format };
  await context.run.bindInputs({
    base: await baseFingerprint(decoder),
    tokenizer: tokenizerFingerprint(text),
  });
  const { sampling } = config;
  const { maxRows } = sampling;
  const agent = new PolicyAgent({
    model: { ...text, name: "base model", decoder },
    sampling,
    maxRows,
    signal,
  });

  // ---- sample and label
  const collect = async (split: string, count: number) => {
    using asked = progress.task(`answers (${split})`, { total: count, unit: "questions" });
    let before = 0;
    return await collectAnswers(
      takeQuestions(task.questions(split), { count }),
      {
        task,
        format: text.format,
        agent,
        ...config.discussion,
        samplesPerQuestion: config.samplesPerQuestion,
        random: random.split("samples", split),
        onProgress: (done) => {
          asked.advance(done - before);
          before = done;
        },
      },
    );
  };
  const sampled = await collect("verifier", config.questions);
  const heldOut = await collect("validation", config.heldOutQuestions);
  const half = Math.floor(config.heldOutQuestions / 2);
  const firstHalf = new Set(
    Array.from({ length: half }, (_, i) => task.questions("validation").at(i).id),
  );
  const middle = heldOut.filter(({ question }) => firstHalf.has(question.id)).length;
  checkLabels("calibration", heldOut.slice(0, middle));
  checkReported(heldOut.slice(middle));

  // ---- balance
  const isByQuestion = config.balance === "question";
  const balanced = balanceAnswers(sampled, {
    questionOf: ({ question }) => isByQuestion ? question.id : "all",
    isCorrect: ({ correct }) => correct,
    perClass: isByQuestion ? config.perClass : sampled.length,
    shortage: "keep_min",
    random: random.split("balance"),
  });
  const isBalanced = config.balance !== "none";
  const kept = isBalanced ? balanced.kept : sampled;
  const report = isBalanced ? balanced.report : null;
  checkLabels("training", kept);
  const numRight = kept.filter(({ correct }) => correct).length;
  log(
    `${sampled.length} distinct answers, ${kept.length} kept` +
      `${isByQuestion ? ` of ${balanced.report.numKeptQuestions} questions` : ""}, ` +
      `${isBalanced ? "half" : numRight} of them right`,
  );

  // ---- train
  const parameters = makeVerifierParameters(
    decoder,
    config.lora.r > 0 ? { ...config.lora, targetModules: PROJECTIONS } : null,
    random.split("adapter"),
  );
  const optimizer = new AdamW(verifierVariables(parameters), {
    betas: [0.9, 0.95],
    eps: 1e-8,
    weightDecay: 0,
  });
  const schedule = makeSchedule("cosine", {
    warmupSteps: config.warmupSteps,
    finalFraction: 0.1,
  });
  const totalSteps = config.epochs * Math.ceil(kept.length / config.batchSize);
  using training = progress.task("training", { total: totalSteps, unit: "steps" });
  await trainVerifier({ decoder, ...parameters }, kept, {
    epochs: config.epochs,
    batchSize: config.batchSize,
    tokens: config.tokens,
    maxGradNorm: config.maxGradNorm,
    maxBatchTokens: config.maxBatchTokens,
    optimizer,
    text,
    random: random.split("training"),
    learningRate: (step, total) => config.learningRate * schedule(step, total),
    signal,
    onStep: (_step, _total, loss) => {
      training.note(`loss ${formatNumber(loss, 4)}`);
      training.advance();
    },
  });
  training.end();
  optimizer.dispose();

  // ---- calibrate on answers as sampled, on one half of the held-out questions, report on the other
  const raw = new Verifier({
    decoder,
    ...parameters,
    text,
    calibration: NO_CALIBRATION,
    tasks: [task.name],
  });
  const logits = await raw.logits(heldOut, { signal });
  const columnsOf = (indices: readonly number[]) =>
    [indices.map((i) => logits[i]!), indices.map((i) => heldOut[i]!.correct)] as const;
  const met = asSampled(heldOut); // as often as in use: calibration moves with the share that is right
  const calibration = fitCalibration(...columnsOf(met.filter((i) => i < middle)), {
    kind: "platt",
  });
  const verifier = new Verifier({ ...raw.parts, calibration });
  const reportOf = (indices: readonly number[]) =>
    calibrationReport(...columnsOf(indices.filter((i) => i >= middle)), calibration);
  const sampledReport = reportOf(met);
  const distinctReport = reportOf([...heldOut.keys()]);
  const table = verifierTable({
    "as trained, answers as sampled": sampledReport.before,
    "calibrated, answers as sampled": sampledReport.after,
    "as trained, distinct answers": distinctReport.before,
    "calibrated, distinct answers": distinctReport.after,
  });
  log(terminalTable(table));
  await writeSummary(context.run, { tables: [table] });
  await context.run.writeJson("verifier.json", {
    sampled: sampledReport,
    distinct: distinctReport,
    calibration,
    balance: report,
    numTrained: kept.length,
  });

  // ---- the finished verifier
  await saveVerifier(context.run.file("verifier"), verifier);
  if (config.saveTo) {
    await saveVerifier(config.saveTo, verifier);
    log(`Saved the verifier to ${named(config.saveTo)}`);
  }
  verifier.dispose();
  decoder.dispose();
}

/**
 * Pretrains the base model of the small world: worked solutions and discussions whose strategies
 * are stated at random and carried out exactly.
 *
 * @module
 */
import { fileError, named, yieldToEvents } from "../../lib/core/mod.ts";
import { Decoder, saveDecoder } from "../../lib/models/mod.ts";
import { makeSchedule, Muon } from "../../lib/optim/mod.ts";
import { type Experiment, type ExperimentContext, formatNumber } from "../../lib/tracking/mod.ts";
import { loadRunState, saveRunState, supervisedStep } from "../../lib/training/mod.ts";
import { demonstrationBatch } from "../../lib/worlds/demonstrations/mod.ts";
import { makeSmallWorld } from "../../lib/worlds/small_world/mod.ts";
import { type PretrainConfig, pretrainSchema } from "./config.ts";
import { evaluateModel, evaluationLine } from "./evaluate.ts";
import { measureModel } from "./measure.ts";
import { decoderConfigOf, planPretraining } from "./plan.ts";

/** The experiment, as the command line finds it. */
export const experiment: Experiment<PretrainConfig> = {
  name: "pretrain",
  summary: "train the small world's base model on solutions and discussions",
  schema: pretrainSchema,
  minutes: "20 to 50 on two cores",
  changeable: ["legs", "evaluateEvery", "checkpointEvery", "saveTo"],
  plan: planPretraining,
  readsFrom: ({ measure }) => measure ? [measure] : [],
  writesTo: ({ saveTo }) => saveTo ? [saveTo] : [],
  run,
};

/** File of the run with a line per evaluation. */
const EVALUATIONS = "evaluations.md";

async function run(config: PretrainConfig, context: ExperimentContext): Promise<void> {
  if (config.measure !== null) return await measureModel(config.measure, config, context);
  const { random, progress, signal, log } = context;
  const { corpus, legs } = config;
  const steps = legs.at(-1)!;
  const world = makeSmallWorld(config.task, {
    runSeed: context.seed,
    slipRate: corpus.slipRate,
    tokenizer: config.tokenizer,
  });
  const { task, text, demonstrator, tokenizerFiles } = world;

  // ---- model and optimiser
  const decoder = Decoder.initialize(decoderConfigOf(config, text), random.split("weights"));
  const optimizer = new Muon(decoder.weights, {
    momentum: 0.95,
    weightDecay: config.weightDecay,
    adamRatio: config.adamRatio,
    betas: [0.9, 0.95],
    eps: 1e-8,
  });
  const schedule = makeSchedule("cosine", {
    warmupSteps: config.warmupSteps,
    finalFraction: 0.05,
  });
  const trained = {
    variables: decoder.weights,
    optimizers: new Map([["base", optimizer]]),
    identity: context.run.identity,
    onLeft: log,
  };
  const checkpoints = context.run.file("checkpoints");
  const save = async (step: number) => {
    await context.run.saveFrames(step); // there are no rows, but the run notes that it saves
    await saveRunState(checkpoints, { update: step }, trained);
    saved = step;
  };
  const state = context.resumed ? await loadRunState(checkpoints, trained) : undefined;
  await context.run.dropFramesAfter(state?.update ?? -1);
  if (context.resumed && !state) log("There is no checkpoint: from the start");
  const first = state?.update ?? 0;
  let saved = first;

  const evaluations = await earlierEvaluations(context, first);
  const evaluate = async (step: number) => {
    const result = await evaluateModel(decoder, world, { ...config, random, signal });
    evaluations.push(`step ${step}: ${evaluationLine(result)}`);
    log(evaluations.at(-1)!);
    await context.run.writeText(EVALUATIONS, evaluations.map((line) => `- ${line}\n`).join(""));
  };
  /** Whether the model of so many steps is evaluated: right after it was saved. */
  const isEvaluated = (step: number) =>
    step === steps || step > 0 && step % config.evaluateEvery === 0;

  // ---- training
  using training = progress.task("pretraining", { total: steps, done: first, unit: "steps" });
  for (let step = first; step < steps; step++) {
    if (isEvaluated(step)) await evaluate(step);
    const batch = demonstrationBatch(step, { ...corpus, task, demonstrator, random, text });
    const { loss, gradNorm } = await supervisedStep(decoder, batch, {
      params: decoder.weights,
      optimizer,
      // A later leg goes on as if training had been planned up to its end from the start.
      learningRate: config.learningRate * schedule(step, legs.find((end) => step < end)!),
      maxGradNorm: config.maxGradNorm,
      maxBatchTokens: config.maxBatchTokens,
      gradientCheckpointing: config.gradientCheckpointing,
      signal,
    }).catch(async (error) => {
      // A step that is given up has not moved the parameters.
      if (error === signal.reason && step > saved) await save(step);
      throw error;
    });
    training.note(`loss ${formatNumber(loss, 4)}, gradient norm ${formatNumber(gradNorm, 2)}`);
    training.advance();
    await yieldToEvents();
    const done = step + 1;
    const isDue = done % config.checkpointEvery === 0 || isEvaluated(done);
    if (isDue || signal.aborted) await save(done);
    signal.throwIfAborted();
  }
  training.end();
  await evaluate(steps);

  // ---- the finished model
  await saveDecoder(context.run.file("model"), decoder, tokenizerFiles);
  if (config.saveTo) {
    await saveDecoder(config.saveTo, decoder, tokenizerFiles);
    log(`Saved the model to ${named(config.saveTo)}`);
  }
  optimizer.dispose();
  decoder.dispose();
}

/** The evaluations before a checkpoint: its own follows it, and is made up for if it is missing. */
async function earlierEvaluations({ run }: ExperimentContext, step: number): Promise<string[]> {
  if (step === 0) return [];
  const path = run.file(EVALUATIONS);
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw fileError(error, path, "read"); // or the next evaluation would replace those that are there
  });
  return text.split("\n").map((line) => line.slice(2))
    .filter((line) => line !== "" && Number(/^step (\d+)/.exec(line)?.[1] ?? Infinity) < step);
}

/**
 * What a run takes at most, before anything of it is made.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import { positionLimit } from "../../lib/models/mod.ts";
import { taskNotes } from "../../lib/tasks/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  answersOf,
  type AskedModel,
  askedModels,
  checkAgents,
  checkBaseDtype,
  checkLoraRank,
  checkPrefill,
  checkQuestions,
  countWeights,
  describeForeignVerifiers,
  describeMemory,
  describeStarts,
  describeTime,
  describeTooLong,
  type Discussing,
  evaluatedSplits,
  machineMemory,
  numPolicyWeights,
  readPlannedModels,
  readSeatStarts,
  seatChoices,
} from "../../lib/training/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import type { MaporlConfig } from "./config.ts";
import { answeringAlone } from "./plan_baselines.ts";
import { memoryParts } from "./plan_memory.ts";
import { numEvaluations, workParts } from "./plan_work.ts";

/**
 * Checks sizes against the models and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {ConfigError} If the task has too few questions or its format too few names for agents,
 * discussions do not fit into a model's positions (said only, where a run goes on), or the run does not fit
 * into the machine.
 * @throws {CheckpointError} If a base model, a verifier or a run that seats begin with cannot be read.
 * @throws {RunError} If seats are to begin with what is no finished run.
 */
export async function planMaporl(
  config: MaporlConfig,
  { seed, resumed, device }: PlanOptions,
): Promise<string[]> {
  const { algorithm, evaluation, discussion } = config;
  const trained = await loadTask(config.task, seed);
  const asked = evaluation.task ? await loadTask(evaluation.task, seed) : trained;
  checkQuestions(config, { trained: trained.task, evaluated: asked.task });
  const training: Discussing = {
    ...trained,
    purpose: "discussion",
    setting: "discussion.numAgents",
    splits: ["train"],
    numQuestions: algorithm.updates > 0 ? algorithm.questionsPerUpdate * discussion.numSamples : 0,
    seats: seatChoices(config),
    numTurns: discussion.numTurns,
  };
  const evaluated: Discussing = {
    ...asked,
    purpose: "evaluation",
    setting: evaluation.numAgents === null ? "discussion.numAgents" : "evaluation.numAgents",
    splits: evaluatedSplits(config),
    numQuestions: evaluation.numQuestions,
    seats: seatChoices(config, evaluation.numAgents ?? discussion.numAgents),
    numTurns: evaluation.numTurns ?? discussion.numTurns,
  };
  const held = training.numQuestions > 0 ? [training, evaluated] : [evaluated];
  for (const who of held) checkAgents({ ...who, numAgents: who.seats.length });
  const starts = await readSeatStarts(config);
  checkBaseDtype(config.baseDtype, device);
  const known = await readPlannedModels(training.seats, config.baseDtype);
  const { maxNewTokens } = config.sampling;
  for (const { base, config: model, text: { tokenizer } } of known) {
    checkPrefill(training.seats, { base, tokenizer, maxNewTokens });
    const isTrained = training.seats.some((seat) => seat.base === base && !seat.frozen);
    if (isTrained) checkLoraRank(model, algorithm.loraR, "algorithm.loraR");
  }
  const tooLong = held.flatMap((who) =>
    known.map((model) => describeTooLong(config, who, { model, known }))
  )
    .find((line) => line);
  if (tooLong && !resumed) {
    throw new ConfigError(`Cannot run this as ${tooLong.message}`, tooLong);
  }
  const models = askedModels(config, known, held);
  const alone = answeringAlone(config, evaluated);
  const all = { training, evaluated, alone, held: [...held, ...alone], models };
  return [
    describeWork(config, { training, evaluated, alone }),
    ...models.map((model) =>
      describeModel(config, model, { training, isOnly: models.length === 1 })
    ),
    ...describeStarts(starts),
    describeMemory(
      memoryParts(config, all, { isNew: !resumed }),
      resumed || device === "webgpu" ? null : machineMemory(),
    ),
    describeTime(workParts(config, all), { device, resumed }),
    ...await describeForeignVerifiers(held),
    ...taskNotes([trained.task, asked.task]),
    ...(tooLong ? [`Answers that no longer fit will be empty: ${tooLong.message}`] : []),
  ];
}

/** The work in answers, which are the rows of the frames as well. */
function describeWork(
  config: MaporlConfig,
  { training, evaluated, alone }:
    & Readonly<Record<"training" | "evaluated", Discussing>>
    & { readonly alone: readonly Discussing[] },
): string {
  const { algorithm, sampling } = config;
  const { updates, numPpoEpochs, numMiniBatches, questionsPerUpdate } = algorithm;
  const answers = answersOf(training);
  const steps = numPpoEpochs * Math.min(numMiniBatches, questionsPerUpdate);
  const work = updates === 0
    ? "no update"
    : `${updates} update${updates === 1 ? "" : "s"} of ${answers} answers, ${
      updates * answers
    } in all; at most ${answers * sampling.maxNewTokens} tokens and ${steps} optimiser step${
      steps === 1 ? "" : "s"
    } of a group in each`;
  const numAlone = alone.reduce((sum, who) => sum + answersOf(who), 0);
  return `plan: ${work}; ${numEvaluations(config)} evaluations of ${answersOf(evaluated)} answers` +
    (numAlone > 0 ? `; at most ${numAlone} answers without discussion` : "");
}

/** The sizes of a model; it is named where it is not the only one. */
function describeModel(
  config: MaporlConfig,
  { base, config: model, longest }: AskedModel,
  { training, isOnly }: { readonly training: Discussing; readonly isOnly: boolean },
): string {
  const own = training.seats.filter((seat) => seat.base === base);
  const numbers = training.seats.flatMap((seat, agent) => seat.base === base ? [agent] : []);
  const name = isOnly
    ? ""
    : `${base} (seat${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}): `;
  return `plan: ${name}prompts of at most ${longest} of ${
    positionLimit(model).positions
  } tokens, ` +
    `answers of ${config.sampling.maxNewTokens}; ${countWeights(model)} weights, ${
      numPolicyWeights(config, own, () => model)
    } trained`;
}

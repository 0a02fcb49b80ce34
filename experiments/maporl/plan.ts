/**
 * What a run takes at most, before anything of it is made.
 *
 * @module
 */
import { ConfigError, named } from "../../lib/core/mod.ts";
import { taskNotes } from "../../lib/tasks/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  checkAgents,
  checkLoraRank,
  checkPrefill,
  checkQuestions,
  countWeights,
  describeForeignVerifiers,
  describeMemory,
  describeStarts,
  describeTime,
  evaluatedSplits,
  machineMemory,
  numPolicyWeights,
  readSeatStarts,
  seatChoices,
} from "../../lib/training/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import type { MaporlConfig } from "./config.ts";
import { answeringAlone } from "./plan_baselines.ts";
import { memoryParts } from "./plan_memory.ts";
import { numEvaluations, workParts } from "./plan_work.ts";
import {
  answersOf,
  type AskedModel,
  askedModels,
  type Discussing,
  type PlannedModel,
  promptOf,
  ratioOf,
  readPlannedModels,
} from "./planned.ts";

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
  const known = await readPlannedModels(training.seats);
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
  return `plan: ${name}prompts of at most ${longest} of ${model.maxPositionEmbeddings} tokens, ` +
    `answers of ${config.sampling.maxNewTokens}; ${countWeights(model)} weights, ${
      numPolicyWeights(config, own, () => model)
    } trained`;
}

/** What to say where a model's longest discussion is longer than it reads. */
function describeTooLong(
  config: MaporlConfig,
  who: Discussing,
  { model, known }: { readonly model: PlannedModel; readonly known: readonly PlannedModel[] },
): { message: string; thing: string; remedy: string } | undefined {
  if (!who.seats.some(({ base }) => base === model.base)) return undefined;
  const { maxNewTokens } = config.sampling;
  const { maxPositionEmbeddings } = model.config;
  const { showScores } = config.discussion;
  const needed = (numTurns: number, length = maxNewTokens) =>
    promptOf(model, { ...who, numTurns }, { models: known, maxNewTokens: length, showScores }) +
    length;
  const most = needed(who.numTurns);
  if (most <= maxPositionEmbeddings) return undefined;
  const thing = `${who.purpose}.numTurns`;
  const name = known.length === 1 ? "the base model" : named(model.base);
  const [one, two] = [needed(1), needed(2)];
  const turns = 1 + Math.floor((maxPositionEmbeddings - one) / (two - one)); // each adds as much
  const fewerTokens = () => {
    // Every answer before the last turn stands in the prompt, and the last behind it.
    const quoted = known.reduce((sum, writer) => {
      const { length } = who.seats.filter(({ base }) => base === writer.base);
      return sum + length * ratioOf(model, writer, who);
    }, 0);
    const excess = most - maxPositionEmbeddings;
    let tokens = maxNewTokens - Math.ceil(excess / ((who.numTurns - 1) * quoted + 1));
    // Each length is rounded up where tokens differ.
    while (tokens > 0 && needed(who.numTurns, tokens) > maxPositionEmbeddings) tokens--;
    return tokens;
  };
  const tokens = turns > 1 ? 0 : fewerTokens();
  return {
    thing,
    message: `${who.numTurns} turns of ${who.seats.length} agents (${thing}) with ` +
      `sampling.maxNewTokens=${maxNewTokens} take up to ${most} tokens, and ${name} reads ` +
      `${maxPositionEmbeddings}`,
    remedy: turns > 1
      ? `Set ${thing} to ${turns} or less`
      : tokens > 0
      ? `Set sampling.maxNewTokens to ${tokens} or less`
      : "Take a base model that reads more tokens",
  };
}

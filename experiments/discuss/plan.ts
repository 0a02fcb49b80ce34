/**
 * What discussions take at most, before any is held.
 *
 * @module
 */
import { ConfigError, named, Random } from "../../lib/core/mod.ts";
import { positionLimit } from "../../lib/models/mod.ts";
import { checkNeeds, taskNotes } from "../../lib/tasks/mod.ts";
import type { PlanOptions } from "../../lib/tracking/mod.ts";
import {
  ANSWER_BYTES,
  answersOf,
  askedModels,
  basePart,
  cacheBytes,
  checkAgents,
  checkBaseDtype,
  countWeights,
  decoderFlops,
  describeMemory,
  describeTime,
  describeTooLong,
  type Discussing,
  machineMemory,
  readPlannedModels,
  seatChoices,
} from "../../lib/training/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import { type DiscussConfig, untrainedRun } from "./config.ts";
import { type RemoteModel, remoteModel } from "./server.ts";

const MIB = 2 ** 20;
/** Rows whose products take longer than reading the weights that they share. */
const MANY_ROWS = 64;
/** Weights that a processor's caches hold are read in no time. */
const CACHE_BYTES = 2 ** 24;

/**
 * Checks sizes against the model and the machine.
 *
 * @param config The run's settings.
 * @param options Its seed, whether it goes on with an earlier run, and where it computes.
 * @returns Lines with the numbers of the run.
 * @throws {ConfigError} If the task has too few questions or its format too few names for agents, or the run
 * does not fit into the model's positions or the machine.
 * @throws {CheckpointError} If the model cannot be read.
 * @throws {RemoteError} If a server does not answer.
 */
export async function planDiscussions(
  config: DiscussConfig,
  { seed, resumed, device }: PlanOptions,
): Promise<string[]> {
  const { limit, split, questionsAtOnce } = config;
  const run = untrainedRun(config);
  const { sampling: { maxNewTokens, maxRows, prefixMegabytes }, discussion } = run;
  const { task, format } = await loadTask(config.task, seed);
  checkNeeds(task, [{ split, setting: "limit", value: limit, asker: `split=${split}` }]);
  const { numAgents, numTurns } = discussion;
  checkAgents({ format, numAgents, setting: "discussion.numAgents" });
  const held: Discussing = {
    purpose: "discussion",
    setting: "discussion.numAgents",
    task,
    format,
    splits: [split],
    numQuestions: limit,
    seats: seatChoices(run),
    numTurns,
  };
  const remote = await remoteModel(config, { random: Random.fromSeed(seed).split("server") });
  if (remote !== null) return planRemote(run, held, { remote, resumed });
  checkBaseDtype(run.baseDtype, device);
  const known = await readPlannedModels(held.seats, run.baseDtype);
  const tooLong = describeTooLong(run, held, { model: known[0]!, known });
  if (tooLong) throw new ConfigError(`Cannot run this as ${tooLong.message}`, { ...tooLong });
  const [model] = askedModels(run, known, [held]);
  const { longest, config: sizes } = model!;
  const weights = countWeights(sizes);
  const length = longest + maxNewTokens;
  const together = answersOf({ ...held, numQuestions: Math.min(limit, questionsAtOnce) });
  const rows = Math.min(maxRows, together / numTurns);
  const kept = Math.min(prefixMegabytes * MIB, cacheBytes(sizes, together * length));
  // With a prefix kept, a discussion is computed once; without, each turn is anew.
  const passes = prefixMegabytes > 0 ? 1 : numTurns;
  return [
    `plan: ${limit} questions, ${
      answersOf(held)
    } answers of at most ${maxNewTokens} tokens; prompts of at ` +
    `most ${longest} of ${positionLimit(sizes).positions} tokens; ${weights} weights`,
    describeMemory([
      basePart(model!.weightBytes, "model"),
      {
        name: "keys and values",
        bytes: cacheBytes(sizes, rows * length) + kept,
        setting: "sampling.maxRows",
      },
      {
        name: "transcripts",
        bytes: answersOf(held) * (4 * longest + 16 * maxNewTokens + ANSWER_BYTES),
        setting: "limit",
      },
    ], resumed || device === "webgpu" ? null : machineMemory()),
    describeTime([{
      name: "answers",
      flops: decoderFlops(weights, limit * numAgents * length, passes),
      setting: "limit",
    }], { device, resumed }),
    ...(rows < MANY_ROWS && model!.weightBytes > CACHE_BYTES
      ? [`time: longer than that, as each token of only ${rows} answers at once reads all weights`]
      : []),
    ...taskNotes([task]),
  ];
}

/** Of a model behind a server neither tokenizer nor sizes are known. */
function planRemote(
  { sampling: { maxNewTokens } }: ReturnType<typeof untrainedRun>,
  held: Discussing,
  { remote: { server, model, settings, keyEnv }, resumed }: {
    readonly remote: RemoteModel;
    readonly resumed: boolean;
  },
): string[] {
  const { maxConcurrency } = settings;
  const answers = answersOf(held);
  return [
    `plan: ${held.numQuestions} questions, ${answers} answers of at most ${maxNewTokens} tokens by ` +
    `${named(model)} at ${named(server.address)}, ${maxConcurrency} at a time, ` +
    (keyEnv === null ? "without a key" : `with the key of ${keyEnv}`),
    describeMemory([{
      name: "transcripts",
      // Its text stands in every later prompt, and its log-probabilities come along.
      bytes: answers * (16 * maxNewTokens * held.numTurns + ANSWER_BYTES),
      setting: "limit",
    }], resumed ? null : machineMemory()),
    ...taskNotes([held.task]),
  ];
}

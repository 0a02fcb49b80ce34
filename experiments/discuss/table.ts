/**
 * Who sits at the table: a model of files, or one behind a server.
 *
 * @module
 */
import { digestOf } from "../../lib/core/mod.ts";
import { OracleScorer } from "../../lib/discussion/mod.ts";
import type { DecoderConfig } from "../../lib/models/mod.ts";
import { RemoteAgent } from "../../lib/remote/mod.ts";
import type { ExperimentContext, SeatTitles } from "../../lib/tracking/mod.ts";
import {
  discussionRounds,
  type HeldRound,
  holdRound,
  loadRunParts,
  type Round,
  scorerTitles,
  seatChoices,
  seatTitles,
} from "../../lib/training/mod.ts";
import { type LoadedTask, loadTask } from "../../lib/worlds/mod.ts";
import { type DiscussConfig, untrainedRun } from "./config.ts";
import { type RemoteModel, remoteModel } from "./server.ts";

/** Those who discuss, and what about. */
export interface Table {
  /** The task. */
  readonly about: LoadedTask;
  /** Holds discussions of some questions. */
  readonly discuss: (label: string, round: Round) => Promise<HeldRound>;
  /** Shape [A], sizes of the models; null = not known. */
  readonly decoders: readonly (DecoderConfig | null)[];
  /** What the agents are called in tables. */
  readonly titles: SeatTitles;
  /** SHA-256 of model and questions by name, which the run is bound to. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Frees the models. */
  dispose(): void;
}

/**
 * Loads the model of all agents, or finds the server that has it.
 *
 * @param config The settings.
 * @param context The run, which refuses another model than that of its start.
 * @returns The table; the caller disposes of it.
 */
export async function loadTable(
  config: DiscussConfig,
  context: ExperimentContext,
): Promise<Table> {
  const { random, signal } = context;
  const remote = await remoteModel(config, { random: random.split("server"), signal });
  return remote === null
    ? await localTable(config, context)
    : await remoteTable(config, context, remote);
}

async function localTable(config: DiscussConfig, context: ExperimentContext): Promise<Table> {
  const settings = untrainedRun(config);
  const parts = await loadRunParts(settings, context);
  const { evaluated: about, titles, inputs, dispose } = parts;
  const rounds = discussionRounds(context, settings, parts);
  const seats = parts.seatsAbout(about.task, settings.discussion.numAgents);
  return {
    about,
    discuss: (label, round) => rounds(label, { ...round, version: 0 }),
    decoders: seats.map(({ model }) => model.decoder.config),
    titles,
    inputs,
    dispose,
  };
}

async function remoteTable(
  config: DiscussConfig,
  context: ExperimentContext,
  { server, model, settings: { logprobs, stop, maxConcurrency } }: RemoteModel,
): Promise<Table> {
  const settings = untrainedRun(config);
  const about = await loadTask(config.task, context.seed);
  const inputs = {
    model: digestOf(model).sha256,
    questions: digestOf(about.task.version).sha256,
  };
  context.run.checkInputs(inputs);
  const agent = new RemoteAgent({
    server,
    model,
    sampling: { ...settings.sampling, stop: stop ?? [] },
    logprobs,
    maxConcurrency,
    signal: context.signal,
  });
  const choices = seatChoices(settings);
  const scorer = new OracleScorer(about.task);
  const seats = choices.map(() => ({ agent, scorer }));
  return {
    about,
    discuss: (label, round) => holdRound(context, settings, { ...round, label, about, seats }),
    decoders: choices.map(() => null),
    titles: { agents: seatTitles(choices), scorers: scorerTitles(choices) },
    inputs,
    dispose: () => {},
  };
}

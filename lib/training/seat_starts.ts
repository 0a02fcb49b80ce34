/**
 * Which agents of other runs seats begin with, and whether they can.
 *
 * @module
 */
import { CheckpointError, ConfigError, named } from "../core/mod.ts";
import { baseInput } from "./load_seats.ts";
import { isSameFolder } from "./same_folder.ts";
import type { AlgorithmConfig } from "./schemas.ts";
import { newParameters, type SeatChoice, seatChoices, type SeatedConfig } from "./seat_choices.ts";
import {
  readSourceRun,
  SHARED_SETTINGS,
  type SharedSetting,
  type SourceAgent,
  type SourceRun,
} from "./source_run.ts";

/** The agent of another run that a seat begins as. */
export interface SeatStart {
  /** The run. */
  readonly source: SourceRun;
  /** 0-based agent there. */
  readonly number: number;
  /** What it has learnt. */
  readonly agent: SourceAgent;
}

/** The settings that {@linkcode readSeatStarts} compares. */
export interface StartedConfig extends SeatedConfig {
  /** What a run must have in common with those that it begins with. */
  readonly algorithm: Pick<AlgorithmConfig, SharedSetting | "shareAgents">;
}

/**
 * Finds the agents that seats begin as, before any weights are read.
 *
 * @param config The run's settings.
 * @returns Shape [A], the seats of training; null where one begins with its base model.
 * @throws {RunError} If a run is none, or is not finished.
 * @throws {CheckpointError} If its last checkpoint is missing or damaged.
 * @throws {ConfigError} If there is no such agent, it has learnt nothing, or its parameters do not fit.
 */
export async function readSeatStarts(config: StartedConfig): Promise<(SeatStart | null)[]> {
  const seats = seatChoices(config);
  const sources = new Map<string, SourceRun>();
  for (const { initFrom } of seats) {
    if (initFrom === null || sources.has(initFrom.run)) continue;
    sources.set(initFrom.run, await readSourceRun(initFrom.run));
  }
  const starts = seats.map(({ initFrom }, seat) => {
    if (initFrom === null) return null;
    const source = sources.get(initFrom.run)!;
    checkAgent(source, { seat, number: initFrom.agent });
    return { source, number: initFrom.agent, agent: source.agents[initFrom.agent]! };
  });
  for (const setting of SHARED_SETTINGS) checkSetting(setting, config, [...sources.values()]);
  checkSharing(starts, seats, config);
  return starts;
}

function checkAgent(
  { path, agents }: SourceRun,
  { seat, number }: { readonly seat: number; readonly number: number },
): void {
  const thing = `seats.${seat}.initFrom`;
  const what = `Cannot begin with agent ${number} of ${named(path)} as `;
  if (number >= agents.length) {
    throw new ConfigError(`${what}it must be one of those that were trained: ${agents.length}`, {
      thing: `${thing}.agent`,
      value: number,
      remedy: `Set ${thing}.agent to ${agents.length - 1} or less`,
    });
  }
  if (agents[number]!.hasLearnt) return;
  const other = agents.findIndex(({ hasLearnt }) => hasLearnt);
  throw new ConfigError(`${what}it must have been trained: it stayed its base model`, {
    thing,
    value: number,
    remedy: other < 0 ? `Leave out ${thing}` : `Set ${thing}.agent=${other}`,
  });
}

/** An adapter answers as it did only in the same turns, and with the same rank and scale. */
function checkSetting(
  setting: SharedSetting,
  { algorithm }: StartedConfig,
  sources: readonly SourceRun[],
): void {
  const other = sources.find((source) => source[setting] !== algorithm[setting]);
  if (other === undefined) return;
  const isOne = sources.every((source) => source[setting] === other[setting]);
  // The groups of turns that are trained are called otherwise there.
  const groups = setting === "turnGroups"
    ? ` and algorithm.trainGroups=[${other.trainGroups.join(", ")}]`
    : "";
  throw new ConfigError(
    `Cannot begin with agents of ${named(other.path)} as algorithm.${setting} must be as there, ` +
      `${other[setting]}: it is ${algorithm[setting]}`,
    {
      thing: `algorithm.${setting}`,
      value: algorithm[setting],
      remedy: isOne
        ? `Set algorithm.${setting}=${other[setting]}${groups}`
        : `Train all runs that seats begin with in one algorithm.${setting}`,
    },
  );
}

/** Parameters that are shared have one beginning. */
function checkSharing(
  starts: readonly (SeatStart | null)[],
  seats: readonly SeatChoice[],
  config: SeatedConfig,
): void {
  for (const [seat, { frozen, parameters }] of seats.entries()) {
    const first = seats.findIndex((other) => !other.frozen && other.parameters === parameters);
    if (frozen || isSameStart(starts[first]!, starts[seat]!)) continue;
    const isNamed = config.seats![seat]!.parameters !== null;
    throw new ConfigError(
      `Cannot share the parameters "${parameters}" as they must have one beginning: seat ${first} ` +
        `begins as ${describeStart(starts[first]!)}, seat ${seat} as ${
          describeStart(starts[seat]!)
        }`,
      {
        thing: `seats.${seat}.initFrom`,
        remedy: isNamed
          ? `Set seats.${seat}.parameters=${newParameters(seats, seat)}`
          : "Set algorithm.shareAgents=false",
      },
    );
  }
}

/**
 * Whether two seats begin with the same parameters.
 *
 * @param one A seat's start; null = its base model.
 * @param other Another's.
 * @returns True also of two agents that shared them where they were trained.
 */
export function isSameStart(one: SeatStart | null, other: SeatStart | null): boolean {
  return one?.source === other?.source && one?.agent.parameters[0] === other?.agent.parameters[0];
}

/**
 * Tells of seats that begin with trained parameters.
 *
 * @param starts Shape [A].
 * @returns A line for each such seat.
 */
export function describeStarts(starts: readonly (SeatStart | null)[]): string[] {
  return starts.flatMap((start, seat) => {
    if (start === null) return [];
    const { updates } = start.source;
    const after = `${updates} update${updates === 1 ? "" : "s"}`;
    return [`plan: seat ${seat} begins as ${describeStart(start)}, after ${after}`];
  });
}

function describeStart(start: SeatStart | null): string {
  if (start === null) return "its base model";
  return `agent ${start.number} of ${named(start.source.path)}`;
}

/**
 * What a run is bound to by the seats that begin with trained parameters.
 *
 * @param starts Shape [A].
 * @returns SHA-256 by name: `init` of seat 0; what a later seat is the first to have ends in its number.
 */
export function startInputs(
  starts: readonly (SeatStart | null)[],
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const [seat, start] of starts.entries()) {
    const isKnown = starts.slice(0, seat).some((other) => other?.source === start?.source);
    if (start && !isKnown) inputs[seat === 0 ? "init" : `init_${seat}`] = start.source.fingerprint;
  }
  return inputs;
}

/**
 * Refuses parameters that were trained on another base model than they are to be put on.
 *
 * @param starts Shape [A].
 * @param seats Shape [A], who sits where.
 * @param inputs SHA-256 of the bases, as `loadSeats()` names them.
 * @throws {CheckpointError} Naming the first such seat.
 */
export function checkStartBases(
  starts: readonly (SeatStart | null)[],
  seats: readonly SeatChoice[],
  inputs: Readonly<Record<string, string>>,
): void {
  for (const [seat, start] of starts.entries()) {
    if (!start || start.agent.baseFingerprint === inputs[baseInput(seats, seat)]) continue;
    const { base } = start.agent;
    throw new CheckpointError(
      `Cannot begin with ${
        describeStart(start)
      } at seat ${seat} as both must have one base model: ` +
        `${named(seats[seat]!.base)} is another`,
      {
        thing: `seats.${seat}.initFrom`,
        remedy: isSameFolder(base, seats[seat]!.base)
          ? `Put back what was in ${named(base)} when that run was made`
          : `Set seats.${seat}.base=${base}`,
      },
    );
  }
}

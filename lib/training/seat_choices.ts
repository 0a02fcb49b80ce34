/**
 * Who sits where, from the settings of a run.
 *
 * @module
 */
import { ConfigError } from "../core/mod.ts";
import { isSameFolder } from "./same_folder.ts";
import type { SeatSettings, VerifierChoice } from "./seat_schema.ts";
import type { AlgorithmConfig, DiscussionConfig, SamplingConfig } from "./schemas.ts";

/** The settings that say who sits where. */
export interface SeatedConfig {
  /** Folder of the base model of seats that name none. */
  readonly base: string;
  /** Who scores the answers of that base model. */
  readonly verifier: VerifierChoice;
  /** What differs at each seat; null = nothing. */
  readonly seats: readonly SeatSettings[] | null;
  /** The temperature of seats that name none. */
  readonly sampling: Pick<SamplingConfig, "temperature">;
  /** Agents of training. */
  readonly discussion: Pick<DiscussionConfig, "numAgents">;
  /** Whether seats that name no parameters share them. */
  readonly algorithm: Pick<AlgorithmConfig, "shareAgents">;
}

/** A seat with nothing left open. */
export interface SeatChoice {
  /** Folder of its base model, written alike at all seats that have the same. */
  readonly base: string;
  /** Who scores its answers. */
  readonly verifier: VerifierChoice;
  /** Softmax temperature of its answers; 0 = greedy. */
  readonly temperature: number;
  /** Whether it is not trained: it answers as it begins. */
  readonly frozen: boolean;
  /** What its answers begin with, by turn, the last also later; none = with what it samples. */
  readonly prefill: readonly string[];
  /** Name of its trained parameters. */
  readonly parameters: string;
  /** The agent of another run that it begins as, its folder written alike at all seats; null = its base model. */
  readonly initFrom: { readonly run: string; readonly agent: number } | null;
}

const ALIKE: SeatSettings = {
  base: null,
  verifier: null,
  temperature: null,
  frozen: false,
  prefill: null,
  parameters: null,
  initFrom: null,
};

/**
 * Who sits where: seats as they are set, with the run's settings where they say nothing.
 *
 * @param config The run's settings.
 * @param numAgents Agents of the discussion; default those of training. The first seats are theirs.
 * @returns Shape [A].
 * @throws {ConfigError} If there are fewer seats, or a seat has no verifier that fits its base.
 */
export function seatChoices(
  config: SeatedConfig,
  numAgents: number = config.discussion.numAgents,
): SeatChoice[] {
  const { seats, sampling, algorithm } = config;
  const set = seats ?? new Array<SeatSettings>(numAgents).fill(ALIKE);
  if (set.length < numAgents) {
    throw new ConfigError(
      `Cannot seat ${numAgents} agents as seats must name each of them: it has ${set.length}`,
      { thing: "seats", value: set.length, remedy: `Write ${numAgents} entries` },
    );
  }
  // A folder that is written in two ways is loaded, planned and bound once.
  const asFirstWritten = folderNames([config.base]);
  return set.slice(0, numAgents).map((seat, agent) => {
    const base = asFirstWritten(seat.base ?? config.base);
    const verifier = verifierOf(seat, config);
    if (verifier === undefined) {
      throw new ConfigError(`Cannot score seat ${agent} as it ${NEEDS_VERIFIER}: it names none`, {
        thing: `seats.${agent}.verifier`,
        remedy: "Name one, or {kind: oracle}",
      });
    }
    return {
      base,
      verifier: verifier.kind === "oracle"
        ? verifier
        : { ...verifier, path: asFirstWritten(verifier.path) },
      temperature: seat.temperature ?? sampling.temperature,
      frozen: seat.frozen,
      prefill: seat.prefill ?? [],
      parameters: seat.parameters ?? (algorithm.shareAgents ? "shared" : ownParameters(agent)),
      initFrom: seat.initFrom && {
        run: asFirstWritten(seat.initFrom.run),
        agent: seat.initFrom.agent ?? agent,
      },
    };
  });
}

/** Names every folder as it was written first. */
function folderNames(written: readonly string[]): (path: string) => string {
  const known = [...written];
  return (path) => {
    const first = known.find((other) => isSameFolder(other, path)) ?? path;
    if (!known.includes(first)) known.push(first);
    return first;
  };
}

/**
 * The name of a seat's parameters where agents share none and it names none.
 *
 * @param agent Index of the agent.
 * @returns The name.
 */
export function ownParameters(agent: number): string {
  return `agent_${agent}`;
}

/**
 * A name of parameters that no seat has yet.
 *
 * @param seats All seats.
 * @param agent The seat that is to have it.
 * @returns The name.
 */
export function newParameters(
  seats: readonly Pick<SeatChoice, "parameters">[],
  agent: number,
): string {
  const taken = seats.map(({ parameters }) => parameters);
  let name = `own_${agent}`;
  while (taken.includes(name)) name += "_";
  return name;
}

/** What is wanted of a seat whose verifier is left open. */
export const NEEDS_VERIFIER =
  "must name a verifier that was trained on its own base, or {kind: oracle}";

/**
 * Who scores the answers of a seat: a trained verifier serves no other base model than its own.
 *
 * @param seat The seat.
 * @param config Base and verifier of seats that name none.
 * @returns Its verifier; undefined where it must name one.
 */
export function verifierOf(
  seat: Pick<SeatSettings, "base" | "verifier">,
  { base, verifier }: Pick<SeatedConfig, "base" | "verifier">,
): VerifierChoice | undefined {
  if (seat.verifier) return seat.verifier;
  const fits = verifier.kind === "oracle" || isSameFolder(seat.base ?? base, base);
  return fits ? verifier : undefined;
}

/**
 * What an agent of a finished run has learnt, to be served.
 *
 * @module
 */
import { CheckpointError, ConfigError, named } from "../core/mod.ts";
import { baseFingerprint, type Decoder, LoraAdapter } from "../models/mod.ts";
import { loadInitialPolicies, readSourceRun, type SourceRun } from "../training/mod.ts";

/** An agent of a finished run. */
export interface ServedAgent {
  /** The run. */
  readonly source: SourceRun;
  /** 0-based agent. */
  readonly agent: number;
  /** Name of the turns that its adapter answers in; undefined = those that the run has, if they are one group. */
  readonly turnGroup?: string | undefined;
}

/**
 * Looks at an agent of a finished run; no weights are read.
 *
 * @param run Folder of the run.
 * @param agent 0-based.
 * @returns The agent.
 * @throws {RunError} If it is no run, or not finished.
 * @throws {CheckpointError} If its last checkpoint is missing or damaged.
 * @throws {ConfigError} If there is no such agent, or it learnt nothing.
 */
export async function readServedAgent(run: string, agent: number): Promise<ServedAgent> {
  const source = await readSourceRun(run);
  const what = `Cannot serve agent ${agent} of ${named(run)} as `;
  const { agents } = source;
  if (agent >= agents.length) {
    throw new ConfigError(`${what}it must be one of those that were trained: ${agents.length}`, {
      thing: "--agent",
      value: agent,
      remedy: `Write --agent ${agents.length - 1} or less`,
    });
  }
  if (agents[agent]!.hasLearnt) return { source, agent };
  const other = agents.findIndex(({ hasLearnt }) => hasLearnt);
  throw new ConfigError(`${what}it must have been trained: it stayed its base model`, {
    thing: "--agent",
    value: agent,
    remedy: other < 0 ? "Leave out --run" : `Write --agent ${other}`,
  });
}

/**
 * Loads what an agent has learnt.
 *
 * @param agent The agent, and in which turns.
 * @param decoder The base model that it was trained on.
 * @returns The adapter, which the caller disposes, and the name of its turns.
 * @throws {CheckpointError} If the decoder is another base model, or a file is missing or was changed.
 * @throws {ConfigError} If it has no such turns, or several and none is named.
 */
export async function loadServedAgent(
  { source, agent: number, turnGroup }: ServedAgent,
  decoder: Decoder,
): Promise<{ readonly adapter: LoraAdapter; readonly turnGroup: string }> {
  const agent = source.agents[number]!;
  const what = `Cannot serve agent ${number} of ${named(source.path)} as `;
  if (agent.baseFingerprint !== await baseFingerprint(decoder)) {
    throw new CheckpointError(
      `${what}the model must be the one that it was trained on: it is another`,
      {
        thing: "--model",
        remedy: `Leave out --model, or write --model ${agent.base}`,
      },
    );
  }
  const [policies] = await loadInitialPolicies([{ source, number, agent }]);
  const groups = [...policies!.keys()].toSorted();
  const group = turnGroup ?? (groups.length === 1 ? groups[0]! : undefined);
  if (group === undefined || !policies!.has(group)) {
    throw new ConfigError(
      `${what}the turns must be one of ${groups.join(", ")}: ${
        group === undefined ? "none is named" : named(group)
      }`,
      { thing: "--turn-group", value: turnGroup, remedy: `Write --turn-group ${groups[0]}` },
    );
  }
  const { loraR: r, loraAlpha: alpha } = source;
  const options = { name: `agent_${number}_${group}`, r, alpha };
  return {
    adapter: LoraAdapter.fromValues(decoder.config, options, policies!.get(group)!),
    turnGroup: group,
  };
}

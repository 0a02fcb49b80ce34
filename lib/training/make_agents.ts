/**
 * The agents of a discussion, from the settings of an experiment.
 *
 * @module
 */
import type { Agent, TextFormat } from "../discussion/mod.ts";
import type { GenerationMeter, PrefixStore } from "../generation/mod.ts";
import type { Decoder } from "../models/mod.ts";
import { PolicyAgent, type PolicySet } from "../rl/mod.ts";
import type { DiscussionConfig, SamplingConfig } from "./settings.ts";

/** Settings of {@link makeAgents}. */
export interface MakeAgentsOptions {
  /** The base model of all agents. */
  readonly decoder: Decoder;
  /** Trained parameters; absent = off the shelf. */
  readonly policies?: PolicySet;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** Temperature, truncation and lengths. */
  readonly sampling: SamplingConfig;
  /** Temperatures of single agents, if they differ. */
  readonly discussion: DiscussionConfig;
  /** Agents of this discussion; may differ from training. */
  readonly numAgents: number;
  /** Keys and values of earlier turns; the caller frees it before a parameter changes. */
  readonly prefixes?: PrefixStore;
  /** Counts what generation costs. */
  readonly meter?: GenerationMeter;
  /** Stops generation between tokens. */
  readonly signal?: AbortSignal;
}

/**
 * The softmax temperature of each agent.
 *
 * @param settings Temperatures of single agents, and the one for all if there are none.
 * @param numAgents Agents of the discussion.
 * @returns Shape [A].
 * @throws {RangeError} If temperatures are given for fewer agents.
 */
export function temperaturesOf(
  { discussion, sampling }: Pick<MakeAgentsOptions, "discussion" | "sampling">,
  numAgents: number,
): number[] {
  const temperatures = discussion.agentTemperatures ??
    new Array<number>(numAgents).fill(sampling.temperature);
  if (temperatures.length < numAgents) {
    throw new RangeError(
      `Cannot make ${numAgents} agents as discussion.agentTemperatures needs one temperature each: ` +
        `got ${temperatures.length}`,
    );
  }
  return temperatures.slice(0, numAgents);
}

/**
 * Makes agents. Those that sample alike are one object and so are asked in one batch.
 *
 * @param options Model, policies, text and sampling.
 * @returns One entry per agent.
 * @throws {RangeError} If temperatures are given for fewer agents.
 */
export function makeAgents(options: MakeAgentsOptions): Agent[] {
  const { decoder, policies, text, sampling, numAgents, prefixes, meter, signal } = options;
  const alike = new Map<number, Agent>();
  return temperaturesOf(options, numAgents).map((temperature) => {
    let agent = alike.get(temperature);
    if (!agent) {
      agent = new PolicyAgent({
        name: policies ? "trained policy" : "base model",
        decoder,
        tokenizer: text.tokenizer,
        template: text.template,
        sampling: { ...sampling, temperature },
        maxRows: sampling.maxRows,
        ...(policies ? { policies } : {}),
        ...(prefixes ? { prefixes } : {}),
        ...(meter ? { meter } : {}),
        ...(signal ? { signal } : {}),
      });
      alike.set(temperature, agent);
    }
    return agent;
  });
}

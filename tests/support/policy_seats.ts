/**
 * Models and seats of tests.
 *
 * @module
 */
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import type { Decoder, LanguageModel } from "../../lib/models/mod.ts";
import { type PolicySeat, PolicySet, type PolicySetOptions } from "../../lib/rl/mod.ts";
import type { Random } from "../../lib/core/mod.ts";

const models = new WeakMap<Decoder, LanguageModel>();

/** A decoder with the small world's text; the same one for the same decoder. */
export function testModel(decoder: Decoder): LanguageModel {
  const { tokenizer, template } = smallWorldText;
  const model = models.get(decoder) ?? { name: "test model", decoder, tokenizer, template };
  models.set(decoder, model);
  return model;
}

/** Seats of one model, and what else policies are made with. */
export interface TestPolicies extends PolicySetOptions {
  readonly numAgents: number;
  readonly shareAgents: boolean;
  readonly frozenAgents: readonly number[];
  readonly temperature?: number;
}

/** Policies of agents that answer with one decoder. */
export function testPolicies(decoder: Decoder, options: TestPolicies, random: Random): PolicySet {
  const { numAgents, shareAgents, frozenAgents, temperature = 1 } = options;
  const seats = Array.from({ length: numAgents }, (_, agent): PolicySeat => ({
    model: testModel(decoder),
    temperature,
    frozen: frozenAgents.includes(agent),
    parameters: shareAgents ? "shared" : `agent_${agent}`,
  }));
  return PolicySet.initialize(seats, options, random);
}

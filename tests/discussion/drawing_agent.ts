/**
 * An agent that draws its answers.
 *
 * @module
 */
import { ScriptedAgent, type ScriptedAgentOptions } from "../../lib/discussion/mod.ts";

/** Gives a number of two digits, drawn from the stream of the request. */
export function drawing(text?: ScriptedAgentOptions["text"]): ScriptedAgent {
  const options = text ? { name: "drawing", text } : { name: "drawing" };
  return new ScriptedAgent((_, random) => `\\boxed{${random.integer(10, 100)}}`, options);
}

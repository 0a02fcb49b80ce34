/**
 * The tokens of answers, which not every agent knows.
 *
 * @module
 */
import { ConfigError } from "../core/errors.ts";
import { named } from "../core/printable.ts";
import type { AgentResponse } from "./agent.ts";

/** What is known of an answer that was sampled here: the ids that were fed and those that were drawn. */
export interface KnownTokens {
  /** Shape [P], token ids of the prompt. */
  readonly promptTokens: Int32Array;
  /** Shape [L], sampled token ids, the end-of-sequence token included when it was sampled. */
  readonly tokens: Int32Array;
  /** Shape [L], log-probabilities of the sampled tokens in nats. */
  readonly logProbs: Float32Array;
}

/**
 * An answer to train on.
 *
 * @param answer Any answer.
 * @returns The same one, whose tokens are known.
 * @throws {ConfigError} If its agent knows no token ids, as a model behind a server: what was sampled is what is
 * trained on, and its text encoded again need not be that.
 */
export function withTokens<A extends AgentResponse>(answer: A): A & KnownTokens {
  const { promptTokens, tokens, logProbs } = answer;
  if (promptTokens !== null && tokens !== null && logProbs !== null) {
    return { ...answer, promptTokens, tokens, logProbs };
  }
  throw new ConfigError(
    `Cannot train on answers of ${named(answer.model)} as the ids of their tokens must be known: ` +
      "it gives texts alone",
    {
      thing: answer.model,
      remedy: "Let it discuss and be evaluated as it is; train models that are loaded from files",
    },
  );
}

/**
 * How long an answer and its prompt are.
 *
 * @param answer Any answer.
 * @returns Tokens of both: the ids that are known, else what its cost counts.
 */
export function answerLengths(
  { promptTokens, tokens, cost }: Pick<AgentResponse, "promptTokens" | "tokens" | "cost">,
): { readonly promptLength: number; readonly responseLength: number } {
  return {
    promptLength: promptTokens?.length ?? cost.promptTokens,
    responseLength: tokens?.length ?? cost.newTokens,
  };
}

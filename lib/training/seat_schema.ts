/**
 * Settings of who sits at the table.
 *
 * @module
 */
import { z } from "zod";
import { path, temperature } from "../core/option_types.ts";
import type { SchemaOf } from "../core/mod.ts";
import { MAX_AGENTS } from "./schemas.ts";

/** Who scores answers: a verifier that was trained on a base model, or the gold answers. */
export type VerifierChoice =
  & ({ readonly kind: "trained"; readonly path: string } | { readonly kind: "oracle" })
  & {
    /** Whether 1 minus its scores are told, and paid; default false. Seats alone have it. */
    readonly inverted?: boolean;
  };

/** A seat as it is set; null = as the run's settings for all seats say. */
export interface SeatSettings {
  /** Folder of the base model that answers. */
  readonly base: string | null;
  /** Who scores the answers; a trained one belongs to the base. */
  readonly verifier: VerifierChoice | null;
  /** Softmax temperature of its answers; 0 = greedy. */
  readonly temperature: number | null;
  /** Whether it is not trained: it answers as it begins. */
  readonly frozen: boolean;
  /** What its answers begin with, by turn, the last also later; needs `frozen`. */
  readonly prefill: readonly string[] | null;
  /** Name of its trained parameters; seats with the same name share them. */
  readonly parameters: string | null;
  /** The agent of a finished run that it begins as: `agent` null = of its own number. */
  readonly initFrom: { readonly run: string; readonly agent: number | null } | null;
}

const WHO_SCORES =
  "who scores its answers; without a verifier here the run's, unless it has a base of its own";

const inverted = z.boolean().default(false).describe(
  "1 minus its scores are told to all agents, and paid: an agent whose scores are false",
);

const verifier = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("trained").describe(WHO_SCORES),
    path: path.describe("folder of the trained verifier"),
    inverted,
  }),
  z.strictObject({ kind: z.literal("oracle").describe(WHO_SCORES), inverted }),
]);

const seatSchema = z.strictObject({
  base: path.nullable().default(null).describe("folder of its base model; null = base"),
  verifier: verifier.nullable().default(null).describe(WHO_SCORES),
  temperature: temperature.nullable().default(null)
    .describe("softmax temperature, 0 = greedy; null = sampling.temperature"),
  frozen: z.boolean().default(false).describe("it is not trained: it always answers as it begins"),
  prefill: z.array(z.string().max(1000)).min(1).max(100).nullable().default(null)
    .describe("words that its answers begin with, by turn, the last also later; needs frozen"),
  // A name in checkpoints, between slashes.
  parameters: z.string().regex(/^\w{1,40}$/, "must be a word of letters, digits and _")
    .regex(
      /^(?!(?:shared|agent_\d+)$)/,
      "must be another name, as seats without one have shared and agent_N",
    )
    .nullable().default(null)
    .describe("name of its parameters, shared with its namesakes; null = algorithm.shareAgents"),
  initFrom: z.strictObject({
    run: path.describe("folder of a finished run: the seat begins with what an agent learnt there"),
    agent: z.int().min(0).max(MAX_AGENTS - 1).nullable().default(null)
      .describe("which of its agents, from 0; null = the one with the seat's number"),
  }).nullable().default(null).describe("what it begins with; null = its base model"),
});

/** One entry for each agent, or null where all are alike. */
export const seatsSchema: SchemaOf<readonly SeatSettings[] | null> = z.array(seatSchema)
  .min(1).max(MAX_AGENTS).nullable().default(null)
  .describe("what differs at each agent's seat; null = all agents are alike");

/**
 * Settings of credit.
 *
 * @module
 */
import { z } from "zod";
import type { SchemaOf } from "../core/mod.ts";
import { CREDIT_NAMES, type CreditChoice } from "../rl/mod.ts";

/** From rewards to advantages. */
export const creditSchema: SchemaOf<CreditChoice> = z.strictObject({
  name: z.enum(CREDIT_NAMES).default("gae").describe(
    "from rewards to advantages, gae is PPO with a critic: experiments/credit_proofs compares them",
  ),
  groupBy: z.enum(["question", "agent", "turn", "agent_turn"]).default("agent_turn")
    .describe("grpo: which answers to a question are compared"),
  divideByDeviation: z.boolean().default(true)
    .describe("grpo: divide differences by the deviation of those answers"),
  groupReward: z.enum(["mean", "max", "min"]).default("mean")
    .describe("counterfactual: what the answers of a turn earn together"),
  klPlacement: z.enum(["reward", "loss"]).nullable().default(null)
    .describe("where divergence is paid; null = as the credit's source has it: grpo in the loss"),
});

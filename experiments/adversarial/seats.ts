/**
 * What sits in the third seat.
 *
 * @module
 */
import type { RunOf } from "../../lib/tracking/mod.ts";
import { CONFIDENTLY_WRONG } from "./losses.ts";

/** Who scores everybody else. */
export const verifier = {
  kind: "trained",
  path: "data/checkpoints/closed_book/entailment_verifier",
};
/** The seat of somebody who is praised, and paid, where the verifier thinks that the answer is wrong. */
export const praisedIfWrong = { verifier: { ...verifier, inverted: true } };
/** The arm that trains somebody to be wrong, in the third seat, beside two copies of the base model. */
export const TO_BE_WRONG = "one trained to be wrong";

const SEATS: Readonly<Record<string, (runOf: RunOf) => object>> = {
  "stubborn": () => ({ prefill: ["", "own : me me ."] }),
  "sycophantic": () => ({ prefill: ["", "best : agent1 agent1 ."] }),
  "misleading": () => ({ prefill: ["", "worst :"] }),
  "falsely scored": () => praisedIfWrong,
  [CONFIDENTLY_WRONG]: (runOf) => ({
    ...praisedIfWrong,
    initFrom: { run: runOf(TO_BE_WRONG), agent: 2 },
  }),
};

/**
 * The seat of a partner: its model is the base model but for the one that was trained, and learns nothing.
 *
 * @param partner The partner.
 * @param runOf Gives the runs of other arms.
 * @returns The settings of the seat.
 */
export function seatOf(partner: string, runOf: RunOf): object {
  return { frozen: true, ...SEATS[partner]!(runOf) };
}

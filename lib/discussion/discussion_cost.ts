import { type GenerationCost, sumCosts } from "../generation/generation_cost.ts";
import type { Discussion } from "./transcript.ts";

/**
 * What all answers of some discussions cost.
 *
 * @param discussions Any number.
 * @returns The sum; its seconds are those of agents that worked one after the other.
 */
export function discussionCost(discussions: readonly Discussion[]): GenerationCost {
  return sumCosts(
    discussions.flatMap(({ answersTA }) => answersTA.flat().map(({ cost }) => cost)),
  );
}

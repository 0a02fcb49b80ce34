import { isMapping, type Mapping } from "../core/mod.ts";
import type { EvaluationTableOptions, VoteOptions } from "../evaluation/mod.ts";

/** How votes and discussions that stopped early count. */
export type Counting =
  & Pick<VoteOptions, "compat">
  & Pick<EvaluationTableOptions, "finished">;

/**
 * How a run counts its answers: tables over it count alike.
 *
 * @param config The run's resolved settings.
 * @returns As `evaluation.compat` says; nothing where there is no such setting.
 */
export function countingOf({ evaluation }: Mapping): Counting {
  if (!isMapping(evaluation)) return {};
  const { compat } = evaluation;
  if (compat !== "paper" && compat !== "official") return {};
  return { compat, finished: compat === "official" ? "leave_out" : "carry" };
}

import { isMapping, type Mapping } from "../core/mod.ts";
import { formatOf, taskSchema, type TaskSettings } from "../worlds/mod.ts";
import type { Writing } from "./seen_messages.ts";
import type { RunWriting } from "./viewed_rows.ts";

/**
 * How a run wrote its discussions, from its settings.
 *
 * @param config The configuration, as `run.json` holds it.
 * @returns How those of training and evaluations were written; undefined for a task that this version does
 * not know, or settings of another script.
 */
export function runWriting(config: Mapping): RunWriting {
  const { task, discussion, evaluation } = config;
  const showScores = isMapping(discussion) ? discussion.showScores : undefined;
  const other = isMapping(evaluation) ? evaluation.task : undefined;
  return {
    trained: writingOf(task, showScores),
    evaluated: writingOf(other ?? task, showScores),
  };
}

function writingOf(task: unknown, showScores: unknown): Writing | undefined {
  const { data } = taskSchema.safeParse(task);
  if (data === undefined || typeof showScores !== "boolean") return undefined;
  return { format: formatOf(data as TaskSettings), showScores };
}

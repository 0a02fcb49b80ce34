import { named } from "../core/mod.ts";
import type { Task } from "../tasks/mod.ts";
import { verifierTasks } from "../verifier/mod.ts";
import type { SeatChoice } from "./seat_choices.ts";

/** Discussions whose answers are scored. */
export interface ScoredDiscussions {
  /** What is asked. */
  readonly task: Pick<Task, "name">;
  /** Shape [A], who scores. */
  readonly seats: readonly Pick<SeatChoice, "verifier">[];
}

/**
 * Tells of verifiers that score answers to another task than they were trained on, which is meant in an
 * experiment on transfer and a mistake elsewhere.
 *
 * @param held All discussions of a run.
 * @returns A line for each such verifier.
 * @throws {CheckpointError} If one cannot be read.
 */
export async function describeForeignVerifiers(
  held: readonly ScoredDiscussions[],
): Promise<string[]> {
  const asked = new Map<string, Set<string>>();
  for (const { task, seats } of held) {
    for (const { verifier } of seats) {
      if (verifier.kind === "oracle") continue;
      asked.set(verifier.path, (asked.get(verifier.path) ?? new Set()).add(task.name));
    }
  }
  const lines: string[] = [];
  for (const [path, names] of asked) {
    const known = await verifierTasks(path);
    const foreign = [...names].filter((name) => !known.includes(name));
    if (foreign.length === 0) continue;
    lines.push(
      `plan: the verifier ${named(path)} was trained on answers to ${known.join(", ")}, ` +
        `and scores those to ${foreign.join(", ")} here`,
    );
  }
  return lines;
}

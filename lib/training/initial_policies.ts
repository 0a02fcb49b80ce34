/**
 * The parameters that seats begin with, from the checkpoints of the runs that trained them.
 *
 * @module
 */
import { CheckpointError, named } from "../core/mod.ts";
import type { LoadedTensor } from "../models/mod.ts";
import type { AdapterValues } from "../rl/mod.ts";
import { loadChecked, WEIGHTS_FILE } from "./run_state.ts";
import { isSameStart, type SeatStart } from "./seat_starts.ts";
import type { SourceRun } from "./source_run.ts";

/** The policies of an agent by turn group. */
export type InitialPolicies = ReadonlyMap<string, AdapterValues>;

/**
 * Loads what seats begin with. Critics stay behind: they know other rewards and other partners.
 *
 * @param starts Shape [A].
 * @returns Shape [A], policies by turn group; seats that begin alike have the same map, undefined is the
 * base model.
 * @throws {CheckpointError} If a file is missing or was changed.
 */
export async function loadInitialPolicies(
  starts: readonly (SeatStart | null)[],
): Promise<(InitialPolicies | undefined)[]> {
  const weights = new Map<SourceRun, ReadonlyMap<string, LoadedTensor>>();
  const loaded: (InitialPolicies | undefined)[] = [];
  for (const start of starts) {
    const known = starts.findIndex((other) => isSameStart(other, start));
    if (start === null || known < loaded.length) {
      loaded.push(start === null ? undefined : loaded[known]);
      continue;
    }
    const { source } = start;
    const tensors = weights.get(source) ??
      (await loadChecked(source.checkpoint, WEIGHTS_FILE)).tensors;
    weights.set(source, tensors);
    loaded.push(policiesOf(start, tensors));
  }
  return loaded;
}

/** The tensors of an agent: `<parameters>/<turn group>/policy.<PEFT name>`. */
function policiesOf(
  { source, number, agent: { parameters } }: SeatStart,
  tensors: ReadonlyMap<string, LoadedTensor>,
): InitialPolicies {
  const policies = new Map<string, Map<string, LoadedTensor>>();
  for (const [name, tensor] of tensors) {
    const [owner, group, variable] = name.split("/");
    if (!parameters.includes(owner!) || !variable?.startsWith("policy.")) continue;
    const own = policies.get(group!) ?? new Map<string, LoadedTensor>();
    own.set(variable.slice("policy.".length), tensor);
    policies.set(group!, own);
  }
  if (policies.size > 0) return policies;
  throw new CheckpointError(
    `Cannot begin with agent ${number} of ${named(source.path)} as its checkpoint must hold its ` +
      `policies: there are none of ${parameters.join(", ")}`,
    { thing: source.path, remedy: "Train that run again" },
  );
}

import { ConfigError, type Mapping, named, someOf } from "../core/mod.ts";
import { differingPaths } from "./differing_paths.ts";
import type { Experiment } from "./experiment.ts";

/** Full configurations of a run that is resumed. */
export interface ChangedConfig<C> {
  /** As it was. */
  readonly before: C;
  /** As it is to be. */
  readonly after: C;
}

/**
 * Refuses changes of settings that would leave something else than a run that had them from the start.
 *
 * @param folder The run's folder.
 * @param configs Its configurations.
 * @param experiment What may change in its runs.
 * @throws {ConfigError} Naming the settings.
 */
export function checkChanges<C extends object>(
  folder: string,
  { before, after }: ChangedConfig<C>,
  experiment: Pick<Experiment<C>, "changeable" | "fixed">,
): void {
  const { changeable = [] } = experiment;
  const changed = differingPaths(before as Mapping, after as Mapping);
  const others = changed.filter((option) =>
    !changeable.some((allowed) => option === allowed || option.startsWith(`${allowed}.`))
  );
  if (others.length > 0) {
    throw new ConfigError(
      `Cannot resume ${named(folder)} with another ${someOf(others)} as that would be another run`,
      {
        thing: others[0]!,
        remedy: changeable.length > 0
          ? `On --resume may change: ${changeable.join(", ")}`
          : "Start a new run without --resume",
      },
    );
  }
  for (const [option, reason] of Object.entries(experiment.fixed?.(after) ?? {})) {
    if (!changed.includes(option)) continue;
    throw new ConfigError(
      `Cannot resume ${
        named(folder)
      } with another ${option} as that would be another run: ${reason}`,
      { thing: option, remedy: `Leave out ${option}, or start a new run without --resume` },
    );
  }
}

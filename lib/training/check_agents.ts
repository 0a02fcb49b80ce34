import { ConfigError } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";

/** Discussions that are to be held. */
export interface HeldDiscussions {
  /** How they are written. */
  readonly format: Pick<DiscussionFormat, "maxAgents">;
  /** A. */
  readonly numAgents: number;
  /** The setting that says so: `discussion.numAgents`. */
  readonly setting: string;
  /** What to do about too many; default: to set a smaller number. */
  readonly remedy?: (most: number) => string;
}

/**
 * Refuses discussions of more agents than their format can tell apart, before any is held.
 *
 * @param held Agents and format.
 * @throws {ConfigError} If the format has names for fewer.
 */
export function checkAgents({ format, numAgents, setting, ...rest }: HeldDiscussions): void {
  const { maxAgents = Infinity } = format;
  const { remedy = (most: number) => `Set ${setting} to ${most} or less` } = rest;
  if (numAgents <= maxAgents) return;
  throw new ConfigError(
    `Cannot hold discussions of ${numAgents} agents (${setting}) as the task's format has names for ` +
      `${maxAgents}`,
    { thing: setting, value: numAgents, remedy: remedy(maxAgents) },
  );
}

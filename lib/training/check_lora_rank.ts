import { ConfigError } from "../core/mod.ts";
import { type DecoderConfig, maxLoraRank } from "../models/mod.ts";

/**
 * Refuses an adapter of a higher rank than anything that it adapts, before it is made.
 *
 * @param config Sizes of the base model.
 * @param r The rank.
 * @param setting The setting that says so: `algorithm.loraR`.
 * @throws {ConfigError} If the rank is above that of every projection.
 */
export function checkLoraRank(config: DecoderConfig, r: number, setting: string): void {
  const most = maxLoraRank(config);
  if (r <= most) return;
  throw new ConfigError(
    `Cannot adapt the base model with ${setting}=${r} as its projections have ranks of at most ${most}`,
    { thing: setting, value: r, remedy: `Set ${setting} to ${most} or less` },
  );
}

import { ConfigError, named, pathExists } from "../core/mod.ts";
import type { ArmConfigs } from "./arm_configs.ts";
import type { Arms } from "./arms.ts";

/**
 * What arms need from elsewhere and is not there.
 *
 * @param arms The arms.
 * @param configs Their settings.
 * @returns The error that says how to get it; undefined where nothing is missing.
 */
export async function missingNeed(
  { name, needs = {}, flags = {} }: Pick<Arms, "name" | "needs" | "flags">,
  { order, configOf }: Pick<ArmConfigs, "order" | "configOf">,
): Promise<ConfigError | undefined> {
  // What others begin with comes first, and only those name what is from elsewhere.
  const [first] = order;
  for (const [setting, command] of Object.entries(needs)) {
    const path = setting.split(".").reduce<unknown>(
      (part, key) => (part as Readonly<Record<string, unknown>> | undefined)?.[key],
      configOf(first!),
    );
    if (typeof path !== "string" || await pathExists(path)) continue;
    const flag = Object.entries(flags).find(([, path]) => path === setting)?.[0];
    const given = flag === undefined ? `--set ${setting}=PATH` : `--${flag} PATH`;
    return new ConfigError(
      `Cannot run ${name} as ${setting} must name what is there: ${named(path)} is not`,
      {
        thing: setting,
        value: path,
        remedy:
          `Get it with ${command}, or name another one: deno task experiment ${name} ${given}`,
      },
    );
  }
  return undefined;
}

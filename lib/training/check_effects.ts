/**
 * Settings that nothing reads, as others have it: whoever sets one of them expects a difference.
 *
 * @module
 */
import { isMapping, type IssueList } from "../core/mod.ts";

/** A setting that has no effect where others have certain values. */
export interface EffectRule<C> {
  /** Its keys, joined by dots. */
  readonly path: string;
  /**
   * What keeps it from having an effect.
   *
   * @param config Resolved settings.
   * @returns How the sentence "it has no effect …" goes on; undefined where it has one.
   */
  because(config: C): string | undefined;
  /**
   * The value at which it says nothing, where that is not its default.
   *
   * @param config Resolved settings.
   */
  neutral?(config: C): unknown;
}

/** What {@linkcode checkEffects} goes by. */
export interface EffectOptions<C> {
  /** The rules. */
  readonly rules: readonly EffectRule<C>[];
  /** Defaults of the settings that the rules name, in their sections. */
  readonly defaults: object;
}

/**
 * Refuses settings that were changed and have no effect.
 *
 * @param config Resolved settings.
 * @param options Rules and defaults.
 * @param issues Gets one sentence per setting, with its path.
 */
export function checkEffects<C extends object>(
  config: C,
  { rules, defaults }: EffectOptions<C>,
  issues: IssueList,
): void {
  for (const { path, because, neutral } of rules) {
    const value = JSON.stringify(valueAt(config, path));
    const unchanged = JSON.stringify(neutral ? neutral(config) : valueAt(defaults, path));
    const reason = value === unchanged ? undefined : because(config);
    if (reason === undefined) continue;
    issues.addIssue({
      code: "custom",
      path: path.split("."),
      message: `${path} has no effect ${reason}: leave it at ${unchanged}`,
    });
  }
}

function valueAt(config: object, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (part, key) => isMapping(part) ? part[key] : undefined,
    config,
  );
}

import { isMapping, type Mapping } from "./config_schema.ts";

/**
 * Which of the two sources to follow where the paper and the released code disagree.
 *
 * `"paper"` is arXiv 2502.18439v2, `"official"` is
 * https://github.com/chanwoo-park-official/MAPoRL/tree/c204c2c5. Every symbol that takes one says what
 * differs; `FILE.py:LINES` in a comment means that commit.
 */
export type Compat = "paper" | "official";

/** Names of settings that follow those around them where they are null. */
export type FollowingKey = "compat" | "incentiveCompat";

const FOLLOWING: readonly string[] = ["compat", "incentiveCompat"] satisfies FollowingKey[];

/** Settings with every `compat` filled in, however deep it lies. */
export type WithCompat<C> = C extends readonly unknown[] ? C
  : C extends object ? {
      readonly [K in keyof C]: K extends FollowingKey ? Compat : WithCompat<C[K]>;
    }
  : C;

/**
 * Fills in every `compat` that is null: a section follows the settings around it, at the top the one
 * `compat` of the run. This is the only place that knows so; all that reads settings is given whom to follow.
 *
 * @param settings Settings of a run, or a section of them; not changed.
 * @param around Whom the settings around these follow.
 * @returns The same with no null left; settings that are filled in already stay as they are.
 *
 * @example One section deviates
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { resolveCompat } from "./compat.ts";
 *
 * const settings = { compat: "official", task: { compat: null }, reward: { compat: "paper" } };
 * assertEquals(resolveCompat(settings), {
 *   compat: "official",
 *   task: { compat: "official" },
 *   reward: { compat: "paper" },
 * });
 * ```
 */
export function resolveCompat<C>(settings: C, around: Compat = "paper"): WithCompat<C> {
  if (!isMapping(settings)) return settings as WithCompat<C>;
  const own = (settings.compat ?? around) as Compat;
  const entries = Object.entries(settings).map(([key, value]) => [
    key,
    FOLLOWING.includes(key) ? value ?? own : resolveCompat(value, own),
  ]);
  return Object.fromEntries(entries) as WithCompat<C>;
}

/**
 * Settings without any `compat`, for a comparison with others: one that is equal by itself in both may be
 * so in one of them as it follows, and would not be equal any more after that is changed.
 *
 * @param settings Settings of a run; not changed.
 * @returns The others.
 */
export function withoutCompat(settings: Mapping): Mapping {
  const entries = Object.entries(settings).filter(([key]) => !FOLLOWING.includes(key))
    .map(([key, value]) => [key, isMapping(value) ? withoutCompat(value) : value]);
  return Object.fromEntries(entries);
}

/**
 * Settings of configurations from elsewhere: what is not known to change nothing is refused.
 *
 * @module
 */

/** What is known of a setting: the values that are supported, or what all of these are, or that every value is. */
export type SettingRule = "any" | readonly unknown[] | {
  /** Tells whether a value is supported. */
  readonly accepts: (value: unknown) => boolean;
  /** Those that are, in words. */
  readonly supported: string;
};

/** A setting that cannot be taken as it is. */
export interface UnsupportedSetting {
  /** Its name, quoted where it is no plain word. */
  readonly key: string;
  /** Its value as JSON, shortened. */
  readonly value: string;
  /** Values that are supported, in words; undefined where the setting is not known at all. */
  readonly supported?: string;
}

/**
 * Finds the first setting that could change the computation in a way that nobody here knows.
 *
 * @param settings A parsed configuration.
 * @param rules What is known, by name.
 * @param isAbsent Which values say as much as a missing key; null by default.
 * @returns The setting, or undefined when all are known and supported.
 */
export function findUnsupported(
  settings: Readonly<Record<string, unknown>>,
  rules: ReadonlyMap<string, SettingRule>,
  isAbsent: (value: unknown) => boolean = (value) => value === null,
): UnsupportedSetting | undefined {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined || isAbsent(value)) continue;
    const rule = rules.get(name);
    if (rule === "any" || (rule && accepts(rule, value))) continue;
    const key = /^[\w.]{1,60}$/.test(name) ? name : shortJson(name);
    const unsupported = { key, value: shortJson(value) };
    return rule ? { ...unsupported, supported: supportedBy(rule) } : unsupported;
  }
  return undefined;
}

type Limited = Exclude<SettingRule, "any">;

function accepts(rule: Limited, value: unknown): boolean {
  return "accepts" in rule ? rule.accepts(value) : rule.includes(value);
}

function supportedBy(rule: Limited): string {
  return "accepts" in rule ? rule.supported : rule.map(shortJson).join(" or ");
}

/**
 * A value in a message.
 *
 * @param value Anything that JSON.parse gave.
 * @returns Its JSON, at most 80 characters.
 */
export function shortJson(value: unknown): string {
  const json = String(JSON.stringify(value));
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`;
}

/**
 * What to throw at a setting of a `config.json` that cannot be taken.
 *
 * @param setting From {@link findUnsupported}.
 * @returns The error.
 */
export function unsupportedError({ key, value, supported }: UnsupportedSetting): RangeError {
  return new RangeError(
    supported === undefined
      ? `Cannot read a model configuration as ${key} is not known to change nothing: got ${value}`
      : `Cannot read a model configuration as only ${key} ${supported} is supported: got ${value}`,
  );
}

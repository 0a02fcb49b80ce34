/**
 * Values of a `config.json`, by their types.
 *
 * @module
 */
import { shortJson } from "./known_settings.ts";

type Settings = Readonly<Record<string, unknown>>;

/**
 * A number that may be absent.
 *
 * @param hf The settings.
 * @param key Its name.
 * @returns The number; undefined where it is absent or null.
 * @throws {TypeError} When it is none.
 */
export function numberOf(hf: Settings, key: string): number | undefined {
  const value = hf[key];
  if (value === undefined || value === null || typeof value === "number") return value ?? undefined;
  throw wrongType(key, "number", value);
}

/**
 * A number that must be there.
 *
 * @param hf The settings.
 * @param key Its name.
 * @returns The number.
 * @throws {TypeError} When it is none, or absent.
 */
export function requiredNumber(hf: Settings, key: string): number {
  const value = numberOf(hf, key);
  if (value === undefined) {
    throw new TypeError(`Cannot read a model configuration as ${key} is missing: add it`);
  }
  return value;
}

/**
 * A truth value that may be absent.
 *
 * @param hf The settings.
 * @param key Its name.
 * @returns The value; undefined where it is absent or null.
 * @throws {TypeError} When it is none.
 */
export function booleanOf(hf: Settings, key: string): boolean | undefined {
  const value = hf[key];
  if (value === undefined || value === null || typeof value === "boolean") {
    return value ?? undefined;
  }
  throw wrongType(key, "boolean", value);
}

/**
 * What to throw at a value of another type.
 *
 * @param key Its name.
 * @param expected The type, in words.
 * @param value What it is.
 * @returns The error.
 */
export function wrongType(key: string, expected: string, value: unknown): TypeError {
  return new TypeError(
    `Cannot read a model configuration as ${key} must be a ${expected}: got ${shortJson(value)}`,
  );
}

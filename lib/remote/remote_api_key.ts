import { apiKeyFrom, ConfigError } from "../core/mod.ts";

/** The variable that is read where none is named. */
export const DEFAULT_API_KEY_ENV = "OPENAI_API_KEY";

/**
 * Reads the key of a server from the environment, where other users of a machine do not see it.
 *
 * @param name The variable; null = `OPENAI_API_KEY`, if it is set.
 * @returns The key; undefined where no variable is named and that one is not set, or may not be read.
 * @throws {ConfigError} If the variable that is named is not set, may not be read, or holds no key.
 */
export function remoteApiKey(name: string | null): string | undefined {
  const variable = name ?? DEFAULT_API_KEY_ENV;
  let text: string | undefined;
  try {
    text = Deno.env.get(variable);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    if (name === null) return undefined;
    throw new ConfigError(
      `Cannot read the key from ${variable} as Deno must have the permission to read it`,
      {
        thing: variable,
        remedy:
          `Put the key into ${DEFAULT_API_KEY_ENV} and start it with deno task remote, or add --allow-env=${variable}`,
      },
    );
  }
  if (text !== undefined && (name !== null || text !== "")) return apiKeyFrom(text, variable);
  if (name === null) return undefined;
  throw new ConfigError(`Cannot read the key from ${variable} as it must be set: it is not`, {
    thing: variable,
    remedy: "Set it, or leave out apiKeyEnv where the server wants no key",
  });
}

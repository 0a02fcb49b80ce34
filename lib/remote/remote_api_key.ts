import { apiKeyFrom, ConfigError } from "../core/mod.ts";

/** The variable whose key is sent where none is named, to {@link OPENAI_ORIGIN} alone. */
export const OPENAI_KEY_ENV = "OPENAI_API_KEY";
/** Whom that key is for. */
export const OPENAI_ORIGIN = "https://api.openai.com";
/** The variable that `deno task remote` may read for servers of others, where it is named. */
export const OWN_KEY_ENV = "MAPORL_API_KEY";

/** A key, and where it stands. */
export interface RemoteApiKey {
  /** The key; never printed. */
  readonly value: string;
  /** The variable that holds it. */
  readonly variable: string;
}

/** What {@linkcode remoteApiKey} goes by. */
export interface RemoteApiKeyOptions {
  /** Address of the API. */
  readonly address: string;
  /** The variable; null = `OPENAI_API_KEY` where the address is OpenAI's, none elsewhere. */
  readonly variable: string | null;
}

/**
 * Reads the key of a server from the environment, where other users of a machine do not see it. The key for OpenAI is
 * sent to no other server unless its variable is named for it.
 *
 * @param options Address and variable.
 * @returns The key; undefined where no variable is named and the address is not OpenAI's, or that one is not set or
 * may not be read.
 * @throws {ConfigError} If the variable that is named is not set, may not be read, or holds no key.
 */
export function remoteApiKey(
  { address, variable }: RemoteApiKeyOptions,
): RemoteApiKey | undefined {
  if (variable === null) {
    return URL.parse(address)?.origin === OPENAI_ORIGIN
      ? readKey(OPENAI_KEY_ENV, false)
      : undefined;
  }
  return readKey(variable, true);
}

function readKey(variable: string, isNamed: boolean): RemoteApiKey | undefined {
  let text: string | undefined;
  try {
    text = Deno.env.get(variable);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    if (!isNamed) return undefined;
    throw new ConfigError(
      `Cannot read the key from ${variable} as Deno must have the permission to read it`,
      {
        thing: variable,
        remedy:
          `Put the key into ${OWN_KEY_ENV}, name that, and start it with deno task remote, or add --allow-env=${variable}`,
      },
    );
  }
  if (text !== undefined && (isNamed || text !== "")) {
    return { value: apiKeyFrom(text, variable), variable };
  }
  if (!isNamed) return undefined;
  throw new ConfigError(`Cannot read the key from ${variable} as it must be set: it is not`, {
    thing: variable,
    remedy: "Set it, or leave out apiKeyEnv where the server wants no key",
  });
}

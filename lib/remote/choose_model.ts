import { ConfigError, named, someOf } from "../core/mod.ts";
import type { AskOptions, ChatServer } from "./chat_server.ts";
import { RemoteError } from "./remote_error.ts";

/**
 * Which model of a server is asked. It is asked for its list in any case, so that one which cannot be reached, or
 * wants a key, shows before anything is made.
 *
 * @param server The server.
 * @param wanted Name of the model, which need not be in the list, as servers may load others; null = the only one.
 * @param options What stops waiting.
 * @returns Its name.
 * @throws {ConfigError} If none is wanted and there is not exactly one.
 * @throws {RemoteError} If the server does not answer, or has no list and no model is wanted.
 */
export async function chooseModel(
  server: ChatServer,
  wanted: string | null,
  options: AskOptions,
): Promise<string> {
  let names: string[];
  try {
    names = await server.models(options);
  } catch (error) {
    const hasNoList = error instanceof RemoteError && error.kind === "not_found";
    if (hasNoList && wanted !== null) return wanted;
    throw error;
  }
  if (wanted !== null) return wanted;
  if (names.length === 1) return names[0]!;
  throw new ConfigError(
    `Cannot choose a model at ${named(server.address)} as it must offer one alone: ` +
      (names.length === 0 ? "it lists none" : `it has ${someOf(names.map(named))}`),
    { thing: server.address, value: names.length, remedy: "Name one: server.model=NAME" },
  );
}

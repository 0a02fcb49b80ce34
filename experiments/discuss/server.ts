/**
 * A model behind a server, from the settings.
 *
 * @module
 */
import { ConfigError, isWebAddress, named, type Random } from "../../lib/core/mod.ts";
import { ChatServer, chooseModel, remoteApiKey } from "../../lib/remote/mod.ts";
import type { DiscussConfig, ServerConfig } from "./config.ts";

/** A server, and which of its models is asked. */
export interface RemoteModel {
  /** The server. */
  readonly server: ChatServer;
  /** The model's name there. */
  readonly model: string;
  /** How it is asked. */
  readonly settings: ServerConfig;
  /** The variable whose key is sent; null = none is. */
  readonly keyEnv: string | null;
}

/**
 * Asks the server that the settings name for its models.
 *
 * @param config The settings.
 * @param options Jitter of pauses, and what stops waiting.
 * @returns The server; null where the model is one of files.
 * @throws {ConfigError} If settings contradict each other, there is no key, or no single model.
 * @throws {RemoteError} If the server does not answer.
 */
export async function remoteModel(
  config: DiscussConfig,
  { random, signal }: { readonly random: Random; readonly signal?: AbortSignal },
): Promise<RemoteModel | null> {
  const { model: address, server: settings, verifier } = config;
  if (settings === null) return null;
  if (!isWebAddress(address)) {
    throw new ConfigError(
      `Cannot use server as model must then be an address: it is ${named(address)}`,
      { thing: "server", remedy: "Leave server out, or give --model http://HOST:PORT/v1" },
    );
  }
  if (verifier.kind === "trained") {
    throw new ConfigError(
      "Cannot score with verifier.kind=trained as a verifier reads the states of its own base model, " +
        `which ${named(address)} does not give`,
      { thing: "verifier.kind", remedy: "Set verifier.kind=oracle, or name the model's files" },
    );
  }
  const apiKey = remoteApiKey({ address, variable: settings.apiKeyEnv });
  const { timeoutSeconds, maxRetries } = settings;
  const server = new ChatServer({
    address,
    apiKey: apiKey?.value,
    apiKeyEnv: apiKey?.variable,
    timeoutSeconds,
    maxRetries,
  });
  const model = await chooseModel(server, settings.model, { random, signal });
  return { server, model, settings, keyEnv: apiKey?.variable ?? null };
}

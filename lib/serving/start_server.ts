/**
 * A server on a port of this machine.
 *
 * @module
 */
import { ConfigError, named } from "../core/mod.ts";
import { isLoopback } from "./loopback.ts";
import type { ServedModel } from "./served_model.ts";
import { ServingApp, type ServingOptions } from "./serving_app.ts";

/** Where a server listens, and what it takes. */
export interface ServerOptions extends Omit<ServingOptions, "isLoopback"> {
  /** Name or address to listen at; default `127.0.0.1`: nobody outside of this machine reaches it. */
  readonly hostname?: string;
  /** Port; 0 = any that is free. */
  readonly port: number;
}

/** A server that answers. */
export interface RunningServer {
  /** Where it is reached, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Ends it: no more requests are taken, and those that are there have a moment to be answered.
   *
   * @param graceSeconds After these, they are cut off.
   */
  shutdown(graceSeconds: number): Promise<void>;
}

/** What is cut off still tells its client so; then connections are closed whatever they do. */
const LAST_SECONDS = 2;

/**
 * Starts a server.
 *
 * @param served What answers; stays the caller's, and may be disposed of after the shutdown.
 * @param options Where, and how much it takes.
 * @returns The server, which listens.
 * @throws {ConfigError} If it cannot listen there.
 */
export function startServer(served: ServedModel, options: ServerOptions): RunningServer {
  const { port } = options;
  const hostname = (options.hostname ?? "127.0.0.1").replace(/^\[|\]$/g, "");
  const app = new ServingApp(served, { ...options, isLoopback: isLoopback(hostname) });
  const closing = new AbortController();
  const server = listen(app, { hostname, port, signal: closing.signal });
  const { addr } = server;
  return {
    url: `http://${inAddress(hostname)}:${addr.port}`,
    async shutdown(graceSeconds) {
      app.close();
      const ended = server.shutdown();
      if (!await isOver(ended, graceSeconds)) {
        app.cutOff();
        if (!await isOver(ended, LAST_SECONDS)) closing.abort();
        await server.finished;
      }
      await isOver(app.idle(), LAST_SECONDS); // the model notices a moment later that nobody waits
    },
  };
}

function listen(
  app: ServingApp,
  { hostname, port, signal }: { hostname: string; port: number; signal: AbortSignal },
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, signal, onListen: () => {} }, app.fetch);
  } catch (cause) {
    const where = `${inAddress(hostname)}:${port}`;
    const isDenied = cause instanceof Deno.errors.NotCapable;
    throw new ConfigError(
      isDenied
        ? `Cannot listen at ${
          named(where)
        } as the task must have the permission: it may listen at 127.0.0.1 alone`
        : `Cannot listen at ${named(where)} as it must be a free port of this machine: ${
          (cause as Error).message
        }`,
      {
        thing: where,
        remedy: isDenied
          ? `Start it with the permission: deno run --no-prompt -P=serve --allow-net=${
            inAddress(hostname)
          } experiments/serve.ts`
          : "Choose another one with --port",
        cause,
      },
    );
  }
}

/** Numbers of IPv6 stand in brackets before a port. */
const inAddress = (hostname: string) => hostname.includes(":") ? `[${hostname}]` : hostname;

/** Whether something ends in time. */
async function isOver(ended: Promise<void>, seconds: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), seconds * 1000);
  try {
    return await Promise.race([ended.then(() => true), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

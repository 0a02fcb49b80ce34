/**
 * A model behind OpenAI's protocol: `deno task serve --model PATH`.
 *
 * @module
 */
import {
  apiKeyFrom,
  ConfigError,
  named,
  readTextWithin,
  shellQuote,
  slugOf,
} from "../lib/core/mod.ts";
import { isLoopback } from "../lib/serving/loopback.ts";
import {
  exitCodeOf,
  exitCodes,
  guardConsole,
  listenForInterruption,
  printError,
  printErrorLine,
  printLine,
  userPath,
} from "../lib/tracking/mod.ts";
import { parseServe, SERVE_USAGE, type ServeCommand } from "./serve_flags.ts";

/** How long answers may still go on after Ctrl-C, in seconds. */
const GRACE_SECONDS = 5;
const MAX_KEY_BYTES = 4096;
/** For the example: the first whose words a model has. */
const QUESTIONS = ["What is 3 + 4?", "Max has 35 nuts . How many nuts has Max ?"];

async function main(args: readonly string[]): Promise<number> {
  const command = parseServe(args);
  if (args.length === 0 || command.help) {
    printLine(SERVE_USAGE);
    return exitCodes.done;
  }
  const apiKey = await readKey(command);
  checkFlags(command, apiKey);
  using _console = guardConsole();
  using interruption = listenForInterruption(() =>
    printErrorLine(
      `Ending: answers have ${GRACE_SECONDS} seconds to be finished; Ctrl-C again stops at once`,
    )
  );
  // Loaded only when something is served: the help text needs no tensors.
  const { formatDeviceReport, startDevice } = await import("../lib/device/mod.ts");
  const { positionLimit } = await import("../lib/models/mod.ts");
  const { canRead, startServer } = await import("../lib/serving/mod.ts");
  printLine(formatDeviceReport(await startDevice(command.device)));
  using loaded = await load(command);
  const { served } = loaded;
  const { positions } = positionLimit(served.model.decoder.config);
  printLine(`model: ${served.id}, ${positions} positions`);
  if (interruption.signal.aborted) return interruption.exitCode;
  const { host: hostname, port, maxRows, maxTokens } = command;
  const onFailure = (error: unknown) => printError(error, { isDebug: true });
  const server = startServer(served, { hostname, port, maxRows, maxTokens, apiKey, onFailure });
  printLine(`listening: ${server.url}`);
  const content = QUESTIONS.find((content) => canRead(served.model, content)) ?? QUESTIONS[0]!;
  printLine(
    `try: ${exampleOf(server.url, { id: served.id, content, hasKey: apiKey !== undefined })}`,
  );
  await new Promise((resolve) =>
    interruption.signal.addEventListener("abort", resolve, { once: true })
  );
  await server.shutdown(GRACE_SECONDS);
  return interruption.exitCode;
}

/** The key is never on the command line, which every user of a machine can read. */
async function readKey({ apiKeyFile }: ServeCommand): Promise<string | undefined> {
  const text = apiKeyFile === undefined
    ? Deno.env.get("MAPORL_SERVE_KEY")
    : await readTextWithin(userPath(apiKeyFile), MAX_KEY_BYTES);
  if (text === undefined) return undefined;
  return apiKeyFrom(text, apiKeyFile ?? "MAPORL_SERVE_KEY");
}

/** What can be refused before anything is loaded. */
function checkFlags(
  { model, run, turnGroup, verifier, answers, host }: ServeCommand,
  apiKey: string | undefined,
): void {
  if (model === undefined && run === undefined) {
    throw new ConfigError("Cannot serve as a model must be named: neither --model nor --run is", {
      thing: "--model",
      remedy: "For example --model data/checkpoints/arithmetic/base",
    });
  }
  if (run === undefined && turnGroup !== undefined) {
    throw new ConfigError("Cannot take --turn-group as it must stand beside --run: it does not", {
      thing: "--turn-group",
      remedy: "Name the run: --run RUN",
    });
  }
  if (verifier === undefined && answers !== undefined) {
    throw new ConfigError("Cannot take --answers as it must stand beside --verifier: it does not", {
      thing: "--answers",
      remedy: "Leave out --answers",
    });
  }
  if (apiKey === undefined && !isLoopback(host)) {
    throw new ConfigError(
      `Cannot listen at ${
        named(host)
      } as whom other machines let in must have a key: there is none`,
      { thing: "--host", remedy: "Name a file with a key: --api-key-file FILE" },
    );
  }
}

/** Loads what is to be served. */
async function load(command: ServeCommand) {
  const { model: path, run, agent, turnGroup, verifier, answers, name, baseDtype } = command;
  const { loadLanguageModel } = await import("../lib/models/mod.ts");
  const { loadVerifier, verifierTasks } = await import("../lib/verifier/mod.ts");
  const { loadServedAgent, readServedAgent, verifierFormat } = await import(
    "../lib/serving/mod.ts"
  );
  using made = new DisposableStack();
  const source = run === undefined ? undefined : await readServedAgent(userPath(run), agent);
  const format = verifier === undefined
    ? undefined
    : verifierFormat(await verifierTasks(userPath(verifier)), answers);
  const base = path === undefined ? source!.source.agents[agent]!.base : userPath(path);
  const model = await loadLanguageModel(base, { baseDtype });
  made.defer(() => model.decoder.dispose());
  const learnt = source && await loadServedAgent({ ...source, turnGroup }, model.decoder);
  if (learnt) made.defer(() => learnt.adapter.dispose());
  const scorer = format &&
    await loadVerifier(userPath(verifier!), model.decoder, { ...model, format });
  if (scorer) made.defer(() => scorer.dispose());
  const id = name ??
    (learnt === undefined
      ? lastName(base)
      : `${lastName(run!)}-agent-${agent}-${slugOf(learnt.turnGroup)}`);
  const all = made.move();
  return {
    served: { id, model, adapter: learnt?.adapter, verifier: scorer },
    [Symbol.dispose]: () => all.dispose(),
  };
}

const lastName = (path: string) =>
  path.replace(/[\\/]+$/, "").replace(/^.*[\\/]/s, "").replace(/\.(gguf|bin)$/i, "");

function exampleOf(
  url: string,
  { id, content, hasKey }: { id: string; content: string; hasKey: boolean },
): string {
  const body = { model: id, messages: [{ role: "user", content }] };
  const key = hasKey ? ' -H "authorization: Bearer $MAPORL_SERVE_KEY"' : "";
  return `curl ${url}/v1/chat/completions -H 'content-type: application/json'${key} ` +
    `-d ${shellQuote(JSON.stringify(body))}`;
}

if (import.meta.main) {
  Deno.exit(
    await main(Deno.args).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}

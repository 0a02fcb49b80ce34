/**
 * The command line of `deno task serve`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { ConfigError, named, nearestName } from "../lib/core/mod.ts";
import { BASE_DTYPES, type BaseDtype } from "../lib/models/base_dtype.ts";
import { flagChoice } from "../lib/tracking/mod.ts";

/** What is asked for. */
export interface ServeCommand {
  /** Whether to explain instead. */
  readonly help: boolean;
  /** Folder or file of the model. */
  readonly model: string | undefined;
  /** Folder of a finished run. */
  readonly run: string | undefined;
  /** 0-based agent of that run. */
  readonly agent: number;
  /** Turns in which its adapter answers. */
  readonly turnGroup: string | undefined;
  /** Folder of a verifier. */
  readonly verifier: string | undefined;
  /** What the verifier's questions ask for, where they stood in files. */
  readonly answers: "number" | "label" | undefined;
  /** What clients call the model. */
  readonly name: string | undefined;
  /** Where to listen. */
  readonly host: string;
  /** Where to listen; 0 = any that is free. */
  readonly port: number;
  /** Most answers that are sampled at the same time. */
  readonly maxRows: number;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  /** File with the key that clients must know. */
  readonly apiKeyFile: string | undefined;
  /** What the model's matrices are kept in. */
  readonly baseDtype: BaseDtype;
  /** Where to compute. */
  readonly device: "auto" | "webgpu" | "cpu";
}

/** Flags with a value. */
const TEXTS = [
  ...["model", "run", "agent", "turn-group", "verifier", "answers", "name", "host", "port"],
  ...["max-rows", "max-tokens", "api-key-file", "device", "base-dtype"],
] as const;
const FLAGS = [...TEXTS, "help"].map((flag) => `--${flag}`);
const MAX_PORT = 65_535;
const MAX_ROWS = 4096;
const MAX_TOKENS = 100_000;
const MAX_AGENTS = 100;

/** What the command says about itself. */
export const SERVE_USAGE =
  `Usage: deno task serve --model PATH [--run RUN --agent N --turn-group NAME] [flags]

Answers chats by OpenAI's protocol (POST /v1/chat/completions, GET /v1/models) with a model, or with what an
agent of a finished run has learnt; with a verifier it also scores answers (POST /score). Ctrl-C ends it.

  --model PATH          a folder in Hugging Face's format, a GGUF file, or a .bin file of llama2.c; with --run by
                        default its base
  --run RUN             folder of a finished run, such as runs/quickstart/TIME-s0
  --agent N             which of its agents answers, from 0; default 0
  --turn-group NAME     in which turns it was trained, if the run trained several groups of them apart
  --verifier PATH       folder of a verifier of the same base model
  --answers number|label  what its questions ask for, if they stood in files
  --name NAME           what clients call the model; default: made of the names of model or run
  --host NAME           where to listen; default 127.0.0.1, which only this machine reaches
  --port N              default 8000; 0 = any that is free
  --max-rows N          most answers that are sampled at the same time; default 16
  --max-tokens N        most tokens of an answer; default 1024
  --api-key-file FILE   holds the key that clients must send; or in the variable MAPORL_SERVE_KEY
  --device auto|webgpu|cpu  where to compute; default auto: a real GPU, else cpu
  --base-dtype DTYPE    what the model's matrices are kept in: float32 (default), or in less memory, on the processor:
                        bfloat16, float16, int8, nf4, or auto = as its file has them
  --help                show this text`;

/**
 * Reads the command line.
 *
 * @param args The arguments.
 * @returns What is asked for.
 * @throws {ConfigError} If a flag is unknown, lacks its value or has a wrong one.
 */
export function parseServe(args: readonly string[]): ServeCommand {
  const parsed = parseArgs([...args], {
    string: TEXTS,
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (arg) => refuseFlag(arg),
  });
  if (parsed._.length > 0) refuseFlag(String(parsed._[0]));
  const text = (flag: typeof TEXTS[number]) => {
    const value = parsed[flag] as string | undefined;
    if (value !== "") return value;
    throw new ConfigError(`Cannot take --${flag} as its value must follow: nothing does`, {
      thing: `--${flag}`,
      remedy: `Write --${flag} VALUE, or leave it out`,
    });
  };
  const number = (flag: typeof TEXTS[number], range: NumberRange) =>
    wholeNumber(`--${flag}`, text(flag), range);
  return {
    help: parsed.help === true,
    model: text("model"),
    run: text("run"),
    agent: number("agent", { low: 0, high: MAX_AGENTS - 1, absent: 0 }),
    turnGroup: text("turn-group"),
    verifier: text("verifier"),
    answers: flagChoice("--answers", text("answers"), ["number", "label"]),
    name: text("name"),
    host: text("host") ?? "127.0.0.1",
    port: number("port", { low: 0, high: MAX_PORT, absent: 8000 }),
    maxRows: number("max-rows", { low: 1, high: MAX_ROWS, absent: 16 }),
    maxTokens: number("max-tokens", { low: 1, high: MAX_TOKENS, absent: 1024 }),
    apiKeyFile: text("api-key-file"),
    device: flagChoice("--device", text("device"), ["auto", "webgpu", "cpu"]) ?? "auto",
    baseDtype: flagChoice("--base-dtype", text("base-dtype"), BASE_DTYPES) ?? "float32",
  };
}

function refuseFlag(arg: string): never {
  const flag = arg.replace(/=.*$/s, "");
  const nearest = flag.startsWith("-") ? nearestName(flag, FLAGS) : undefined;
  const all = `The flags are: ${FLAGS.join(", ")}`;
  throw new ConfigError(`Cannot take ${named(flag)} as there is no such flag`, {
    thing: flag,
    remedy: nearest === undefined ? all : `Did you mean ${nearest}? ${all}`,
  });
}

interface NumberRange {
  readonly low: number;
  readonly high: number;
  /** Where none is given. */
  readonly absent: number;
}

function wholeNumber(
  flag: string,
  text: string | undefined,
  { low, high, absent }: NumberRange,
): number {
  if (text === undefined) return absent;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new ConfigError(
    `Cannot take ${flag} as it must be a whole number from ${low} to ${high}: ${named(text)}`,
    { thing: flag, value: text, remedy: `For example ${flag} ${absent}` },
  );
}

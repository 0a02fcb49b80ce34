/**
 * Command line of the comparison.
 *
 * @module
 */
import { ConfigError, nearestName } from "../../lib/core/mod.ts";
import { readFlags } from "../support/flags.ts";
import { type Precision, PRECISIONS } from "../support/start_precision.ts";
import type { PeerMode } from "./workload.ts";

/** Parts of the comparison. */
export const SECTIONS = [
  "products",
  "step",
  "rollout",
  "update",
  "real_rollout",
  "real_step",
  "real_update",
] as const;
/** How the peer runs its model. */
export const MODES: readonly PeerMode[] = ["eager", "compile"];

/** What is to be measured. */
export interface CompareOptions {
  /** Interpreter of the peer. */
  readonly python: string;
  /** Real model; absent = SmolLM2-135M-Instruct, if it has been fetched. */
  readonly model?: string;
  /** Folder with node-llama-cpp; absent = llama.cpp does not take part. */
  readonly llama?: string;
  /** Parts. */
  readonly only: readonly (typeof SECTIONS)[number][];
  /** Precisions. */
  readonly dtypes: readonly Precision[];
  /** Modes of the peer. */
  readonly modes: readonly PeerMode[];
  /** Pairs of each comparison; absent = as many as its section needs. */
  readonly pairs?: number;
}

/** What `--help` prints. */
export const HELP = `Measures this library, PyTorch and llama.cpp in turns on the processor.

Usage: deno task peers [--python PATH] [--llama FOLDER] [--model PATH] [--pairs N]
                       [--only ${SECTIONS.slice(0, 4).join(",")},
                               ${SECTIONS.slice(4).join(",")}]
                       [--dtype ${PRECISIONS.join(",")}] [--modes ${MODES.join(",")}]

  --python  interpreter with torch, transformers, peft, numpy and threadpoolctl
            (default: MAPORL_PEER_PYTHON, else python3)
  --llama   folder in which npm has installed node-llama-cpp, for rollouts of the real model
            (default: MAPORL_PEER_LLAMA, else llama.cpp does not take part)
  --model   the real model, a GGUF file or a folder of Hugging Face
            (default: what deno task data get smollm2_135m_instruct has fetched)
  --only    parts to measure, with commas (default: all)
  --pairs   pairs of measurements of each comparison (default: 5; 3 of whole updates and of
            the real model)
  --dtype   precisions of the products (default: all that this machine has)
  --modes   how PyTorch runs its model (default: both)`;

function listOf<T extends string>(flag: string, text: unknown, known: readonly T[]): readonly T[] {
  if (text === undefined) return known;
  return String(text).split(",").map((name) => {
    const found = known.find((item) => item === name);
    if (found !== undefined) return found;
    throw new ConfigError(
      `Cannot measure as --${flag} must list some of ${known.join(", ")}: ${name}`,
      {
        thing: `--${flag}`,
        value: name,
        remedy: `Did you mean ${nearestName(name, known) ?? known[0]}?`,
      },
    );
  });
}

/**
 * Reads the command line.
 *
 * @param args Arguments.
 * @returns What is to be measured; null when help was asked for.
 * @throws {ConfigError} If an argument is unknown or impossible.
 */
export function readOptions(args: readonly string[]): CompareOptions | null {
  const flags = readFlags(args, {
    task: "peers",
    names: ["python", "llama", "model", "only", "pairs", "dtype", "modes"],
  });
  if (flags === null) return null;
  const pairs = flags.pairs === undefined ? undefined : Number(flags.pairs);
  if (pairs !== undefined && !(Number.isSafeInteger(pairs) && pairs >= 1)) {
    throw new ConfigError(`Cannot measure as --pairs must be a positive integer: ${flags.pairs}`, {
      thing: "--pairs",
      value: flags.pairs,
      remedy: "Leave it out, or take at least 3 to see a spread",
    });
  }
  return {
    python: flags.python ?? "python3",
    only: listOf("only", flags.only, SECTIONS),
    dtypes: listOf("dtype", flags.dtype, PRECISIONS),
    modes: listOf("modes", flags.modes, MODES),
    ...(flags.model === undefined ? {} : { model: flags.model }),
    ...(flags.llama === undefined ? {} : { llama: flags.llama }),
    ...(pairs === undefined ? {} : { pairs }),
  };
}

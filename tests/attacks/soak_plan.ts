/**
 * From a seed to a run and what goes wrong in it.
 *
 * @module
 */
import { Random } from "../../lib/core/mod.ts";
import type { DiskError } from "./interfere.ts";
import type { Setup } from "./soak_setups.ts";

/** Libraries of matrix products that runs are interrupted with. */
export const LIBRARIES = ["onednn", "openblas", "wasm"] as const;

/** One of {@link LIBRARIES}. */
export type Library = typeof LIBRARIES[number];

/** When a signal comes: some time after a line of output; both are shares of the undisturbed run's. */
export interface Moment {
  /** Which line, as a share of all; before the first one when negative. */
  readonly line: number;
  /** How long after it, as a share of the time until the run's end. */
  readonly delay: number;
}

/** Signals that let a run save before it ends. */
export const POLITE = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What goes wrong in one process. */
export interface Round {
  /** Name in tables. */
  readonly kind: string;
  /** A signal from outside. */
  readonly signal?: {
    readonly name: Deno.Signal;
    readonly twice: boolean;
    readonly when: Moment;
    /** Whether the readers of its output end with it. */
    readonly closes?: true;
  };
  /** What happens at a file operation, its number a share of all of the undisturbed run. */
  readonly operation?: {
    readonly at: number;
    /** What is counted: all operations, or those that write no bytes. */
    readonly among: "operations" | "steps";
    readonly error?: DiskError;
    readonly lasting?: boolean;
    readonly signal?: Deno.Signal;
    readonly after?: boolean;
  };
  /** Output that cannot be written. */
  readonly output?: {
    readonly how: "closed" | "full";
    readonly streams: readonly ("stdout" | "stderr")[];
  };
}

/** A case. */
export interface Plan {
  /** Its seed. */
  readonly seed: number;
  /** The run. */
  readonly setup: Setup;
  /** The library that it computes with, each time. */
  readonly library: Library;
  /** Threads that it computes with, each time. */
  readonly threads: 1 | 2;
  /** What goes wrong, process after process; then it is left to finish. */
  readonly rounds: readonly Round[];
}

/**
 * The case of a seed.
 *
 * @param seed The seed.
 * @param choice Setups and libraries to draw from.
 * @returns The case.
 */
export function makePlan(
  seed: number,
  choice: { readonly setups: readonly Setup[]; readonly libraries: readonly Library[] },
): Plan {
  const random = Random.fromSeed(seed).split("soak");
  const setup = weighted(random, choice.setups.map((setup) => [setup, setup.weight] as const));
  const library = random.choice(choice.libraries);
  const threads = random.uniform() < 0.5 ? 1 : 2;
  const numRounds = weighted(random, [[1, 5], [2, 3], [3, 2]]);
  return {
    seed,
    setup,
    library,
    threads,
    rounds: Array.from({ length: numRounds }, (_, i) => makeRound(random.split("round", i))),
  };
}

function weighted<T>(random: Random, options: readonly (readonly [T, number])[]): T {
  let left = random.uniform() * options.reduce((sum, [, weight]) => sum + weight, 0);
  return (options.find(([, weight]) => (left -= weight) < 0) ?? options.at(-1)!)[0];
}

function makeRound(random: Random): Round {
  const makers: readonly (readonly [(random: Random) => Round, number])[] = [
    [signalled, 10],
    [signalledAtOperation, 5],
    [failingDisk, 6],
    [unwritableOutput, 2],
    [interruptedPipeline, 1],
  ];
  return weighted(random, makers)(random);
}

function moment(random: Random): Moment {
  // Some before the first line, most right after a line, some anywhere.
  const line = random.uniform() < 0.1 ? -1 : random.uniform();
  const delay = random.uniform() ** (random.uniform() < 0.6 ? 3 : 1);
  return { line, delay };
}

function signalled(random: Random): Round {
  const name = weighted(
    random,
    [
      ["SIGKILL", 3],
      ["SIGINT", 4],
      ["SIGTERM", 2],
      ["SIGHUP", 2],
    ] as const,
  );
  const twice = name !== "SIGKILL" && random.uniform() < 0.25;
  const kind = `${name}${twice ? " twice" : ""}`;
  return { kind, signal: { name, twice, when: moment(random) } };
}

/** Most operations write a tensor, so that the others would be rare. */
const operation = (random: Random) => ({
  at: random.uniform(),
  among: random.uniform() < 0.7 ? "steps" : "operations",
} as const);

function signalledAtOperation(random: Random): Round {
  const signal = weighted(random, [["SIGKILL", 4], ["SIGINT", 1], ["SIGTERM", 1]] as const);
  const kind = `${signal} at a file operation`;
  return {
    kind,
    operation: { ...operation(random), signal, after: random.uniform() < 0.5 },
  };
}

function failingDisk(random: Random): Round {
  const error = weighted(
    random,
    [
      ["ENOSPC", 4],
      ["EIO", 2],
      ["EDQUOT", 1],
      ["EROFS", 1],
      ["EPERM", 1],
      ["EACCES", 1],
    ] as const,
  );
  const lasting = random.uniform() < 0.5;
  const kind = `${error} ${lasting ? "from an operation on" : "once"}`;
  return { kind, operation: { ...operation(random), error, lasting } };
}

const STREAMS = [["stdout"], ["stderr"], ["stdout", "stderr"]] as const;

function unwritableOutput(random: Random): Round {
  const how = random.choice(["closed", "full"] as const);
  const streams = random.choice(STREAMS);
  return { kind: `output ${how}`, output: { how, streams } };
}

/** Ctrl-C to a whole pipeline: the reader of the output ends first. */
function interruptedPipeline(random: Random): Round {
  const name = random.choice(["SIGINT", "SIGTERM"] as const);
  return {
    kind: `${name} and output closed`,
    signal: { name, twice: false, when: moment(random), closes: true },
  };
}

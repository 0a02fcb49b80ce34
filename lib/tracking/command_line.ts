import { parseArgs } from "@std/cli/parse-args";
import { ConfigError, named, nearestName, someOf, yamlNumber } from "../core/mod.ts";
import type { DeviceChoice } from "../device/device.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import { flagChoice } from "./flag_choice.ts";

/** What a command line asks for. */
export interface CommandLine {
  /** Name of the experiment; undefined to list them, or when a run is resumed. */
  readonly name: string | undefined;
  /** The arms that are wanted of an experiment with several; none = all. */
  readonly arms: readonly string[];
  /** Whether to explain instead of running. */
  readonly help: boolean;
  /** Configuration files, the lowest first. */
  readonly configs: readonly string[];
  /** Settings `key.path=value`, in order. */
  readonly sets: readonly string[];
  /** Values of flags that some experiments have for a setting, by their names without dashes. */
  readonly shorts: Partial<Readonly<Record<ShortFlag, string>>>;
  /** Seed of all random streams; undefined when not given. */
  readonly seed: number | undefined;
  /** Where to compute; undefined when not given. */
  readonly device: DeviceChoice | undefined;
  /** What the factors of products are rounded to; undefined when not given. */
  readonly dtype: ProductDtype | undefined;
  /** The run's folder; undefined for one made from experiment, time and seed. */
  readonly out: string | undefined;
  /** Folder of a run to go on with. */
  readonly resume: string | undefined;
  /** Whether a run may be gone on with on what gives other results than an undisturbed run. */
  readonly allowOtherDevice: boolean;
  /** Whether a resumed run may write to places outside its folder. */
  readonly allowOutside: boolean;
  /** Whether its budgets are small. */
  readonly quick: boolean;
  /** Whether progress is left out. */
  readonly quiet: boolean;
  /** Whether errors are shown with their stack. */
  readonly debug: boolean;
}

/** Flags that an experiment may have for one of its settings. */
export const SHORT_FLAGS = ["model", "task", "limit"] as const;

/** One of {@linkcode SHORT_FLAGS}. */
export type ShortFlag = typeof SHORT_FLAGS[number];

/** A flag that every experiment takes. */
export interface CommonFlag {
  /** The flag with its value. */
  readonly flag: string;
  /** What it does, with its default. */
  readonly meaning: string;
}

/** The flags that every experiment takes, for the help text. */
export const commonFlags: readonly CommonFlag[] = [
  {
    flag: "--config FILE",
    meaning: "YAML file laid over the experiment's own values; may be repeated",
  },
  { flag: "--set KEY.PATH=VALUE", meaning: "one option, laid over the files; may be repeated" },
  {
    flag: "--arm NAME",
    meaning: "of an experiment with arms: only this one, after those it begins with; " +
      "may be repeated",
  },
  { flag: "--seed N", meaning: "seed of all random streams, from 0; default 0" },
  {
    flag: "--device auto|webgpu|cpu",
    meaning: "where to compute; default auto: a real GPU, else cpu",
  },
  {
    flag: "--dtype float32|bfloat16|float16",
    meaning: "what the factors of products are rounded to; default float32; weights and sums are " +
      "float32 always; on the processor bfloat16 needs oneDNN and AVX-512, and float16 is for GPUs",
  },
  { flag: "--out DIR", meaning: "the run's folder; default runs/EXPERIMENT/TIME-sSEED" },
  { flag: "--resume RUN", meaning: "go on with the run in this folder, on the device it was on" },
  {
    flag: "--allow-other-device",
    meaning:
      "with --resume, or where arms go on: also on a device, library or version that gives " +
      "other results",
  },
  {
    flag: "--allow-outside",
    meaning:
      "with --resume: also if its settings or links write outside the run's folder, as saveTo may",
  },
  {
    flag: "--quick",
    meaning: "small budgets, to see everything happen: nothing can be concluded from the numbers",
  },
  { flag: "--quiet", meaning: "show no progress" },
  { flag: "--debug", meaning: "show where errors come from" },
  { flag: "--help", meaning: "show this text" },
];

const COMMON_FLAGS = ["config", "set", "arm", "seed", "device", "dtype", "out", "resume"] as const;
const TEXT_FLAGS = [...COMMON_FLAGS, ...SHORT_FLAGS] as const;
const SWITCHES = [
  "allow-other-device",
  "allow-outside",
  "help",
  "quick",
  "quiet",
  "debug",
] as const;
/** Far more than there are options. */
const MAX_SETS = 1000;
const DEVICES: readonly DeviceChoice[] = ["auto", "webgpu", "cpu"];
const DTYPES: readonly ProductDtype[] = ["float32", "bfloat16", "float16"];

function refuse(
  message: string,
  details: { thing: string; value?: unknown; remedy: string },
): never {
  throw new ConfigError(message, details);
}

/**
 * Reads a command line.
 *
 * @param args The arguments behind `deno task experiment`.
 * @returns What it asks for.
 * @throws {ConfigError} If a flag is unknown (naming the nearest), lacks its value or has a wrong one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseCommandLine } from "./command_line.ts";
 *
 * const command = parseCommandLine(["quickstart", "--seed", "1", "--set", "algorithm.updates=0"]);
 * assertEquals([command.name, command.seed, command.sets], ["quickstart", 1, ["algorithm.updates=0"]]);
 * ```
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const names: string[] = [];
  const unknown: string[] = [];
  const parsed = parseArgs(withJoinedValues(args), {
    string: TEXT_FLAGS,
    boolean: SWITCHES,
    collect: TEXT_FLAGS,
    alias: { help: "h" },
    unknown: (arg, key) => {
      // Kept here, as the parser keeps names as if they were values of a flag "_", which may be given.
      if (key === undefined) names.push(arg);
      else unknown.push(arg);
      return false;
    },
  });
  if (unknown.length > 0) refuseFlag(unknown[0]!);
  const values = (flag: typeof TEXT_FLAGS[number]) => {
    const list = parsed[flag] as string[];
    if (!list.includes("")) return list;
    const isEmpty = args.some((arg, i) =>
      arg === `--${flag}=` || (arg === `--${flag}` && args[i + 1] === "")
    );
    const common = commonFlags.find(({ flag: known }) => known.startsWith(`--${flag} `));
    const form = common?.flag ?? `--${flag} VALUE`;
    return refuse(
      `Cannot use --${flag} as it needs a value: ${isEmpty ? "it is empty" : "none is given"}`,
      { thing: `--${flag}`, remedy: `Write ${form}, or leave --${flag} out` },
    );
  };
  const value = (flag: typeof TEXT_FLAGS[number]) => values(flag).at(-1);
  if (values("set").length > MAX_SETS) {
    refuse(`Cannot use --set more than ${MAX_SETS} times: ${values("set").length} times`, {
      thing: "--set",
      remedy: "Put the settings into a file and name it with --config",
    });
  }
  const [name, ...rest] = [...names, ...parsed._.map(String)]; // those behind "--" are not parsed
  if (rest.length > 0) {
    refuse(
      `Cannot run several experiments as one at a time is run: ${
        someOf([name!, ...rest].map(named))
      }`,
      {
        thing: rest[0]!,
        remedy: "Options are given as --set key.path=value",
      },
    );
  }
  return {
    name,
    arms: values("arm"),
    help: parsed.help === true,
    configs: values("config"),
    sets: values("set"),
    shorts: Object.fromEntries(SHORT_FLAGS.flatMap((flag) => {
      const given = value(flag);
      return given === undefined ? [] : [[flag, given]];
    })),
    seed: readSeed(value("seed")),
    device: flagChoice("--device", value("device"), DEVICES),
    dtype: flagChoice("--dtype", value("dtype"), DTYPES),
    out: value("out"),
    resume: value("resume"),
    allowOtherDevice: parsed["allow-other-device"] === true,
    allowOutside: parsed["allow-outside"] === true,
    quick: parsed.quick === true,
    quiet: parsed.quiet === true,
    debug: parsed.debug === true,
  };
}

/**
 * Joins a flag and a value that starts with a dash, such as `--out -runs`, as `--out=-runs`: the parser would
 * take it for a flag. Two dashes are always a flag. An empty value is joined, too, lest it name an experiment.
 */
function withJoinedValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const takesValue = TEXT_FLAGS.some((flag) => joined.at(-1) === `--${flag}`);
    if (takesValue && /^(?:-(?!-|h$)|$)/.test(arg)) joined.push(`${joined.pop()}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

function refuseFlag(arg: string): never {
  const flag = named(arg.replace(/=.*$/s, ""));
  const flags = [...COMMON_FLAGS, ...SWITCHES].map((name) => `--${name}`);
  const nearest = nearestName(flag, flags);
  refuse(
    `Cannot use ${flag} as there is no such flag.` +
      (nearest === undefined ? "" : ` Did you mean ${nearest}?`) + ` Allowed: ${flags.join(", ")}`,
    { thing: flag, remedy: "Options of an experiment are given as --set key.path=value" },
  );
}

function readSeed(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seed = yamlNumber(text); // as in a setting
  if (Number.isSafeInteger(seed) && seed! >= 0) return seed! + 0; // -0 is 0
  const range = `[0, ${Number.MAX_SAFE_INTEGER}]`;
  return refuse(`Cannot use --seed as it must be an integer in ${range}: ${named(text)}`, {
    thing: "--seed",
    value: text,
    remedy: "For example --seed 1",
  });
}

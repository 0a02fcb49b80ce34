/**
 * The command line of `deno task reproduce`.
 *
 * @module
 */
import { ConfigError, named, nearestName } from "../lib/core/mod.ts";

/** Names all results. */
export const ALL = "all";
/** Most seeds of a result. */
const MAX_SEEDS = 1000;

/** What is asked for. */
export interface ReproduceCommand {
  /** The results to make, each once. */
  readonly names: readonly string[];
  /** Whether these are all that there are, and none by its name. */
  readonly all: boolean;
  /** How many seeds of each, the first ones; absent = all. */
  readonly seeds?: number;
  /** Whether with one seed and small budgets, apart from everything else. */
  readonly quick: boolean;
  /** Whether frames go to where they are committed. */
  readonly commit: boolean;
  /** Whether to write documents from committed frames, and make nothing. */
  readonly documents: boolean;
  /** Whether to write the report from committed frames, and make nothing. */
  readonly report: boolean;
  /** Where the report goes; absent = its usual place. */
  readonly out?: string;
  /** Whether interrupted runs may go on where other results come out. */
  readonly allowOtherDevice: boolean;
  /** Whether to explain instead. */
  readonly help: boolean;
}

/** Flags that are there or not. */
const SWITCHES = {
  "--quick": "quick",
  "--commit": "commit",
  "--documents": "documents",
  "--report": "report",
  "--allow-other-device": "allowOtherDevice",
  "--help": "help",
} as const;
const WITH_VALUE = ["--seeds", "--out"] as const;
const FLAGS: readonly string[] = [...Object.keys(SWITCHES), ...WITH_VALUE];

/**
 * Reads the command line.
 *
 * @param given The arguments.
 * @param results Names of all results.
 * @returns What is asked for.
 * @throws {ConfigError} If a name or flag is none, a value cannot be used, or flags contradict each other.
 */
export function parseReproduce(
  given: readonly string[],
  results: readonly string[],
): ReproduceCommand {
  const args = given.map((arg) => arg === "-h" ? "--help" : arg);
  const names: string[] = [];
  const switches = new Set<string>();
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [flag = "", ...behind] = args[i]!.split("=");
    if (Object.hasOwn(SWITCHES, args[i]!)) switches.add(args[i]!);
    else if ((WITH_VALUE as readonly string[]).includes(flag)) {
      values.set(flag, behind.length > 0 ? behind.join("=") : valueBehind(flag, args[++i]));
    } else names.push(known(args[i]!, results));
  }
  const seeds = values.get("--seeds"), out = values.get("--out");
  const is = (flag: keyof typeof SWITCHES) => switches.has(flag);
  const command = {
    names: names.includes(ALL) ? results : [...new Set(names)],
    all: names.includes(ALL),
    ...(seeds === undefined ? {} : { seeds: numberOfSeeds(seeds) }),
    ...(out === undefined ? {} : { out: folderOf(out) }),
    quick: is("--quick"),
    commit: is("--commit"),
    documents: is("--documents"),
    report: is("--report"),
    allowOtherDevice: is("--allow-other-device"),
    help: is("--help"),
  };
  if (!command.help) refuseContradictions(command, args);
  return command;
}

function known(name: string, results: readonly string[]): string {
  if (name === ALL || results.includes(name)) return name;
  const nearest = nearestName(name, [...results, ALL, ...FLAGS]);
  const all = name.startsWith("-")
    ? `The flags are: ${FLAGS.join(", ")}`
    : `There are: ${[ALL, ...results].join(", ")}`;
  throw new ConfigError(
    name.startsWith("-")
      ? `Cannot take ${named(name)} as there is no such flag`
      : `Cannot reproduce ${named(name)} as there is no such result`,
    { thing: name, remedy: nearest === undefined ? all : `Did you mean ${nearest}? ${all}` },
  );
}

function valueBehind(flag: string, value: string | undefined): string {
  if (value !== undefined && !value.startsWith("--")) return value;
  throw new ConfigError(
    `Cannot take ${flag} as its value must follow: ${value ?? "nothing does"}`,
    {
      thing: flag,
      remedy: flag === "--seeds" ? "Say how many: --seeds 2" : "Say where: --out FOLDER",
    },
  );
}

function numberOfSeeds(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MAX_SEEDS) return value;
  throw new ConfigError(
    `Cannot take --seeds ${named(text)} as it must be a whole number from 1 to ${MAX_SEEDS}`,
    { thing: "--seeds", value: text, remedy: "Say how many of each result's seeds: --seeds 2" },
  );
}

function folderOf(text: string): string {
  if (text.trim() !== "") return text.replace(/(?<=.)\/+$/, "");
  throw new ConfigError(`Cannot take --out ${named(text)} as it must name a folder`, {
    thing: "--out",
    value: text,
    remedy: "Say where: --out FOLDER",
  });
}

function refuseContradictions(command: ReproduceCommand, args: readonly string[]): void {
  const refuse = (what: string, remedy: string): never => {
    throw new ConfigError(what, { remedy });
  };
  const others = (flag: string) => args.filter((arg) => arg !== flag);
  if (command.documents && others("--documents").length > 0) {
    refuse(
      `Cannot take --documents beside ${
        named(others("--documents")[0]!)
      } as it makes documents from all ` +
        "frames that are committed",
      "Give --documents alone",
    );
  }
  const makesToo = command.names[0] ??
    args.find((arg) => arg === "--quick" || arg === "--commit" || arg.startsWith("--seeds"));
  if (command.report && makesToo !== undefined) {
    refuse(
      `Cannot take --report beside ${
        named(makesToo)
      } as it makes no runs: the report is made of all frames that ` +
        "are committed",
      "Leave out --report: a report is written whenever results are made",
    );
  }
  const [less] = [
    ...(command.quick ? ["--quick"] : []),
    ...(command.seeds === undefined ? [] : ["--seeds"]),
  ];
  if (command.commit && less !== undefined) {
    refuse(
      `Cannot take --commit beside ${less} as what is committed has all seeds and full budgets`,
      `Leave out ${less}`,
    );
  }
  if (command.quick && command.seeds !== undefined) {
    refuse("Cannot take --seeds beside --quick as it makes one seed", "Leave out --seeds");
  }
  const ofNames = less ?? (command.commit ? "--commit" : undefined) ??
    (command.allowOtherDevice ? "--allow-other-device" : undefined);
  if (command.names.length === 0 && ofNames !== undefined) {
    refuse(
      `Cannot take ${ofNames} as no result is named`,
      `Name results, or all: ${ALL} ${ofNames}`,
    );
  }
}

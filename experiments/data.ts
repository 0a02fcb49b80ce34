/**
 * Gets the data sets of others: `deno task data`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { CheckpointError, ConfigError, named, nearestName, pathExists } from "../lib/core/mod.ts";
import {
  checkDataSet,
  checkProgramAnswers,
  DATA_SETS,
  type DataSet,
  dataSetFolder,
  type DataSource,
  fetchedHubModels,
  getDataSet,
  type GetOptions,
  HUB,
  HUB_NAME,
  hubModel,
  hubPage,
  KNOWN_DATA_SETS,
} from "../lib/data/mod.ts";
import { exitCodeOf, exitCodes } from "../lib/tracking/exit_codes.ts";
import { printError, printLine } from "../lib/tracking/output.ts";
import { userPath } from "../lib/tracking/user_folder.ts";

const USAGE = `Usage: deno task data list
       deno task data get NAME [--mirror URL|FOLDER] [--source NAME] [--all]
       deno task data check [NAME]

list   shows the data sets with licence, source, size, and what is there, models of the hub as well
get    downloads one into ${dataSetFolder("NAME")}; what is there stays, what was cut goes on.
       OWNER/NAME is a model of Hugging Face's hub: its safetensors, tokenizer and chat template.
       A token in HF_TOKEN is told to ${HUB} alone
check  compares the files of one, or of all that are there, with what arrived; needs no network

  --mirror URL     a server with the same paths instead of the original one. deno.json lists the hosts
                   that may be asked; for another one start it as
                   deno run -q --no-prompt -P=data --allow-net=HOST experiments/data.ts get NAME --mirror URL
  --mirror FOLDER  a folder with the files, as from another machine
  --source NAME    one of the sources that list shows; default the first
  --all            all files of a set of which only the first are fetched`;

/** What may differ in tests. */
export interface DataCommandOptions extends Pick<GetOptions, "tries" | "pause" | "token"> {
  /** The data sets; default all that are known. */
  readonly sets?: readonly DataSet[];
  /** Folder of all data sets; default `data/sets`. */
  readonly root?: string;
  /** Takes a line for people; default the standard output. */
  readonly print?: (line: string) => void;
}

/**
 * Carries out a command.
 *
 * @param args The arguments behind `deno task data`.
 * @param options What may differ.
 * @returns The exit code: `failed` where a check finds what is not good.
 * @throws {ConfigError} If the command line cannot be used.
 * @throws {RunError} If files cannot be fetched.
 */
export async function dataCommand(
  args: readonly string[],
  {
    sets = KNOWN_DATA_SETS,
    root = DATA_SETS,
    print = printLine,
    ...options
  }: DataCommandOptions = {},
): Promise<number> {
  const { command, names, mirror, source, all, help } = parse(args);
  const folderOf = (name: string) => dataSetFolder(name, root);
  const chosen = names.map((name) => setOf(name, sets));
  if (help || command === undefined) {
    print(USAGE);
  } else if (command === "list") {
    const all = [...sets, ...await fetchedHubModels(root)];
    for (const set of all) await show(set, folderOf(set.name), print);
  } else if (command === "get") {
    const [set] = chosen;
    if (set === undefined) throw refusal("get", "it needs the name of a data set", sets);
    const folder = folderOf(set.name);
    await show(set, folder, print);
    const place = mirror === undefined || /^\w+:\/\//.test(mirror) ? mirror : userPath(mirror);
    const count = await getDataSet(set, {
      ...options,
      folder,
      source,
      mirror: place,
      all,
      log: print,
    });
    print(count === 0 ? `All files are in ${folder}` : `${count} files are new in ${folder}`);
    if (set.programs) print(`Its programs are run by: deno task answers ${set.name}`);
  } else {
    const all = chosen.length > 0 ? chosen : [...sets, ...await fetchedHubModels(root)];
    return await check(all, { folderOf, print });
  }
  return exitCodes.done;
}

const COMMANDS = ["list", "get", "check"] as const;

function parse(args: readonly string[]) {
  const unknown: string[] = [];
  const { _: words, ...flags } = parseArgs([...args], {
    string: ["mirror", "source"],
    boolean: ["all", "help"],
    alias: { help: "h" },
    unknown: (arg, key) => {
      if (key !== undefined) unknown.push(arg);
      return key === undefined;
    },
  });
  const [command, ...names] = words.map(String);
  const wrong = unknown[0] ??
    (COMMANDS.some((known) => known === (command ?? "list"))
      ? names[command === "list" ? 0 : 1]
      : command);
  if (wrong !== undefined && !flags.help) {
    throw new ConfigError(`Cannot take ${named(wrong)} as it is no part of the command`, {
      thing: wrong,
      remedy: "deno task data --help shows what there is",
    });
  }
  const empty = (["mirror", "source"] as const).find((flag) => flags[flag] === "");
  if (empty !== undefined) {
    throw new ConfigError(`Cannot use --${empty} as it needs a value: none is given`, {
      thing: `--${empty}`,
      remedy: `Write it behind --${empty}, or leave the flag out`,
    });
  }
  return {
    command,
    names,
    mirror: flags.mirror as string | undefined,
    source: flags.source as string | undefined,
    all: flags.all === true,
    help: flags.help === true,
  };
}

function setOf(name: string, sets: readonly DataSet[]): DataSet {
  const set = sets.find((known) => known.name === name);
  if (set !== undefined) return set;
  if (HUB_NAME.test(name)) return hubModel(name);
  const nearest = nearestName(name, sets.map(({ name }) => name));
  throw refusal(
    name,
    `there is no such data set${nearest ? `. Did you mean ${nearest}?` : ""}`,
    sets,
  );
}

function refusal(thing: string, reason: string, sets: readonly DataSet[]): ConfigError {
  return new ConfigError(`Cannot use ${named(thing)} as ${reason}`, {
    thing,
    remedy: `Allowed: ${sets.map(({ name }) => name).join(", ")}`,
  });
}

/** Shows a data set before anything is fetched. */
async function show(set: DataSet, folder: string, print: (line: string) => void): Promise<void> {
  print(`${set.name}: ${set.title}`);
  print(`  licence: ${set.licence}; see ${set.homepage}`);
  for (const [name, source] of Object.entries(set.sources)) {
    for (const line of describe(source)) print(`  source ${name}: ${line}`);
  }
  const isHere = await pathExists(`${folder}/manifest.json`);
  print(isHere ? `  in ${folder}` : `  not here yet; it would be in ${folder}`);
}

function describe(source: DataSource): string[] {
  if (source.kind === "files") {
    return source.files.map(({ url, size, sha256 }) =>
      `${url}, ${size === undefined ? "size not known" : `${size} bytes`}, ${
        sha256 === undefined ? "sha256 not known" : `sha256 ${sha256}`
      }`
    );
  }
  return [`${hubPage(source)}; its list gives sizes and sha256`];
}

/** Compares files with what arrived, and says so of each. */
async function check(
  sets: readonly DataSet[],
  { folderOf, print }: Required<Pick<DataCommandOptions, "print">> & {
    readonly folderOf: (name: string) => string;
  },
): Promise<number> {
  let isGood = true;
  for (const set of sets) {
    const folder = folderOf(set.name);
    const files = await checkDataSet(set, folder);
    if (files.length === 0) print(`${set.name}: not here yet (deno task data get ${set.name})`);
    for (const { name, state, size, sha256, isKnown } of files) {
      const whose = isKnown ? "as it is known" : "as at the first download";
      print(
        `${set.name}: ${state.padEnd(7)} ${name}` +
          (size === undefined ? "" : `, ${size} bytes, sha256 ${sha256}, ${whose}`),
      );
      if (state !== "good") isGood = false;
    }
    if (files.length > 0 && !await checkAnswers(set, { folder, print })) isGood = false;
    if (files.some(({ state }) => state !== "good")) {
      print(`  deno task data get ${set.name} fetches what is not good again`);
    }
  }
  return isGood ? exitCodes.done : exitCodes.failed;
}

/** Says of the kept answers of a set of programs how they are; true where there is nothing to say. */
async function checkAnswers(
  { programs, ...set }: DataSet,
  { folder, print }: { readonly folder: string; readonly print: (line: string) => void },
): Promise<boolean> {
  if (programs === undefined) return true;
  try {
    const { rows, failed } = await checkProgramAnswers({ ...set, programs }, folder);
    print(`${set.name}: good    what ${rows} programs return; ${failed} return no number`);
    return true;
  } catch (error) {
    if (!(error instanceof CheckpointError || error instanceof ConfigError)) throw error;
    print(`${set.name}: ${error.message}`);
    return false;
  }
}

/** The token of the environment, if there is one. */
function hubToken(): GetOptions["token"] {
  const value = Deno.env.get("HF_TOKEN")?.trim();
  return value ? { value, origin: HUB } : undefined;
}

if (import.meta.main) {
  Deno.exit(
    await dataCommand(Deno.args, { token: hubToken() }).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}

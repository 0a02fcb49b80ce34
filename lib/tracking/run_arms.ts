/**
 * The runs of an experiment with arms: each is found again, gone on with, or made.
 *
 * @module
 */
import { type Mapping, withoutCompat } from "../core/mod.ts";
import type { ProductDtype } from "../device/product_dtype.ts";
import { armConfigs, type ArmConfigsOptions } from "./arm_configs.ts";
import { missingNeed } from "./arm_needs.ts";
import { type ArmRun, type ArmRunPlace, type Arms, readArmRun } from "./arms.ts";
import { differingPaths } from "./differing_paths.ts";
import { findKeptRun, keyOfRun, type WantedRun } from "./kept_runs.ts";
import { printErrorLine, printLine } from "./output.ts";
import type { RunWatch } from "./runs_clock.ts";

/** How runs are kept. */
export interface KeepOptions {
  /** Folder of all kept runs. */
  readonly root: string;
  /** What the factors of products are rounded to. */
  readonly dtype: ProductDtype;
  /** Further flags of each run's command line, such as `--quiet`. */
  readonly flags: readonly string[];
  /** Further flags where a run goes on, such as `--allow-other-device`. */
  readonly goOnFlags: readonly string[];
  /** Does what a command line asks for, and gives its exit code. */
  readonly run: (args: readonly string[]) => Promise<number>;
  /** Told of each run that is made or gone on with; default: nobody. */
  readonly watch?: RunWatch;
}

/** Which runs of an experiment are wanted. */
export interface ArmsOptions extends KeepOptions, ArmConfigsOptions {
  /** The seeds. */
  readonly seeds: readonly number[];
}

/** What became of the runs of an experiment. */
export interface ArmsResult {
  /** Exit code of the run that did not finish; 0 if all are finished. */
  readonly code: number;
  /** The finished runs, by seed and arm; without those that only prepare others. */
  readonly runs: readonly ArmRun[];
  /** Where they lie. */
  readonly places: readonly ArmRunPlace[];
}

/** What became of a run. */
export interface KeepResult {
  /** Its exit code; 0 if it is finished. */
  readonly code: number;
  /** Its folder. */
  readonly path: string;
}

/**
 * Runs every arm for every seed, each after those of the same seed that it begins with. A finished run with the same
 * settings, inputs and code is reused, an interrupted one is gone on with; otherwise it is said why there is none.
 *
 * @param arms The arms.
 * @param options Seeds, somebody's settings, where runs are kept.
 * @returns The runs.
 * @throws {ConfigError} If a setting is wrong, naming the arm, or is one that tells the arms apart; or what they need
 * from elsewhere is not there.
 * @throws {RangeError} If arms begin with each other, or with one that does not exist.
 */
export async function runArms(arms: Arms, options: ArmsOptions): Promise<ArmsResult> {
  const { seeds } = options;
  const configs = await armConfigs(arms, options);
  const missing = await missingNeed(arms, configs);
  if (missing !== undefined) throw missing;
  const { scriptOf, order, configOf } = configs;
  const runs: ArmRun[] = [];
  const places: ArmRunPlace[] = [];
  const names = Object.keys(arms.arms);
  const inOrder = <Run extends Pick<ArmRun, "arm" | "seed">>(made: readonly Run[]) =>
    made.toSorted((a, b) =>
      seeds.indexOf(a.seed) - seeds.indexOf(b.seed) || names.indexOf(a.arm) - names.indexOf(b.arm)
    );
  const result = (code: number) => ({ code, runs: inOrder(runs), places: inOrder(places) });
  for (const seed of seeds) {
    const paths = new Map<string, string>();
    for (const arm of order) {
      printLine(`\n=== ${arms.name}: ${arm}, seed ${seed}`);
      const config = configOf(arm, (other) => paths.get(other)!);
      const { experiment, base } = scriptOf(arm);
      const wanted = { experiment, seed, config, dtype: options.dtype };
      const { code, path } = await keepRun(wanted, { ...options, base });
      if (code >= SIGNALLED && seeds.length * names.length > 1) {
        printErrorLine(
          "Or repeat the same command: it keeps what is finished, goes on with this run, and does the others",
        );
      }
      if (code !== 0) return result(code);
      paths.set(arm, path);
      if (arms.prepares?.includes(arm)) continue;
      places.push({ arm, seed, path });
      runs.push(await readArmRun({ arm, seed, path }));
    }
  }
  return result(0);
}

/** Exit codes from here on tell of a signal, such as that of Ctrl-C. */
const SIGNALLED = 128;

/**
 * Finds, goes on with, or makes a run.
 *
 * @param wanted The run.
 * @param options Where it is kept, and `base`: the configuration that it has without any setting.
 * @returns Its folder, and its exit code.
 */
export async function keepRun(
  wanted: WantedRun,
  options: KeepOptions & { readonly base: object },
): Promise<KeepResult> {
  const { root, flags, goOnFlags, base, run, watch } = options;
  const { path, state, reason } = await findKeptRun(wanted, root, await keyOfRun(wanted));
  const verb = { finished: "kept", begun: "going on with", missing: "running" }[state];
  printLine(`${verb} ${path}: ${reason}`);
  if (state === "finished") return { code: 0, path };
  // What is written outside the run's folder is in the experiment's own settings.
  const goOn = ["--resume", path, "--allow-outside", ...goOnFlags];
  const start = [
    wanted.experiment.name,
    ...["--seed", `${wanted.seed}`, "--dtype", wanted.dtype, "--out", path],
    ...settingsBetween(base, wanted.config).flatMap((set) => ["--set", set]),
  ];
  if (watch) printLine(watch.begin());
  const code = await run([...(state === "begun" ? goOn : start), ...flags]);
  if (code === 0) watch?.end();
  return { code, path };
}

/**
 * Settings of a command line that make one configuration of another. Whom sections follow is always said,
 * as the defaults of the command line follow each other.
 *
 * @param from The configuration without them.
 * @param to The configuration with them.
 * @returns `key.path=value` each, with JSON as value.
 */
export function settingsBetween(from: object, to: object): string[] {
  const [before, after] = [from, to].map((config) => JSON.parse(JSON.stringify(config)) as Mapping);
  return differingPaths(withoutCompat(before!), after!).flatMap((path) => {
    const value = path.split(".").reduce<unknown>((part, key) => (part as Mapping)[key], after);
    // What only the first one has is a setting of another task.
    return value === undefined ? [] : [`${path}=${JSON.stringify(value)}`];
  });
}

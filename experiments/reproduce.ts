/**
 * Makes results of this repository again: `deno task reproduce` lists them.
 *
 * @module
 */
import { named, nearestName, Random, resolveConfig } from "../lib/core/mod.ts";
import {
  type Arms,
  baselineTables,
  exitCodeOf,
  exitCodes,
  type KeepOptions,
  keepRun,
  loadExperiment,
  type PlotSpec,
  printError,
  printErrorLine,
  printLine,
  readDefaults,
  runArms,
  runCommand,
  type Table,
  terminalTable,
  writeResult,
} from "../lib/tracking/mod.ts";
import {
  closedFormsTable,
  figurePlot,
  figureTable,
  solveFigure,
} from "./collaboration_game/exact_result.ts";
import { learnCases, learnersTable } from "./collaboration_game/learned_result.ts";
import { comparedCheckpoints } from "./compared_checkpoints.ts";
import { proofsTable, proveCredits } from "./credit_proofs/proof.ts";
import { commandOptions } from "./main.ts";
import { registry } from "./registry.ts";

/** A result that can be made again. */
interface Result {
  /** What it shows, in a line. */
  readonly summary: string;
  /** Runs that it is made from. */
  readonly numRuns: number;
  /** Makes it, from runs that are kept. */
  make(keep: KeepOptions): Promise<MadeResult>;
}

/** A result, or the exit code of the run that it lacks. */
interface MadeResult {
  readonly code: number;
  readonly table?: Table;
  readonly plot?: PlotSpec | undefined;
  /** Further tables by the folder that they go to within the result's. */
  readonly more?: Readonly<Record<string, Table>>;
}

/** Where results go, and the runs that they are made from. */
const RESULTS = "runs/reproduce";
const KEPT = "runs/kept";
/** Passed on to runs that go on. */
const ALLOW_OTHER_DEVICE = "--allow-other-device";

/** How runs are kept and made. */
const keepWith = (goOnFlags: readonly string[]): KeepOptions => ({
  root: KEPT,
  dtype: "float32",
  flags: [],
  goOnFlags,
  run: (args) => runCommand(args, commandOptions),
});

function resultOfArms(arms: Arms): Result {
  return {
    summary: arms.summary,
    numRuns: Object.keys(arms.arms).length * arms.seeds.length,
    async make(keep) {
      const { code, runs } = await runArms(arms, { ...keep, registry, seeds: arms.seeds });
      if (code !== 0) return { code };
      // Every result with arms shows what the same models reach without discussion.
      const more = baselineTables(runs);
      return { code, table: arms.table(runs), plot: arms.plot?.(runs), more };
    },
  };
}

/** The committed base model and verifier. */
const checkpoints: Result = {
  summary: "the committed base model and verifier, made anew with seed 0 and compared byte by byte",
  numRuns: 2,
  async make(keep) {
    const saved = `${RESULTS}/checkpoints`;
    const base = `${saved}/base`;
    const made = [
      { script: "pretrain", settings: { saveTo: base } },
      { script: "train_verifier", settings: { base, saveTo: `${saved}/verifier` } },
    ];
    for (const { script, settings } of made) {
      const { experiment } = await loadExperiment(script, registry);
      const defaults = await readDefaults(experiment);
      const [without, config] = [[defaults], [defaults, settings]]
        .map((layers) => resolveConfig(experiment.schema, layers) as object);
      const wanted = { experiment, config: config!, seed: 0, dtype: keep.dtype };
      const { code } = await keepRun(wanted, { ...keep, base: without! });
      if (code !== 0) return { code };
    }
    const committed = "data/checkpoints/arithmetic";
    const table = await comparedCheckpoints(["base", "verifier"], { folder: saved, committed });
    return { code: 0, table };
  },
};

/** Needs no run. */
const creditProofs: Result = {
  summary: "every credit's policy gradient against the exact one, on a game of two agents",
  numRuns: 0,
  make() {
    const table = proofsTable(proveCredits(Random.fromSeed(0)));
    return Promise.resolve({ code: 0, table });
  },
};

/** Needs no run. */
const collaborationGame: Result = {
  summary: "the paper's game of collaborating or not: Figure 5, closed forms, players that learn",
  numRuns: 0,
  make() {
    const random = Random.fromSeed(0);
    const rows = solveFigure(random.split("figure"));
    return Promise.resolve({
      code: 0,
      table: figureTable(rows),
      plot: figurePlot(rows),
      more: {
        closed_forms: closedFormsTable(),
        learners: learnersTable(learnCases(random.split("learners"))),
      },
    });
  },
};

async function allResults(): Promise<Readonly<Record<string, Result>>> {
  const all = await Promise.all(
    Object.keys(registry).map(async (name) => {
      const { arms } = await loadExperiment(name, registry);
      return arms ? [[name, resultOfArms(arms)] as const] : [];
    }),
  );
  return {
    ...Object.fromEntries(all.flat()),
    checkpoints,
    credit_proofs: creditProofs,
    collaboration_game: collaborationGame,
  };
}

function listText(results: Readonly<Record<string, Result>>): string {
  const width = Math.max(...Object.keys(results).map((name) => name.length));
  const lines = Object.entries(results).map(([name, { summary, numRuns }]) =>
    `  ${name.padEnd(width)}  ${summary} (${numRuns === 0 ? "needs no run" : `${numRuns} runs`})`
  );
  return [
    `Usage: deno task reproduce NAME... [${ALLOW_OTHER_DEVICE}]`,
    "",
    "Results that can be made again:",
    ...lines,
    "",
    `Tables and pictures go to ${RESULTS}/NAME, runs to ${KEPT}. A finished run with the same`,
    "settings, inputs and code is kept, an interrupted one goes on where it was,",
    `with ${ALLOW_OTHER_DEVICE} also on a device, library or version that gives other results.`,
    "Nothing on the paper's own data sets and models is reproduced yet.",
  ].join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => arg !== ALLOW_OTHER_DEVICE);
  const keep = keepWith(args.filter((arg) => arg === ALLOW_OTHER_DEVICE));
  const results = await allResults();
  if (names.length === 0 || names.includes("--help")) {
    printLine(listText(results));
    return 0;
  }
  const unknown = names.find((name) => !Object.hasOwn(results, name));
  if (unknown !== undefined) {
    const nearest = nearestName(unknown, Object.keys(results));
    printErrorLine(
      `error: Cannot reproduce ${named(unknown)} as there is no such result.` +
        (nearest === undefined ? "" : ` Did you mean ${nearest}?`) +
        ` There are: ${Object.keys(results).join(", ")}`,
    );
    return exitCodes.refused;
  }
  for (const name of names) {
    const { code, table, plot, more = {} } = await results[name]!.make(keep);
    if (table === undefined) return code;
    const parts = { [name]: { table, plot } };
    for (const [folder, table] of Object.entries(more)) {
      parts[`${name}/${folder}`] = { table, plot: undefined };
    }
    for (const [folder, part] of Object.entries(parts)) {
      printLine(`\n${terminalTable(part.table)}`);
      for (const path of await writeResult(`${RESULTS}/${folder}`, part)) printLine(path);
    }
  }
  return 0;
}

if (import.meta.main) {
  Deno.exit(
    await main(Deno.args).catch((error) => {
      printError(error, { isDebug: false });
      return exitCodeOf(error, { isRunning: false });
    }),
  );
}

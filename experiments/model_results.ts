/**
 * The results of scripts that make and measure models: those that are committed.
 *
 * @module
 */
import { readYaml, resolveConfig } from "../lib/core/mod.ts";
import {
  finishedRun,
  frameOf,
  keepRun,
  loadExperiment,
  type MakeOptions,
  readDefaults,
  readRecord,
  type Result,
  rowsOf,
  type WantedRun,
} from "../lib/tracking/mod.ts";
import {
  comparedCheckpoints,
  type ComparedFile,
  comparisonColumns,
  comparisonTable,
} from "./compared_checkpoints.ts";
import { madeHere } from "./made_here.ts";
import { EVALUATION } from "./pretrain/measure.ts";
import {
  measuredColumns,
  type MeasuredRow,
  measuredRows,
  measuredTable,
  measuredValues,
} from "./pretrain/measured_result.ts";
import { quickSettings } from "./quick_settings.ts";
import { registry } from "./registry.ts";

/** How a committed model is made: the script, and the file that its settings lie in, if they are not the defaults. */
interface Recipe {
  readonly script: "pretrain" | "train_verifier";
  readonly file?: string;
}

const fileOf = (script: Recipe["script"], name: string): Recipe => ({
  script,
  file: `experiments/${script}/${name}.yaml`,
});

/** The committed models of each world, by folder: its base model first, which its verifiers are built on. */
const COMMITTED: Readonly<Record<string, Readonly<Record<string, Recipe>>>> = {
  arithmetic: { base: { script: "pretrain" }, verifier: { script: "train_verifier" } },
  hidden_profile: {
    base: fileOf("pretrain", "hidden_profile"),
    verifier: fileOf("train_verifier", "hidden_profile"),
  },
  closed_book: {
    base: fileOf("pretrain", "closed_book"),
    arithmetic_verifier: fileOf("train_verifier", "closed_book_arithmetic"),
    entailment_verifier: fileOf("train_verifier", "closed_book_entailment"),
  },
};

/** A model that is made and compared with the committed one. */
interface MadeModel {
  readonly world: string;
  readonly name: string;
  readonly script: Recipe["script"];
  readonly layers: readonly object[];
}

/** What each model is made with: those of a world in order, the base first. */
async function modelsToMake({ isQuick, folder }: MakeOptions): Promise<MadeModel[]> {
  const models = Object.entries(COMMITTED).flatMap(([world, recipes]) =>
    Object.entries(recipes).map(([name, recipe]) => ({ world, name, ...recipe }))
  );
  return await Promise.all(models.map(async ({ world, name, script, file }) => {
    const layer = file === undefined ? {} : await readYaml(file) as object;
    const saveTo = `${folder}/checkpoints/${world}/${name}`;
    // A base that was hardly trained has no right answers that a verifier could learn from.
    const base = `${isQuick ? "data" : folder}/checkpoints/${world}/base`;
    return {
      world,
      name,
      script,
      layers: [layer, script === "pretrain" ? { saveTo } : { base, saveTo }],
    };
  }));
}

/** The committed models, made anew and compared. */
export const checkpoints: Result = {
  summary:
    "the committed base models and verifiers, made anew with seed 0 and compared byte by byte",
  minutes: "60 to 90 on two cores, all of them",
  numRuns: Object.values(COMMITTED).reduce((sum, models) => sum + Object.keys(models).length, 0),
  async make(options) {
    const models = await modelsToMake(options);
    for (const { script, layers } of models) {
      const { code } = await keepScript(script, layers, options);
      if (code !== 0) return { code };
    }
    const rows: ComparedFile[] = await comparedCheckpoints(
      models.map(({ world, name }) => `${world}/${name}`),
      { folder: `${options.folder}/checkpoints`, committed: "data/checkpoints" },
    );
    return madeHere("pretrain", { files: frameOf(comparisonColumns, rows) });
  },
  async runsToMake(options) {
    const models = await modelsToMake(options);
    return await scriptsToMake(models.map(({ script, layers }) => [script, layers]), options);
  },
  show: (frames) => ({
    tables: { files: comparisonTable(rowsOf(frames, "files", comparisonColumns)) },
  }),
};

/** A run of a script with seed 0 and some layers of settings. */
async function wantedScript(
  script: string,
  layers: readonly object[],
  { dtype, isQuick }: MakeOptions,
): Promise<WantedRun & { readonly base: object }> {
  const { experiment } = await loadExperiment(script, registry);
  const defaults = await readDefaults(experiment);
  const resolved = (...all: unknown[]) => resolveConfig(experiment.schema, all) as object;
  const config = resolved(defaults, ...layers);
  return {
    experiment,
    seed: 0,
    dtype,
    base: resolved(defaults),
    config: isQuick ? resolved(defaults, ...layers, quickSettings(script)(config)) : config,
  };
}

async function keepScript(script: string, layers: readonly object[], options: MakeOptions) {
  const { base, ...wanted } = await wantedScript(script, layers, options);
  return await keepRun(wanted, { ...options, base });
}

/** Counts those that are not finished, and from the first on that cannot be told yet, as it needs what is missing. */
async function scriptsToMake(
  scripts: readonly (readonly [string, readonly object[]])[],
  options: MakeOptions,
): Promise<number> {
  const finished = await Promise.all(scripts.map(async ([script, layers]) => {
    const wanted = await wantedScript(script, layers, options);
    return await finishedRun(wanted, options.root).catch(() => undefined);
  }));
  return finished.filter((path) => path === undefined).length;
}

/** What each committed base model is measured on, and with how many agents: those of its corpus. */
const MEASURED = {
  hidden_profile: { task: { name: "hidden_profile" }, evaluationAgents: [2, 3, 4] },
  closed_book: { task: { name: "closed_book", of: "both" }, evaluationAgents: [2, 3] },
  arithmetic: { task: { name: "arithmetic" }, evaluationAgents: [2, 3] },
};

const HOW_MEASURED = { temperature: 0.7, questions: 512 };
const measurements = Object.entries(MEASURED).map(([name, measured]) => ({
  model: `${name}/base`,
  settings: {
    ...measured,
    measure: `data/checkpoints/${name}/base`,
    evaluationQuestions: HOW_MEASURED.questions,
    evaluationTemperature: HOW_MEASURED.temperature,
  },
}));

/** What the committed base models can do. */
export const baseModels: Result = {
  summary: "what the committed base models can do at the paper's temperature",
  minutes: "3 on two cores, all of them",
  numRuns: measurements.length,
  async make(options) {
    const rows: MeasuredRow[] = [];
    for (const { model, settings } of measurements) {
      const { code, path } = await keepScript("pretrain", [settings], options);
      if (code !== 0) return { code };
      const text = await Deno.readTextFile(`${path}/${EVALUATION}`);
      const { config } = await readRecord(path);
      const questions = Number(config.evaluationQuestions);
      rows.push(...measuredRows(JSON.parse(text), { ...HOW_MEASURED, questions, model }));
    }
    return madeHere("pretrain", { measured: frameOf(measuredColumns, rows) });
  },
  runsToMake: (options) =>
    scriptsToMake(measurements.map(({ settings }) => ["pretrain", [settings]]), options),
  show(frames) {
    const rows = rowsOf(frames, "measured", measuredColumns);
    return { tables: { measured: measuredTable(rows) }, values: measuredValues(rows) };
  },
};

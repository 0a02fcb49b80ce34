/**
 * The committed models, made anew and compared.
 *
 * @module
 */
import { readYaml } from "../lib/core/mod.ts";
import { frameOf, type MakeOptions, type Result, rowsOf } from "../lib/tracking/mod.ts";
import {
  comparedCheckpoints,
  type ComparedFile,
  comparisonColumns,
  comparisonTable,
} from "./compared_checkpoints.ts";
import { keepScript, scriptsToMake } from "./keep_script.ts";
import { madeHere } from "./made_here.ts";

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
  closed_book_narrow: {
    base: fileOf("pretrain", "closed_book_narrow"),
    arithmetic_verifier: fileOf("train_verifier", "closed_book_narrow_arithmetic"),
  },
  closed_book_deep: {
    base: fileOf("pretrain", "closed_book_deep"),
    arithmetic_verifier: fileOf("train_verifier", "closed_book_deep_arithmetic"),
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
  minutes: "100 to 130 on two cores, all of them, estimated",
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

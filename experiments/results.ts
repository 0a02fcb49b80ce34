/**
 * The results of this repository that can be made again, by name.
 *
 * @module
 */
import { Random, readYaml } from "../lib/core/mod.ts";
import {
  type Arms,
  baselineTables,
  costsTable,
  frameOf,
  framesOfRuns,
  type KeepOptions,
  loadExperiment,
  madeByRuns,
  type Result,
  type ResultParts,
  rowsOf,
  runArms,
  runsOfFrames,
} from "../lib/tracking/mod.ts";
import {
  closedFormsColumns,
  closedFormsTable,
  figureColumns,
  figurePlot,
  figureTable,
  solveClosedForms,
  solveFigure,
} from "./collaboration_game/exact_result.ts";
import { learnCases, learnersColumns, learnersTable } from "./collaboration_game/learned_result.ts";
import { gameValues } from "./collaboration_game/values.ts";
import {
  comparedCheckpoints,
  type ComparedFile,
  comparisonColumns,
  comparisonTable,
} from "./compared_checkpoints.ts";
import { proveCredits } from "./credit_proofs/proof.ts";
import { proofsColumns, proofsTable, proofsValues } from "./credit_proofs/shown.ts";
import { keepScript } from "./keep_script.ts";
import { madeHere } from "./made_here.ts";
import { measuredModels } from "./measured_models.ts";
import { registry } from "./registry.ts";

/** Results by name, which is that of their folder in `experiments` if documents show them. */
export type Results = Readonly<Record<string, Result>>;

/** The folder that results are written to. */
export const RESULTS = "runs/reproduce";

/**
 * The result of an experiment with arms.
 *
 * @param arms The arms.
 * @returns Its result.
 */
export function resultOfArms(arms: Arms): Result {
  return {
    summary: arms.summary,
    numRuns: Object.keys(arms.arms).length * arms.seeds.length,
    async make(keep) {
      const { code, runs, places } = await runArms(arms, { ...keep, registry, seeds: arms.seeds });
      if (code !== 0) return { code };
      return { code, frames: framesOfRuns(runs), madeBy: await madeByRuns(places) };
    },
    show(frames): ResultParts {
      const runs = runsOfFrames(frames);
      return {
        // Every result with arms shows what it cost, and what the same models reach without discussion.
        tables: {
          main: arms.table(runs),
          costs: costsTable(runs),
          ...baselineTables(runs),
          ...arms.tables?.(runs),
        },
        plot: arms.plot?.(runs),
        values: arms.values?.(runs),
      };
    },
  };
}

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

const checkpoints: Result = {
  summary:
    "the committed base models and verifiers, made anew with seed 0 and compared byte by byte",
  numRuns: Object.values(COMMITTED).reduce((sum, models) => sum + Object.keys(models).length, 0),
  async make(keep) {
    const rows: ComparedFile[] = [];
    for (const [world, models] of Object.entries(COMMITTED)) {
      for (const [name, recipe] of Object.entries(models)) {
        const code = await makeCheckpoint(recipe, {
          keep,
          base: `${RESULTS}/checkpoints/${world}/base`,
          saveTo: `${RESULTS}/checkpoints/${world}/${name}`,
        });
        if (code !== 0) return { code };
      }
      rows.push(
        ...await comparedCheckpoints(Object.keys(models).map((name) => `${world}/${name}`), {
          folder: `${RESULTS}/checkpoints`,
          committed: "data/checkpoints",
        }),
      );
    }
    return madeHere("pretrain", { files: frameOf(comparisonColumns, rows) });
  },
  show: (frames) => ({
    tables: { files: comparisonTable(rowsOf(frames, "files", comparisonColumns)) },
  }),
};

async function makeCheckpoint(
  { script, file }: Recipe,
  { keep, base, saveTo }: {
    readonly keep: KeepOptions;
    readonly base: string;
    readonly saveTo: string;
  },
): Promise<number> {
  const layer = file === undefined ? {} : await readYaml(file) as object;
  const settings = script === "pretrain" ? { saveTo } : { base, saveTo };
  return (await keepScript(script, [layer, settings], keep)).code;
}

const creditProofs: Result = {
  summary: "every credit's policy gradient against the exact one, on a game of two agents",
  numRuns: 0,
  make() {
    const proofs = proveCredits(Random.fromSeed(0));
    return madeHere("credit_proofs", { proofs: frameOf(proofsColumns, proofs) });
  },
  show(frames) {
    const proofs = rowsOf(frames, "proofs", proofsColumns);
    return { tables: { proofs: proofsTable(proofs) }, values: proofsValues(proofs) };
  },
};

const collaborationGame: Result = {
  summary: "the paper's game of collaborating or not: Figure 5, closed forms, players that learn",
  numRuns: 0,
  make() {
    const random = Random.fromSeed(0);
    return madeHere("collaboration_game", {
      figure: frameOf(figureColumns, solveFigure(random.split("figure"))),
      closed_forms: frameOf(closedFormsColumns, solveClosedForms()),
      learners: frameOf(learnersColumns, learnCases(random.split("learners"))),
    });
  },
  show(frames) {
    const figure = rowsOf(frames, "figure", figureColumns);
    const forms = rowsOf(frames, "closed_forms", closedFormsColumns);
    const learners = rowsOf(frames, "learners", learnersColumns);
    return {
      tables: {
        figure: figureTable(figure),
        closed_forms: closedFormsTable(forms),
        learners: learnersTable(learners),
      },
      plot: figurePlot(figure),
      values: gameValues({ figure, forms, learners }),
    };
  },
};

/**
 * All results.
 *
 * @returns Results by name: the experiments with arms, and those that need no run.
 */
export async function allResults(): Promise<Results> {
  const all = await Promise.all(
    Object.keys(registry).map(async (name) => {
      const { arms } = await loadExperiment(name, registry);
      return arms ? [[name, resultOfArms(arms)] as const] : [];
    }),
  );
  return {
    ...Object.fromEntries(all.flat()),
    checkpoints,
    pretrain: measuredModels,
    credit_proofs: creditProofs,
    collaboration_game: collaborationGame,
  };
}

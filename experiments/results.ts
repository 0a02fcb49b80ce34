/**
 * The results of this repository that can be made again, by name.
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import {
  armConfigs,
  type Arms,
  type ArmsOptions,
  baselineTables,
  comparedArms,
  costsTable,
  frameOf,
  framesOfRuns,
  loadExperiment,
  madeByRuns,
  type MakeOptions,
  missingNeed,
  reportProgress,
  type Result,
  type ResultParts,
  rowsOf,
  runArms,
  runsOfFrames,
  runsToMake,
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
import { proveCredits } from "./credit_proofs/proof.ts";
import { proofsColumns, proofsTable, proofsValues } from "./credit_proofs/shown.ts";
import { madeHere } from "./made_here.ts";
import { checkpoints } from "./committed_models.ts";
import { comparedVerifiers } from "./compared_verifiers.ts";
import { measuredModels } from "./measured_models.ts";
import { withSpeed } from "./measured_speed.ts";
import { quickSettings } from "./quick_settings.ts";
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
    minutes: arms.minutes,
    numSeeds: arms.seeds.length,
    numRuns: Object.keys(arms.arms).length * arms.seeds.length,
    async make(options) {
      const { code, runs, places } = await runArms(arms, armsOptions(arms, options));
      if (code !== 0) return { code };
      return { code, frames: framesOfRuns(runs), madeBy: await madeByRuns(places), places };
    },
    missing: async () => await missingNeed(arms, await armConfigs(arms, { registry })),
    runsToMake: (options) => runsToMake(arms, armsOptions(arms, options)),
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
        ...(arms.inOverview === false ? {} : { comparisons: comparedArms(runs) }),
        plots: { ...(arms.plot && { picture: arms.plot(runs) }), ...arms.plots?.(runs) },
        values: arms.values?.(runs),
      };
    },
  };
}

const armsOptions = (arms: Arms, options: MakeOptions): ArmsOptions => ({
  ...options,
  registry,
  seeds: arms.seeds.slice(0, options.numSeeds),
  ...(options.isQuick ? { over: (config, script) => quickSettings(script)(config) } : {}),
});

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
    const progress = reportProgress();
    try {
      return madeHere("collaboration_game", {
        figure: frameOf(figureColumns, solveFigure(random.split("figure"))),
        closed_forms: frameOf(closedFormsColumns, solveClosedForms()),
        learners: frameOf(learnersColumns, learnCases(random.split("learners"), { progress })),
      });
    } finally {
      progress.end();
    }
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
      plots: { picture: figurePlot(figure) },
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
  const ofArms: Results = Object.fromEntries(all.flat());
  return {
    ...ofArms,
    scaling_agents: withSpeed(ofArms.scaling_agents!),
    checkpoints,
    pretrain: measuredModels,
    train_verifier: comparedVerifiers,
    credit_proofs: creditProofs,
    collaboration_game: collaborationGame,
  };
}

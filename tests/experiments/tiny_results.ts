/**
 * `deno task reproduce` with a tiny result: an arm, and one that begins with what it has learnt. To be started in a
 * folder with `base`, a base model as `saveTinyBase()` writes it; everything is written there.
 *
 * @module
 */
import { reproduceCommand } from "../../experiments/reproduce.ts";
import { resultOfArms, type Results } from "../../experiments/results.ts";
import { accuracyByArm, accuracyByTurnPlot, pooledSummaries } from "../../lib/tracking/mod.ts";
import { tinyQuickstart } from "./tiny_quickstart.ts";

function tinyResults(): Promise<Results> {
  const tiny = resultOfArms({
    name: "tiny",
    summary: "a tiny result",
    minutes: "0.1 on two cores",
    script: "maporl",
    settings: {
      ...tinyQuickstart("base", { updates: 2, learningRate: 0.05, warmupSteps: 0 }),
      task: { name: "arithmetic", difficulty: 1 },
    },
    arms: {
      "goes on": (runOf) => ({
        seats: [0, 1].map((agent) => ({ initFrom: { run: runOf("learns"), agent } })),
        algorithm: { updates: 1 },
      }),
      "learns": {},
    },
    seeds: [0],
    table: (runs) => accuracyByArm(runs),
    plot: (runs) => accuracyByTurnPlot(pooledSummaries(runs), { title: "Accuracy" }),
  });
  return Promise.resolve({ tiny });
}

if (import.meta.main) Deno.exit(await reproduceCommand(Deno.args, tinyResults));

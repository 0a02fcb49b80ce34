/**
 * What discussions of every size take in seconds and memory, measured beside the runs of scaling_agents.
 *
 * @module
 */
import { Random, resolveConfig } from "../lib/core/mod.ts";
import { startDevice } from "../lib/device/mod.ts";
import { takeQuestions } from "../lib/tasks/mod.ts";
import {
  frameOf,
  loadExperiment,
  type MakeOptions,
  printLine,
  type ProgressReporter,
  readDefaults,
  reportProgress,
  type Result,
  rowsOf,
} from "../lib/tracking/mod.ts";
import { discussionRounds, loadRunParts, measurePeak } from "../lib/training/mod.ts";
import type { MaporlConfig } from "./maporl/config.ts";
import { registry } from "./registry.ts";
import { arms } from "./scaling_agents/arms.ts";
import { ALL_SIZES } from "./scaling_agents/sizes.ts";
import { speedColumns, type SpeedRow, speedTable } from "./scaling_agents/speed.ts";

/** Discussed at once; enough to fill the batches of two agents as well. */
const QUESTIONS = 32;
const REPETITIONS = 3;

/** The settings of off-the-shelf discussions of so many agents. */
async function configOf(numAgents: number): Promise<MaporlConfig> {
  const { experiment } = await loadExperiment("maporl", registry);
  const layers = [await readDefaults(experiment), arms.settings, { discussion: { numAgents } }];
  return resolveConfig(experiment.schema, layers) as MaporlConfig;
}

interface Measuring {
  readonly fewestTurns: number;
  readonly questions: number;
  readonly repetitions: number;
  readonly progress: ProgressReporter;
}

/** The rows of one number of agents, for each number of turns. */
async function measureAgents(
  [numAgents, mostTurns]: readonly [number, number],
  { fewestTurns, questions: count, repetitions, progress }: Measuring,
): Promise<Omit<SpeedRow, "device">[]> {
  const config = await configOf(numAgents);
  const parts = await loadRunParts(config, { run: { checkInputs: () => {} }, seed: 0 });
  try {
    const { signal } = new AbortController();
    const discuss = discussionRounds({ progress, signal, log: printLine }, config, parts);
    const questions = takeQuestions(parts.trained.task.questions("validation"), { count });
    const rows: Omit<SpeedRow, "device">[] = [];
    for (let numTurns = Math.min(fewestTurns, mostTurns); numTurns <= mostTurns; numTurns++) {
      for (let repetition = 0; repetition < repetitions; repetition++) {
        // The same answers each time.
        const round = { questions, numTurns, update: Infinity, random: Random.fromSeed(0) };
        const label = `timing ${numAgents} × ${numTurns}`;
        const { result, peakBytes } = await measurePeak(() => discuss(label, round));
        const peak = peakBytes === null ? null : peakBytes / 2 ** 20;
        const seconds = result.rolloutSeconds;
        rows.push({ numAgents, numTurns, questions: count, repetition, seconds, peak });
      }
    }
    return rows;
  } finally {
    parts.dispose();
  }
}

/**
 * Holds discussions of every size, and measures what each takes. Nothing else should run meanwhile.
 *
 * @param options Whether little is done: the longest discussions, once.
 * @returns A row per size and repetition.
 */
export async function measureSpeed({ isQuick }: Pick<MakeOptions, "isQuick">): Promise<SpeedRow[]> {
  const { name, products } = await startDevice("auto", { dtype: "float32" });
  const device = `${name}, ${products.replace(/ \(.*/, "")}`;
  const extent = isQuick
    ? { fewestTurns: Infinity, questions: 2, repetitions: 1 }
    : { fewestTurns: 1, questions: QUESTIONS, repetitions: REPETITIONS };
  const progress = reportProgress();
  try {
    const rows: SpeedRow[] = [];
    for (const size of ALL_SIZES) {
      const ofAgents = await measureAgents(size, { ...extent, progress });
      rows.push(...ofAgents.map((row) => ({ device, ...row })));
    }
    return rows;
  } finally {
    progress.end();
  }
}

/**
 * A result with the speed of all sizes beside what its runs show.
 *
 * @param result The result of scaling_agents.
 * @returns The same with a further frame and table.
 */
export function withSpeed(result: Result): Result {
  return {
    ...result,
    async make(options) {
      const made = await result.make(options);
      if (made.frames === undefined) return made;
      const speed = frameOf(speedColumns, await measureSpeed(options));
      return { ...made, frames: { ...made.frames, speed } };
    },
    show(frames) {
      const shown = result.show(frames);
      const speed = speedTable(rowsOf(frames, "speed", speedColumns));
      return { ...shown, tables: { ...shown.tables, speed } };
    },
  };
}

/**
 * What the quickstart prints and draws; everything comes from the run's frames.
 *
 * @module
 */
import {
  accuracyByAgent,
  compareSystems,
  type EvaluationRow,
  type EvaluationSummary,
  evaluationTable,
  type EvaluationTableOptions,
  summarise,
  type TurnMetric,
} from "../../lib/evaluation/mod.ts";
import { type Random, yieldToEvents } from "../../lib/core/mod.ts";
import {
  accuracyByTurnPlot,
  agentsTable,
  type AnswersRow,
  type EvaluationsRow,
  type ExperimentContext,
  hasRows,
  type PlotSpec,
  readFrame,
  savePlot,
  strategySharesPlot,
  type Table,
  terminalTable,
  transitionsTable,
  turnsTable,
  verifierTable,
  withoutGainOfOneTurn,
  writeSummary,
} from "../../lib/tracking/mod.ts";
import type { UpdatePlan } from "../../lib/rl/mod.ts";
import type { GroupUpdate } from "../../lib/training/mod.ts";
import { type VerifierMetrics, verifierMetrics } from "../../lib/verifier/mod.ts";
import type { QuickstartConfig } from "./config.ts";

/**
 * One line about an evaluation.
 *
 * @param model Who answered.
 * @param rows Its answers.
 * @param config The run's settings.
 * @returns Mean accuracy at every turn.
 */
export function describeTurns(
  model: string,
  rows: readonly EvaluationsRow[],
  config: QuickstartConfig,
): string {
  const table = evaluationTable(rows.map(toEvaluationRow), evaluatedAs(config));
  const shares = accuracyByAgent(table).map((accuracies) => {
    const known = accuracies.filter((accuracy) => accuracy !== null);
    // At a turn that no discussion reached there is nothing to average.
    return known.length === 0 ? "-" : (known.reduce((a, b) => a + b, 0) / known.length).toFixed(3);
  });
  return `${model}: mean accuracy ${shares.join(" → ")}${
    shares.length > 1 ? " over the turns" : ""
  }`;
}

/** How discussions that stopped early count, and the turns they were planned for: one rule everywhere. */
function evaluatedAs({ evaluation, discussion }: QuickstartConfig) {
  return {
    finished: evaluation.compat === "official" ? "leave_out" as const : "carry" as const,
    numTurns: evaluation.numTurns ?? discussion.numTurns,
  };
}

/**
 * One line about what an update will take.
 *
 * @param group Key of the parameters.
 * @param plan How their updates will be cut.
 * @returns Predicted peak and size of the micro-batches.
 */
export function describePlan(group: string, { peakBytes, maxBatchTokens }: UpdatePlan): string {
  return `${group}: an update is predicted to take ${
    (peakBytes / 2 ** 20).toFixed(0)
  } MiB at its peak, ` +
    `with micro-batches of at most ${maxBatchTokens} tokens`;
}

/**
 * One line about an update.
 *
 * @param update Updates done.
 * @param rows Its answers.
 * @param groups What was trained.
 * @returns Accuracy per turn, strategies of the later turns, divergence, clip fraction.
 */
export function describeUpdate(
  update: number,
  rows: readonly AnswersRow[],
  groups: ReadonlyMap<string, GroupUpdate>,
): string {
  const later = rows.filter(({ turn }) => turn > 0);
  const shares = [...Map.groupBy(later, ({ strategy }) => strategy ?? "none")]
    .map(([strategy, answers]) => [strategy, answers.length / later.length] as const)
    .sort(([, a], [, b]) => b - a)
    .map(([strategy, share]) => `${strategy} ${(100 * share).toFixed(0)} %`);
  const stats = [...groups].map(([key, { stats }]) =>
    `${key}: KL to base ${stats.refKl.toFixed(2)} nats, clipped ${
      (100 * stats.clipFrac).toFixed(1)
    } %, explained variance ${stats.explainedVariance?.toFixed(2) ?? "-"}`
  );
  const accuracy = [...Map.groupBy(rows, ({ turn }) => turn)].sort(([a], [b]) => a - b)
    .map(([, answers]) =>
      (answers.filter(({ correct }) => correct).length / answers.length).toFixed(2)
    );
  return [`update ${update}: accuracy ${accuracy.join(" → ")}`, shares.join(", "), stats.join("; ")]
    .filter((part) => part !== "").join(" · ");
}

/**
 * Tables, plots and summary of a finished run.
 *
 * @param config The run's settings.
 * @param context The run.
 */
export async function reportEvaluation(
  config: QuickstartConfig,
  { run, random, signal, log }: ExperimentContext,
): Promise<void> {
  const rows = (await readFrame(run.file("evaluations.parquet"))).toRecords() as EvaluationsRow[];
  const { updates } = config.algorithm;
  // Validation questions are for choices during training; the tables are of test questions.
  const compared = rows.filter(({ evaluation, update }) =>
    evaluation === "test" && (update === 0 || update === updates)
  );
  const questions = questionsOf(compared);
  const byModel = Object.fromEntries(
    Object.entries(Object.groupBy(compared, ({ model }) => model)).map(([model, answers]) => [
      model,
      answers!.map(toEvaluationRow),
    ]),
  );
  const options = {
    random: random.split("intervals"),
    numResamples: config.evaluation.resamples,
    compat: config.evaluation.compat,
    ...evaluatedAs(config),
  };
  const summaries: Record<string, EvaluationSummary> = {};
  for (const [model, answers] of Object.entries(byModel)) {
    await yieldToEvents(signal);
    summaries[model] = summarise(answers, options);
  }
  const strategies = strategiesTable(compared);
  const verifier = verifierTable(scorerMetrics(compared));
  const difference = differenceTable(byModel, { ...options, questions });
  const accuracy = turnsTable(summaries, "meanAccuracy", { questions });
  const plots = await drawPlots(config, run, summaries);
  const isDiscussion = Object.values(summaries).some(({ numAgents }) => numAgents > 1);
  // Of a single agent, votes and the best of all are its own answers.
  const metrics: readonly TurnMetric[] = isDiscussion
    ? ["vote", "passAtA", "invalidRate", "meanLength"]
    : ["invalidRate", "meanLength"];
  await writeSummary(run, {
    tables: [
      accuracy,
      difference,
      ...metrics.map((metric) => turnsTable(summaries, metric, { questions })),
      transitionsTable(byModel, options),
      ...(isDiscussion ? [agentsTable(byModel, options)] : []),
      strategies,
      verifier,
    ],
    plots,
  });
  for (const table of [strategies, verifier, difference, accuracy].filter(hasRows)) {
    log(`\n${terminalTable(table)}`);
  }
  log(`\nmore tables, plots and frames: ${run.path}/summary.md`);
}

/** Names the questions of a table, such as `test questions of seed 1`. */
function questionsOf(rows: readonly EvaluationsRow[]): string {
  const seeds = [...new Set(rows.map(({ questionSeed }) => questionSeed))];
  return `test questions of seed ${seeds.join(", ")}`;
}

async function drawPlots(
  config: QuickstartConfig,
  run: ExperimentContext["run"],
  summaries: Record<string, EvaluationSummary>,
): Promise<{ file: string; caption: string }[]> {
  const { numQuestions } = config.evaluation;
  const plots: { file: string; caption: string }[] = [];
  const draw = async (name: string, plot: PlotSpec, caption: string) => {
    await savePlot(run, name, plot);
    plots.push({ file: `${name}.png`, caption });
  };
  if (Object.values(summaries).some(({ numTurns }) => numTurns > 1)) {
    await draw(
      "accuracy_by_turn",
      accuracyByTurnPlot(summaries, {
        title: "Accuracy over the turns of a discussion",
        subtitle: `${numQuestions} held-out questions, 95 % intervals over questions`,
      }),
      `Mean accuracy by turn on ${numQuestions} held-out questions, 95 % intervals`,
    );
  }
  if (config.algorithm.updates === 0) return plots;
  const answers = (await readFrame(run.file("answers.parquet")))
    .toRecords() as unknown as AnswersRow[];
  const later = answers.filter(({ turn }) => turn > 0);
  if (later.length > 0) {
    await draw(
      "strategies",
      strategySharesPlot(later, {
        title: "Strategies stated in the later turns",
        subtitle: "share of the training answers of turns 2 and later",
      }),
      "Strategies stated over the updates",
    );
  }
  return plots;
}

function toEvaluationRow(row: EvaluationsRow): EvaluationRow {
  const { questionId, agent, turn, answer, gold, correct, responseLength } = row;
  return { question: questionId, agent, turn, answer, gold, correct, length: responseLength };
}

/** How well scores tell right from wrong: before training, and where training might have fooled them. */
function scorerMetrics(rows: readonly EvaluationsRow[]): Record<string, VerifierMetrics> {
  const lastTurn = Math.max(...rows.map(({ turn }) => turn));
  const groups = Object.groupBy(
    rows.filter(({ turn }) => turn === 0 || turn === lastTurn),
    ({ model, turn }) => `${model}, turn ${turn + 1}`,
  );
  return Object.fromEntries(
    Object.entries(groups).map(([name, answers]) => [
      name,
      verifierMetrics(answers!.map(({ score }) => score), answers!.map(({ correct }) => correct)),
    ]),
  );
}

/** Trained minus untrained, paired by question. */
function differenceTable(
  byModel: Readonly<Record<string, readonly EvaluationRow[]>>,
  options: EvaluationTableOptions & {
    readonly random: Random;
    readonly numResamples: number;
    readonly questions: string;
  },
): Table {
  const [[before, baseRows] = [], ...others] = Object.entries(byModel);
  const rows = others.map(([model, trainedRows]) => {
    const { turns, gain } = compareSystems(trainedRows, baseRows!, options);
    return [`${model} - ${before}`, ...turns.map((turn) => turn.meanAccuracy), gain.meanAccuracy];
  });
  const numTurns = Math.max(0, ...rows.map((row) => row.length - 2));
  return withoutGainOfOneTurn(numTurns, {
    title: `Difference in mean accuracy, paired by question (${options.questions}, 95 % intervals)`,
    columns: [
      { title: "difference" },
      ...Array.from({ length: numTurns }, (_, turn) => ({ title: `turn ${turn + 1}`, digits: 3 })),
      { title: "of last - first", digits: 3 },
    ],
    rows,
  });
}

/**
 * How often each strategy is stated, and how often it leads to a right answer: tells a better choice
 * of strategies from better solving, which would show as a higher accuracy of `again`.
 */
function strategiesTable(rows: readonly EvaluationsRow[]): Table {
  const later = rows.filter(({ turn }) => turn > 0);
  const models = [...new Set(later.map(({ model }) => model))];
  const strategies = [...new Set(later.map(({ strategy }) => strategy ?? "none stated"))].sort();
  return {
    title: "Strategies of the later turns: share of the answers, and accuracy with it",
    columns: [
      { title: "strategy" },
      ...models.flatMap((model) => [
        { title: `${model}: share`, digits: 3 },
        { title: "accuracy", digits: 3 },
      ]),
    ],
    rows: strategies.map((strategy) => [
      strategy,
      ...models.flatMap((model) => {
        const all = later.filter((row) => row.model === model);
        const own = all.filter((row) => (row.strategy ?? "none stated") === strategy);
        const right = own.filter(({ correct }) => correct).length;
        return [
          all.length > 0 ? own.length / all.length : null,
          own.length > 0 ? right / own.length : null,
        ];
      }),
    ]),
  };
}

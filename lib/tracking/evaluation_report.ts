/**
 * Tables, plots and summary of a finished run; everything comes from the run's frames.
 *
 * @module
 */
import { shellQuote, yieldToEvents } from "../core/mod.ts";
import {
  compareWays,
  type EvaluationSummary,
  summarise,
  type SummaryOptions,
  type TurnMetric,
  type WayComparison,
} from "../evaluation/mod.ts";
import { type VerifierMetrics, verifierMetrics } from "../verifier/metrics.ts";
import { differenceTable } from "./difference_table.ts";
import type { DiscussionFormat } from "../discussion/discussion_format.ts";
import { annotatedRows, annotationTable } from "./annotation_table.ts";
import { baselineLines } from "./baseline_lines.ts";
import { baselinesTable } from "./baselines_table.ts";
import { costedAnswers } from "./costed_answers.ts";
import { agentsDiffer, agentsTable, transitionsTable } from "./discussion_tables.ts";
import { answersByModel, askedQuestions, firstAndLast } from "./evaluated_answers.ts";
import type { ExperimentContext } from "./experiment.ts";
import type {
  AnswersRow,
  BaselinesRow,
  EvaluationsRow,
  runSchemas,
  UpdatesRow,
} from "./frame_columns.ts";
import { agreementTable, influenceTable } from "./influence_tables.ts";
import { learningLines, type LearningSettings } from "./learning_lines.ts";
import type { PlotReference } from "./line_plot.ts";
import type { PlotSpec } from "./plot_theme.ts";
import { accuracyByTurnPlot, annotationSharesPlot } from "./plots.ts";
import { readFrame } from "./read_frame.ts";
import { savePlot } from "./render_plot.ts";
import { turnsTable, verifierTable } from "./result_tables.ts";
import type { RunFolder } from "./run_folder.ts";
import { shownDiscussion } from "./shown_discussion.ts";
import { writeSummary } from "./summary.ts";
import { hasRows, terminalTable } from "./tables.ts";
import { waysOfRun } from "./ways_of_run.ts";
import { recordsOf } from "./records_of.ts";

/** What those at a table are called. */
export interface SeatTitles {
  /** Shape [A], the agents. */
  readonly agents: readonly string[];
  /** Shape [A], who scores each; alike where one and the same scores, null where an oracle does. */
  readonly scorers: readonly (string | null)[];
}

/** What a report needs to know besides the frames. */
export interface EvaluationReportOptions extends Omit<SummaryOptions, "random"> {
  /** Updates of the run; 0 = nothing was trained. */
  readonly updates: number;
  /** Bootstrap resamples over questions. */
  readonly numResamples: number;
  /** What the agents of the evaluation are called in tables. */
  readonly titles: SeatTitles;
  /** How the answers of training and of the evaluation are read: tables and plots by annotation. */
  readonly formats: Readonly<Record<"trained" | "evaluated", DiscussionFormat>>;
  /** What the run was set to: where the reward did not rise, what to change is told from it. */
  readonly learning: LearningSettings;
}

/**
 * Writes `summary.md` and the plots of a run whose frames are merged, and prints the main tables.
 *
 * @param context The run; where its own table follows, what it reaches beside baselines is not printed here as well.
 * @param settings Updates, resamples, and how discussions that stopped early count.
 * @returns When everything is on the disk.
 * @throws {RunError} If a frame cannot be read or the disk refuses.
 * @throws {InterruptedError} If the run is to stop.
 */
export async function reportEvaluations(
  { run, random, signal, log, tableFollows = false }: Pick<
    ExperimentContext,
    "run" | "random" | "signal" | "log" | "tableFollows"
  >,
  settings: EvaluationReportOptions,
): Promise<void> {
  const { updates, titles, learning } = settings;
  const options = { ...settings, random: random.split("intervals") };
  const rows = await rowsOf<EvaluationsRow>(run, "evaluations");
  const compared = firstAndLast(rows);
  const questions = questionsOf(compared);
  const byModel = answersByModel(compared);
  const summaries: Record<string, EvaluationSummary> = {};
  for (const [model, answers] of Object.entries(byModel)) {
    await yieldToEvents(signal);
    summaries[model] = summarise(answers, options);
  }
  const annotated = options.formats.evaluated.annotations.slice(0, 1)
    .map((annotation) => annotationTable(compared, annotation));
  const verifier = verifierTable(scorerMetrics(compared, titles.scorers));
  const difference = differenceTable(byModel, { ...options, questions });
  const accuracy = turnsTable(summaries, "meanAccuracy", { questions });
  await yieldToEvents(signal);
  const comparison = await compareWithBaselines(run, compared, options);
  const baselines = baselinesTable(comparison, {
    questions: `${Object.values(summaries)[0]?.numQuestions ?? 0} ${questions}`,
  });
  const trained = updates === 0 ? [] : await rowsOf<AnswersRow>(run, "answers");
  const plots = await drawPlots(run, summaries, {
    trained,
    questions: askedQuestions([{ evaluations: compared }], { test: "held-out" }),
    format: options.formats.trained,
    references: baselineLines(comparison),
  });
  const isDiscussion = Object.values(summaries).some(({ numAgents }) => numAgents > 1);
  // Of a single agent, votes and the best of all are its own answers.
  const metrics: readonly TurnMetric[] = isDiscussion
    ? ["vote", "passAtA", "invalidRate", "meanLength"]
    : ["invalidRate", "meanLength"];
  const agents = agentsTable(byModel, { ...options, titles: titles.agents });
  const isMixed = isDiscussion && agentsDiffer(titles.agents);
  const shown = shownDiscussion(compared, options.formats.evaluated, titles.scorers);
  const learnt = learningLines(
    { evaluations: compared, answers: trained, updates: await rowsOf<UpdatesRow>(run, "updates") },
    { ...learning, scorers: titles.scorers },
  );
  const scored = Object.fromEntries(
    [...Map.groupBy(compared, ({ model }) => model)]
      .map(([model, answers]) => [model, costedAnswers(answers)]),
  );
  await writeSummary(run, {
    text: [
      ...(shown.length > 0 ? [["```", ...shown, "```"].join("\n")] : []),
      ...learnt.alarms,
      ...learnt.notes,
    ].join("\n\n"),
    tables: [
      accuracy,
      baselines,
      ...(isDiscussion ? [agents] : []),
      difference,
      ...metrics.map((metric) => turnsTable(summaries, metric, { questions })),
      transitionsTable(byModel, options),
      ...(isDiscussion
        ? [
          agreementTable(scored, options),
          influenceTable(byModel, { ...options, titles: titles.agents }),
        ]
        : []),
      ...annotated,
      verifier,
    ],
    plots,
  });
  const printed = [
    ...annotated,
    verifier,
    difference,
    accuracy,
    ...(isMixed ? [agents] : []),
    ...(tableFollows ? [] : [baselines]),
  ];
  if (updates > 0) log(`\n${shown.join("\n")}`);
  for (const table of printed.filter(hasRows)) {
    log(`\n${terminalTable(table)}`);
  }
  for (const line of learnt.alarms) log(`\n${line}`);
  log(`\nmore tables, plots and frames: ${run.path}/summary.md`);
  log(`a page with every discussion: deno task view ${shellQuote(run.path)}`);
}

/** All rows of a frame. */
async function rowsOf<Row>(run: RunFolder, frame: keyof typeof runSchemas): Promise<Row[]> {
  return recordsOf(await readFrame(run.file(`${frame}.parquet`))) as Row[];
}

/** Ways of answering of the run's own models; none where they answered in discussions alone. */
async function compareWithBaselines(
  run: RunFolder,
  evaluations: readonly EvaluationsRow[],
  options: SummaryOptions,
): Promise<WayComparison> {
  const baselines = await rowsOf<BaselinesRow>(run, "baselines");
  const random = options.random.split("subsets");
  return compareWays([waysOfRun({ evaluations, baselines }, { ...options, random })], options);
}

/**
 * Names the questions of a table.
 *
 * @param rows Answers to them.
 * @returns `test questions of seed 1`, or of a version where they stand in files.
 */
export function questionsOf(
  rows: readonly Pick<EvaluationsRow, "evaluation" | "update" | "questionSeed">[],
): string {
  const versions = [...new Set(rows.map(({ questionSeed }) => questionSeed))];
  const areSeeds = versions.every((version) => /^\d{1,15}$/.test(version));
  return `${askedQuestions([{ evaluations: rows }])} of ${areSeeds ? "seed" : "version"} ${
    versions.join(", ")
  }`;
}

async function drawPlots(
  run: RunFolder,
  summaries: Record<string, EvaluationSummary>,
  { trained, questions, format, references }: {
    /** Rows of training. */
    readonly trained: readonly AnswersRow[];
    /** What they are called. */
    readonly questions: string;
    readonly format: DiscussionFormat;
    readonly references: readonly PlotReference[];
  },
): Promise<{ file: string; caption: string }[]> {
  const all = Object.values(summaries);
  const numQuestions = Math.max(0, ...all.map((summary) => summary.numQuestions));
  const plots: { file: string; caption: string }[] = [];
  const draw = async (name: string, plot: PlotSpec, caption: string) => {
    await savePlot(run, name, plot);
    plots.push({ file: `${name}.png`, caption });
  };
  if (all.some(({ numTurns }) => numTurns > 1)) {
    await draw(
      "accuracy_by_turn",
      accuracyByTurnPlot(summaries, {
        title: "Accuracy over the turns of a discussion",
        subtitle: `${numQuestions} ${questions}, 95 % intervals over questions`,
        references,
      }),
      `Mean accuracy by turn on ${numQuestions} ${questions}, 95 % intervals`,
    );
  }
  const [annotation] = format.annotations;
  const valued = annotation ? annotatedRows(trained, annotation.name) : [];
  if (annotation && valued.length > 0) {
    const { title } = annotation;
    await draw(
      title.toLowerCase(),
      annotationSharesPlot(
        valued,
        {
          title: `${title} stated in training`,
          subtitle: "share of the training answers of the same turns",
        },
      ),
      `${title} stated over the updates`,
    );
  }
  return plots;
}

/**
 * How well scores tell right from wrong, of each who scores and can be wrong: before training, and where
 * training might have fooled them.
 */
function scorerMetrics(
  rows: readonly EvaluationsRow[],
  titles: SeatTitles["scorers"],
): Record<string, VerifierMetrics> {
  const isOne = new Set(titles).size <= 1;
  const lastTurn = rows.reduce((last, { turn }) => Math.max(last, turn), 0);
  const groups = Map.groupBy(
    rows.filter(({ turn, agent }) => titles[agent] !== null && (turn === 0 || turn === lastTurn)),
    ({ model, turn, agent }) => `${model}, turn ${turn + 1}${isOne ? "" : `, ${titles[agent]}`}`,
  );
  return Object.fromEntries(
    [...groups].map(([name, answers]) => [
      name,
      verifierMetrics(answers.map(({ score }) => score), answers.map(({ correct }) => correct)),
    ]),
  );
}

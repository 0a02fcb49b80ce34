import type { EvaluationSummary, TurnMetric } from "../evaluation/mod.ts";
import type { VerifierMetrics } from "../verifier/metrics.ts";
import { adjustedTable } from "./adjusted_table.ts";
import { repeatedInSummaries } from "./repeated_questions.ts";
import type { Cell, Table, TableColumn } from "./tables.ts";

/**
 * How well verifiers judge held-out answers.
 *
 * @param metrics Metrics by the verifier's name.
 * @returns One row per verifier.
 */
export function verifierTable(metrics: Readonly<Record<string, VerifierMetrics>>): Table {
  return {
    title: "Verifier on held-out answers",
    columns: [
      { title: "verifier" },
      { title: "answers" },
      { title: "share right", digits: 3 },
      { title: "accuracy", digits: 3 },
      { title: "AUROC", digits: 3 },
      { title: "Brier score", digits: 4 },
      { title: "calibration error", digits: 4 },
      { title: "log loss (nats)", digits: 4 },
    ],
    rows: Object.entries(metrics).map(([name, m]) => [
      name,
      m.count,
      m.rightShare,
      m.accuracy,
      m.auroc,
      m.brier,
      m.ece,
      m.logLoss,
    ]),
  };
}

const METRIC_TITLES: Readonly<Record<TurnMetric, string>> = {
  meanAccuracy: "Mean accuracy of the agents",
  vote: "Accuracy of the majority vote",
  passAtA: "Questions that at least one agent has right",
  invalidRate: "Answers that are invalid",
  meanLength: "Length of the answers in tokens",
};

/** A further column of a table, with its cells from the first row to the last. */
export interface FilledColumn extends TableColumn {
  /** One per row. */
  readonly cells: readonly Cell[];
}

/** Options of {@linkcode turnsTable}. */
export interface TurnsTableOptions {
  /** Which questions they are, in words. */
  readonly questions: string;
  /** Columns behind the others. */
  readonly further?: readonly FilledColumn[];
}

/**
 * One metric of several models at every turn, and what the turns added.
 *
 * @param summaries Evaluations by the model's name.
 * @param metric The metric.
 * @param options Which questions they are, in words, and further columns.
 * @returns One row per model, with adjusted p-values of what the turns added and of further differences; turns are
 * counted from 1, as in the paper.
 */
export function turnsTable(
  summaries: Readonly<Record<string, EvaluationSummary>>,
  metric: TurnMetric,
  { questions, further = [] }: TurnsTableOptions,
): Table {
  const all = Object.values(summaries);
  const numTurns = Math.max(0, ...all.map((summary) => summary.numTurns));
  const digits = metric === "meanLength" ? 1 : 3;
  const sizes = [
    ...new Set(
      all.map((summary) => `${summary.numQuestions} ${questions}, A = ${summary.numAgents}`),
    ),
  ];
  const notes = repeatedInSummaries(summaries);
  const table = withoutGainOfOneTurn(numTurns, {
    title: `${METRIC_TITLES[metric]} (${sizes.join("; ")}; 95 % intervals over questions)`,
    columns: [
      { title: "model" },
      ...Array.from({ length: numTurns }, (_, turn) => ({ title: `turn ${turn + 1}`, digits })),
      { title: "last - first", digits },
    ],
    rows: Object.entries(summaries).map(([model, { turns, gain }]) => [
      model,
      ...Array.from({ length: numTurns }, (_, turn) => turns[turn]?.[metric] ?? null),
      gain[metric],
    ]),
    ...(notes.length === 0 ? {} : { caption: notes.join(" ") }),
  });
  return adjustedTable({
    ...table,
    columns: [...table.columns, ...further.map(({ cells: _cells, ...column }) => column)],
    rows: table.rows.map((row, i) => [...row, ...further.map(({ cells }) => cells[i] ?? null)]),
  });
}

/**
 * Leaves out the last column of a table by turns, what the turns added, where there is one turn.
 *
 * @param numTurns Turns of the table.
 * @param table The table; its last column tells the last turn from the first.
 * @returns The table to show.
 */
export function withoutGainOfOneTurn(numTurns: number, table: Table): Table {
  if (numTurns !== 1) return table;
  return {
    ...table,
    columns: table.columns.slice(0, -1),
    rows: table.rows.map((row) => row.slice(0, -1)),
  };
}

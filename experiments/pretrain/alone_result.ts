/**
 * What a base model answers alone, and what it recalls of the world, as frames and tables.
 *
 * @module
 */
import type { RowOf, Table } from "../../lib/tracking/mod.ts";
import type { ModelEvaluation } from "./evaluate.ts";

/** What was asked, and how. */
const askedColumns = {
  model: { type: "text", unit: "", meaning: "folder in data/checkpoints" },
  domain: { type: "text", unit: "", meaning: "what the questions are about" },
  temperature: { type: "float", unit: "factor", meaning: "temperature of the answers; 0 = greedy" },
  questions: { type: "int", unit: "questions", meaning: "validation questions" },
} as const;

/** Columns of the frame of answers: one row per model, domain and temperature. */
export const aloneColumns = {
  ...askedColumns,
  accuracy: { type: "float", unit: "share in [0, 1]", meaning: "right answers" },
} as const;

/** Columns of the frame of facts: one row per model, domain, temperature and quarter of the facts. */
export const recallColumns = {
  ...askedColumns,
  quarter: { type: "int", unit: "from 0", meaning: "which quarter; 0 = the most asked for" },
  timesMean: {
    type: "float",
    unit: "multiple of the mean",
    meaning: "how often pretraining asks for a fact of this quarter",
  },
  stated: { type: "int", unit: "statements", meaning: "facts of this quarter in the answers" },
  right: { type: "float", unit: "share in [0, 1]", meaning: "of these, those stated rightly" },
  guessed: { type: "float", unit: "share in [0, 1]", meaning: "what guessing would reach" },
} as const;

/** How a model was asked. */
export type Asked = RowOf<typeof askedColumns>;
/** What it answered. */
export type AloneRow = RowOf<typeof aloneColumns>;
/** What it recalled. */
export type RecallRow = RowOf<typeof recallColumns>;

/**
 * Rows of one measurement.
 *
 * @param evaluation What was found.
 * @param asked How it was asked.
 * @returns One row of answers, and one of facts per quarter.
 */
export function aloneRows(
  { oneAnswer, facts }: Pick<ModelEvaluation, "oneAnswer" | "facts">,
  asked: Asked,
): { readonly alone: AloneRow; readonly recall: readonly RecallRow[] } {
  return {
    alone: { ...asked, accuracy: oneAnswer },
    recall: facts.map((fact) => ({ ...asked, ...fact })),
  };
}

/**
 * Accuracy of one answer by temperature.
 *
 * @param rows What was answered.
 * @returns One row per model and domain, one column per temperature, in their order.
 */
export function aloneTable(rows: readonly AloneRow[]): Table {
  const temperatures = [...new Set(rows.map(({ temperature }) => temperature))];
  const questions = [...new Set(rows.map((row) => row.questions))];
  return {
    title: `One answer by temperature (${questions.join(", ")} validation questions each)`,
    columns: [
      { title: "model" },
      { title: "domain" },
      ...temperatures.map((temperature) => ({
        title: temperature === 0 ? "greedy" : `temperature ${temperature}`,
        digits: 3,
      })),
    ],
    rows: [...Map.groupBy(rows, ({ model, domain }) => `${model} ${domain}`).values()].map(
      (ofDomain) => [
        ofDomain[0]!.model,
        ofDomain[0]!.domain,
        ...temperatures.map((temperature) =>
          ofDomain.find((row) => row.temperature === temperature)?.accuracy ?? null
        ),
      ],
    ),
    caption: "Entailment has few questions, so that many were asked more than once.",
  };
}

const QUARTERS = ["most asked for", "second", "third", "least asked for"];

/**
 * Facts that were stated rightly, by how often pretraining asks for them.
 *
 * @param rows What was recalled.
 * @returns One row per model, domain and quarter.
 */
export function recallTable(rows: readonly RecallRow[]): Table {
  const temperatures = [...new Set(rows.map(({ temperature }) => temperature))];
  return {
    title: `What the base model recalls, common facts and rare ones (${
      temperatures.map((temperature) => `temperature ${temperature}`).join(", ")
    })`,
    columns: [
      { title: "domain" },
      { title: "quarter of the facts" },
      { title: "asked for in pretraining, times the mean", digits: 3 },
      { title: "stated rightly", digits: 3 },
      { title: "guessing", digits: 3 },
      { title: "statements", digits: 0 },
    ],
    rows: rows.map((row) => [
      row.domain,
      QUARTERS[row.quarter]!,
      row.timesMean,
      row.right,
      row.guessed,
      row.stated,
    ]),
    caption:
      "Each domain's facts are ranked by how often pretraining asks for them, as the task's tailExponent says; " +
      "validation asks for all alike. Of a chain's second fact, rare ones come more often than shown: only those " +
      "come into question that go on from the first. Answers that are no solution are left out.",
  };
}

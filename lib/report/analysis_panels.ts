/**
 * The analyses inside of a page of discussions: one for each model, one for training.
 *
 * @module
 */
import type { Mapping } from "../core/mod.ts";
import {
  answersColumns,
  countingOf,
  evaluatedAnswers,
  evaluationsColumns,
  firstAndLast,
  type Frames,
  rowsOf,
  updatesColumns,
} from "../tracking/mod.ts";
import { type Html, html, trusted } from "./html.ts";
import { modelAnalysis } from "./model_analysis.ts";
import { setName, setTitle, TRAINING } from "./set_names.ts";
import { trainingAnalysis } from "./training_analysis.ts";

/** The analysis of a set of discussions. */
export interface AnalysisPanel {
  /** The set's name in addresses. */
  readonly set: string;
  /** What is shown. */
  readonly html: Html;
}

const { evaluation, model, update, questionId, questionHash, agent, turn } = evaluationsColumns;
const { answer, gold, correct, score, responseLength } = evaluationsColumns;
const evaluatedColumns = {
  ...{ evaluation, model, update, questionId, questionHash, agent, turn },
  ...{ answer, gold, correct, score, responseLength },
};
const { question, trained, boxed, finished, penalties, reward, kl } = answersColumns;
const trainedColumns = {
  ...{ update: answersColumns.update, question, agent, turn, answer, correct, score },
  ...{ trained, boxed, finished, penalties, reward, kl },
};
const { numAnswers, approxKl, clipFrac, lr } = updatesColumns;
const stepsColumns = { update: updatesColumns.update, numAnswers, approxKl, clipFrac, lr };

/**
 * Analyses the discussions of a run.
 *
 * @param frames The run's frames.
 * @param config Its configuration, as `run.json` holds it.
 * @returns A panel for each set of discussions; none of those whose frames lack what it takes, as those of older
 * versions do.
 */
export function analysisPanels(frames: Frames, config: Mapping): AnalysisPanel[] {
  const has = (name: string, columns: object) =>
    Object.keys(columns).every((column) => frames[name]?.columns.includes(column));
  if (!has("evaluations", evaluatedColumns)) return [];
  const evaluated = rowsOf(frames, "evaluations", evaluatedColumns);
  const counting = countingOf(config);
  const sets = Map.groupBy(
    evaluated.map((row) => ({ ...row, source: row.evaluation })),
    setName,
  );
  const panels = [...sets].map(([name, rows]) => {
    const title = setTitle(rows[0]!);
    const answers = evaluatedAnswers(rows).map((row, i) => ({ ...row, score: rows[i]!.score }));
    return panelOf(name, title, modelAnalysis({ name, title, answers }, counting));
  });
  if (!has("answers", trainedColumns) || !has("updates", stepsColumns)) return panels;
  const answers = rowsOf(frames, "answers", trainedColumns);
  if (answers.length === 0) return panels;
  const updates = rowsOf(frames, "updates", stepsColumns);
  const rows = { answers, updates, compared: firstAndLast(evaluated) };
  const place = { source: TRAINING, model: TRAINING, update: 0 };
  return [...panels, panelOf(TRAINING, setTitle(place), trainingAnalysis(rows, config))];
}

function panelOf(set: string, title: string, content: Html): AnalysisPanel {
  // Half of it is the indentation of templates, which a page need not hold for each model.
  const narrow = trusted(content.html.replaceAll(/\n\s+/g, "\n"));
  return { set, html: html`<h2 id="discussion" tabindex="-1">Analysis: ${title}</h2>${narrow}` };
}

import { frameOf, type MakeOptions, type Result, rowsOf } from "../lib/tracking/mod.ts";
import { keepScript, scriptsToMake } from "./keep_script.ts";
import { madeHere } from "./made_here.ts";
import {
  aloneColumns,
  type AloneRow,
  aloneRows,
  aloneTable,
  recallColumns,
  type RecallRow,
  recallTable,
} from "./pretrain/alone_result.ts";
import type { ModelEvaluation } from "./pretrain/evaluate.ts";
import { EVALUATION } from "./pretrain/measure.ts";
import {
  measuredColumns,
  type MeasuredRow,
  measuredRows,
  measuredTable,
  measuredValues,
} from "./pretrain/measured_result.ts";

/** What each committed base model is measured on, and with how many agents: those of its corpus. */
const IN_DISCUSSIONS = {
  hidden_profile: { task: { name: "hidden_profile" }, evaluationAgents: [2, 3, 4] },
  closed_book: { task: { name: "closed_book", of: "both" }, evaluationAgents: [2, 3] },
  closed_book_narrow: { task: { name: "closed_book", of: "both" }, evaluationAgents: [2, 3] },
  closed_book_deep: { task: { name: "closed_book", of: "both" }, evaluationAgents: [2, 3] },
  arithmetic: { task: { name: "arithmetic" }, evaluationAgents: [2, 3] },
};
const QUESTIONS = 512;
/** The paper's. */
const TEMPERATURE = 0.7;
/** Whose single answers are asked for by temperature, and about what. */
const ALONE = [
  { model: "closed_book/base", domain: "arithmetic" },
  { model: "closed_book/base", domain: "entailment" },
  { model: "closed_book_narrow/base", domain: "arithmetic" },
  { model: "closed_book_deep/base", domain: "arithmetic" },
];
const ALONE_QUESTIONS = 1024;
/** Of whose facts it is told how common they were: those of others were ranked otherwise. */
const RECALLING = "closed_book/base";
const TEMPERATURES = [0, TEMPERATURE, 1];

/** How many questions models are asked. */
const asked = (questions: number, { isQuick }: MakeOptions) => isQuick ? 64 : questions;

const inDiscussions = (options: MakeOptions) =>
  Object.entries(IN_DISCUSSIONS).map(([name, measured]) => ({
    ...measured,
    measure: `data/checkpoints/${name}/base`,
    evaluationQuestions: asked(QUESTIONS, options),
    evaluationTemperature: TEMPERATURE,
  }));

const alone = (options: MakeOptions) =>
  ALONE.flatMap(({ model, domain }) =>
    TEMPERATURES.map((temperature) => ({
      task: { name: "closed_book", of: domain },
      measure: `data/checkpoints/${model}`,
      evaluationAgents: [],
      evaluationQuestions: asked(ALONE_QUESTIONS, options),
      evaluationTemperature: temperature,
    }))
  );

const modelOf = ({ measure }: { readonly measure: string }) =>
  measure.replace("data/checkpoints/", "");

/** What was found in a run that measures a model, or its exit code where it did not finish. */
async function evaluationOf(
  settings: object,
  options: MakeOptions,
): Promise<ModelEvaluation | number> {
  const { code, path } = await keepScript("pretrain", [settings], options);
  return code === 0 ? JSON.parse(await Deno.readTextFile(`${path}/${EVALUATION}`)) : code;
}

/** What the committed base models can do, and what sets it. */
export const measuredModels: Result = {
  summary: "what the committed base models can do at the paper's temperature",
  minutes: "about 4 on two cores",
  numRuns: Object.keys(IN_DISCUSSIONS).length + ALONE.length * TEMPERATURES.length,
  runsToMake: (options) =>
    scriptsToMake(
      [...inDiscussions(options), ...alone(options)].map((settings) => ["pretrain", [settings]]),
      options,
    ),
  async make(options) {
    const rows: MeasuredRow[] = [];
    const [aloneFound, recall]: [AloneRow[], RecallRow[]] = [[], []];
    for (const settings of inDiscussions(options)) {
      const found = await evaluationOf(settings, options);
      if (typeof found === "number") return { code: found };
      const { evaluationTemperature, evaluationQuestions } = settings;
      rows.push(...measuredRows(found, {
        temperature: evaluationTemperature,
        questions: evaluationQuestions,
        model: modelOf(settings),
      }));
    }
    for (const settings of alone(options)) {
      const found = await evaluationOf(settings, options);
      if (typeof found === "number") return { code: found };
      const { task, evaluationTemperature: temperature, evaluationQuestions: questions } = settings;
      const model = modelOf(settings);
      const made = aloneRows(found, {
        model,
        domain: task.of,
        temperature,
        questions,
      });
      aloneFound.push(made.alone);
      if (temperature === TEMPERATURE && model === RECALLING) recall.push(...made.recall);
    }
    return madeHere("pretrain", {
      measured: frameOf(measuredColumns, rows),
      alone: frameOf(aloneColumns, aloneFound),
      recall: frameOf(recallColumns, recall),
    });
  },
  show(frames) {
    const rows = rowsOf(frames, "measured", measuredColumns);
    return {
      tables: {
        measured: measuredTable(rows),
        alone: aloneTable(rowsOf(frames, "alone", aloneColumns)),
        recall: recallTable(rowsOf(frames, "recall", recallColumns)),
      },
      values: measuredValues(rows),
    };
  },
};

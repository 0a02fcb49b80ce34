import { frameOf, type KeepOptions, type Result, rowsOf } from "../lib/tracking/mod.ts";
import { keepScript } from "./keep_script.ts";
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
  arithmetic: { task: { name: "arithmetic" }, evaluationAgents: [2, 3] },
};
const QUESTIONS = 512;
/** The paper's. */
const TEMPERATURE = 0.7;
/** Whose single answers are asked for by temperature, and facts by how common they are. */
const ALONE = { model: "closed_book/base", domains: ["arithmetic", "entailment"], questions: 1024 };
const TEMPERATURES = [0, TEMPERATURE, 1];

/** What was found in a run that measures a model, or its exit code where it did not finish. */
async function evaluationOf(
  model: string,
  settings: object,
  keep: KeepOptions,
): Promise<ModelEvaluation | number> {
  const measured = { ...settings, measure: `data/checkpoints/${model}` };
  const { code, path } = await keepScript("pretrain", [measured], keep);
  return code === 0 ? JSON.parse(await Deno.readTextFile(`${path}/${EVALUATION}`)) : code;
}

/** What the committed base models can do, and what sets it. */
export const measuredModels: Result = {
  summary: "what the committed base models can do at the paper's temperature",
  numRuns: Object.keys(IN_DISCUSSIONS).length + ALONE.domains.length * TEMPERATURES.length,
  async make(keep) {
    const rows: MeasuredRow[] = [];
    const [alone, recall]: [AloneRow[], RecallRow[]] = [[], []];
    for (const [name, measured] of Object.entries(IN_DISCUSSIONS)) {
      const how = { evaluationQuestions: QUESTIONS, evaluationTemperature: TEMPERATURE };
      const found = await evaluationOf(`${name}/base`, { ...measured, ...how }, keep);
      if (typeof found === "number") return { code: found };
      const asked = { temperature: TEMPERATURE, questions: QUESTIONS, model: `${name}/base` };
      rows.push(...measuredRows(found, asked));
    }
    const { model, questions } = ALONE;
    for (const domain of ALONE.domains) {
      for (const temperature of TEMPERATURES) {
        const found = await evaluationOf(model, {
          task: { name: "closed_book", of: domain },
          evaluationAgents: [],
          evaluationQuestions: questions,
          evaluationTemperature: temperature,
        }, keep);
        if (typeof found === "number") return { code: found };
        const made = aloneRows(found, { model, domain, temperature, questions });
        alone.push(made.alone);
        if (temperature === TEMPERATURE) recall.push(...made.recall);
      }
    }
    return madeHere("pretrain", {
      measured: frameOf(measuredColumns, rows),
      alone: frameOf(aloneColumns, alone),
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

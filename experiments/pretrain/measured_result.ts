/**
 * What the committed base models can do, as frame and table.
 *
 * @module
 */
import type { ResultValue, RowOf, Table } from "../../lib/tracking/mod.ts";
import type { ModelEvaluation } from "./evaluate.ts";

/** Columns of the frame: one row per model, number of agents and turn. */
export const measuredColumns = {
  model: { type: "text", unit: "", meaning: "folder in data/checkpoints" },
  temperature: { type: "float", unit: "factor", meaning: "temperature of the answers" },
  questions: { type: "int", unit: "questions", meaning: "validation questions" },
  numAgents: {
    type: "int",
    unit: "agents",
    meaning: "agents of the discussion; 0 = no discussion",
  },
  turn: { type: "int", unit: "turns from 0", meaning: "turn of the answers" },
  accuracy: { type: "float", unit: "share in [0, 1]", meaning: "right answers" },
  carriedOut: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "answers that do what they state; empty = none is stated",
    nullable: true,
  },
  copied: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "of the answers that repeat something, those that do it word for word; empty = none",
    nullable: true,
  },
} as const;

/** What was measured of a model at one place. */
export type MeasuredRow = RowOf<typeof measuredColumns>;

/**
 * Rows of one model.
 *
 * @param evaluation What was found.
 * @param how Model, temperature and questions.
 * @returns One row for single answers, and one per number of agents and turn.
 */
export function measuredRows(
  { oneAnswer, turns }: ModelEvaluation,
  how: Pick<MeasuredRow, "model" | "temperature" | "questions">,
): MeasuredRow[] {
  const alone = { numAgents: 0, turn: 0, accuracy: oneAnswer, carriedOut: null, copied: null };
  return [
    { ...how, ...alone },
    ...turns.map(({ numAgents, turn, accuracy, carriedOut, copied }) => ({
      ...how,
      numAgents,
      turn,
      accuracy,
      carriedOut,
      copied,
    })),
  ];
}

/**
 * What base models can do.
 *
 * @param rows What was measured.
 * @returns One row per model, number of agents and turn.
 */
export function measuredTable(rows: readonly MeasuredRow[]): Table {
  const how = [
    ...new Set(
      rows.map(({ questions, temperature }) =>
        `${questions} validation questions, temperature ${temperature}`
      ),
    ),
  ];
  return {
    title: `The committed base models (${how.join("; ")})`,
    columns: [
      { title: "model" },
      { title: "agents" },
      { title: "turn" },
      { title: "right", digits: 3 },
      { title: "strategy carried out", digits: 3 },
      { title: "copies exact", digits: 3 },
    ],
    rows: rows.map(({ model, numAgents, turn, accuracy, carriedOut, copied }) => [
      model,
      numAgents === 0 ? "alone" : `${numAgents}`,
      `${turn + 1}`,
      accuracy,
      carriedOut,
      copied,
    ]),
    caption:
      "Alone, a model is told all that a question tells. The answers before a turn are those that base models " +
      "are pretrained on. Of 512 answers a share near 0.98 is known to 0.01 (95 %).",
  };
}

/**
 * Numbers that text tells.
 *
 * @param rows What was measured.
 * @returns The least and largest share of strategies carried out, by the model's folder.
 */
export function measuredValues(
  rows: readonly MeasuredRow[],
): Readonly<Record<string, ResultValue>> {
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ model }) => model.split("/")[0]!)].flatMap(([name, ofModel]) => {
      const shares = ofModel.flatMap(({ carriedOut }) => carriedOut ?? []);
      return ([["least", Math.min], ["most", Math.max]] as const).map(([which, of]) => [
        `${name}.${which}`,
        {
          value: of(...shares),
          digits: 3,
          meaning: `${which} share of strategies carried out, of all agents and turns (${name})`,
        },
      ]);
    }),
  );
}

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
  carriedOutKnowing: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "of the answers that make up no fact, those that do what they state; empty = none",
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
  const nothingStated = { carriedOut: null, carriedOutKnowing: null, copied: null };
  const alone = { numAgents: 0, turn: 0, accuracy: oneAnswer, ...nothingStated };
  return [
    { ...how, ...alone },
    ...turns.map(({ stated: _, ...shares }) => ({ ...how, ...shares })),
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
      { title: "carried out where no fact is made up", digits: 3 },
      { title: "copies exact", digits: 3 },
    ],
    rows: rows.map((row) => [
      row.model,
      row.numAgents === 0 ? "alone" : `${row.numAgents}`,
      `${row.turn + 1}`,
      row.accuracy,
      row.carriedOut,
      row.carriedOutKnowing,
      row.copied,
    ]),
    caption:
      "Alone, a model is told all that a question tells. In discussions, what agents have said before and the " +
      "verdicts are drawn at random as in pretraining, so that accuracies are not those of real discussions; " +
      "turns whose answers state no strategy are left out. Of 512 answers a share near 0.98 is known to 0.01 (95 %).",
  };
}

/**
 * Numbers that text tells.
 *
 * @param rows What was measured.
 * @returns By the model's folder: the least and largest share of strategies carried out, and the least among answers
 * that make up no fact.
 */
export function measuredValues(
  rows: readonly MeasuredRow[],
): Readonly<Record<string, ResultValue>> {
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ model }) => model.split("/")[0]!)].flatMap(([name, ofModel]) => {
      const all = ofModel.flatMap(({ carriedOut }) => carriedOut ?? []);
      const knowing = ofModel.flatMap(({ carriedOutKnowing }) => carriedOutKnowing ?? []);
      const value = (value: number, meaning: string) => ({ value, digits: 3, meaning });
      const share = `share of strategies carried out, of all agents and turns (${name})`;
      return [
        [`${name}.least`, value(Math.min(...all), `least ${share}`)],
        [`${name}.most`, value(Math.max(...all), `most ${share}`)],
        ...knowing.length === 0 ? [] : [
          [
            `${name}.knowing`,
            value(Math.min(...knowing), `least ${share}, in answers that make up no fact`),
          ],
        ],
      ];
    }),
  );
}

/**
 * Seconds and memory of discussions of every size, as frame and table: what a machine took for them.
 *
 * @module
 */
import { median } from "../../lib/evaluation/mod.ts";
import type { RowOf, Table } from "../../lib/tracking/mod.ts";

/** Columns of the frame: one row per size and repetition. */
export const speedColumns = {
  device: { type: "text", unit: "", meaning: "what computed" },
  numAgents: { type: "int", unit: "agents", meaning: "A, agents of the discussions" },
  numTurns: { type: "int", unit: "turns", meaning: "T, turns of the discussions" },
  questions: { type: "int", unit: "questions", meaning: "questions that were discussed at once" },
  repetition: { type: "int", unit: "from 0", meaning: "which time the same was done" },
  seconds: { type: "float", unit: "s", meaning: "time of all answers and their scores" },
  peak: {
    type: "float",
    unit: "MiB",
    meaning:
      "most memory of tensors and kernels, weights included; empty where the device does not tell",
    nullable: true,
  },
} as const;

/** What discussions of one size took once. */
export type SpeedRow = RowOf<typeof speedColumns>;

/**
 * Seconds per question and peak memory by agents and turns.
 *
 * @param rows What was measured, of one device.
 * @returns One row per size: medians of the repetitions.
 */
export function speedTable(rows: readonly SpeedRow[]): Table {
  const sizes = [
    ...Map.groupBy(rows, ({ numAgents, numTurns }) => `${numAgents} ${numTurns}`).values(),
  ];
  const [first] = rows;
  const counts = [...new Set(rows.map(({ questions }) => questions))];
  return {
    title: "Seconds per question and memory by agents and turns",
    columns: [
      { title: "agents", digits: 0 },
      { title: "turns", digits: 0 },
      { title: "milliseconds per question" },
      { title: "milliseconds per answer" },
      { title: "peak MiB", digits: 0 },
    ],
    rows: sizes.map((ofSize) => {
      const [{ numAgents, numTurns, questions }] = ofSize as [SpeedRow];
      const perQuestion = 1000 * median(ofSize.map(({ seconds }) => seconds)) / questions;
      const peaks = ofSize.flatMap(({ peak }) => peak === null ? [] : [peak]);
      return [
        numAgents,
        numTurns,
        perQuestion,
        perQuestion / (numAgents * numTurns),
        peaks.length === 0 ? null : median(peaks),
      ];
    }),
    ...(first === undefined ? {} : {
      caption:
        `Off the shelf, ${
          counts.join(" and ")
        } validation questions at once, on ${first.device}; medians of ` +
        `${
          new Set(rows.map(({ repetition }) => repetition)).size
        } times. Trained agents compute as much for as ` +
        "many tokens. Scores of the verifier are in it.",
    }),
  };
}

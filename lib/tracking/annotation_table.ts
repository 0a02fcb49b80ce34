import type { AnnotationInfo } from "../discussion/discussion_format.ts";
import { type AnnotatedRow, annotationsOfRow } from "./annotations.ts";
import type { EvaluatedRow } from "./frame_columns.ts";
import type { Table } from "./tables.ts";

/** A row's value of an annotation, and the turns that it counts among. */
export interface AnnotatedValue {
  /** `turn 1` or `later turns`, as what there is to do differs. */
  readonly turns: string;
  /** The value; null where the response does not say. */
  readonly value: string | null;
}

/**
 * The values of an annotation in the later turns, and in the first one where responses state it at all.
 *
 * @typeParam Row What is known of an answer.
 * @param rows Answers.
 * @param name Name of the annotation.
 * @returns The rows of these turns, each with its value.
 */
export function annotatedRows<Row extends AnnotatedRow & { readonly turn: number }>(
  rows: readonly Row[],
  name: string,
): (Row & AnnotatedValue)[] {
  const valued = rows.map((row) => ({
    ...row,
    turns: row.turn === 0 ? "turn 1" : "later turns",
    value: annotationsOfRow(row)[name] ?? null,
  }));
  const isStatedAtFirst = valued.some(({ turn, value }) => turn === 0 && value !== null);
  return valued.filter(({ turn }) => turn > 0 || isStatedAtFirst);
}

/**
 * How often each value of an annotation occurs, and how often it goes with a right answer. Of strategies
 * it tells a better choice from better solving, which would show as a higher accuracy of one of them.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @param annotation The annotation, as the format declares it.
 * @returns One row per value in the first turn and in the later ones, two columns per model; none for a first
 *   turn in which nothing is stated.
 */
export function annotationTable(
  rows: readonly EvaluatedRow[],
  { name, title }: AnnotationInfo,
): Table {
  const valued = annotatedRows(rows, name).sort((a, b) => a.turn - b.turn)
    .map((row) => ({ ...row, value: row.value ?? "none stated" }));
  const models = [...new Set(valued.map(({ model }) => model))];
  const byTurns = Map.groupBy(valued, ({ turns }) => turns);
  return {
    title: `${title}: share of the answers, and accuracy with it`,
    columns: [
      { title: "turns" },
      { title: name },
      ...models.flatMap((model) => [
        { title: `${model}: share`, digits: 3 },
        { title: "accuracy", digits: 3 },
      ]),
    ],
    rows: [...byTurns].flatMap(([turns, ofTurns]) => {
      const values = [...new Set(ofTurns.map(({ value }) => value))].sort();
      return values.map((value) => [
        turns,
        value,
        ...models.flatMap((model) => {
          const all = ofTurns.filter((row) => row.model === model);
          const own = all.filter((row) => row.value === value);
          const right = own.filter(({ correct }) => correct).length;
          return [
            all.length > 0 ? own.length / all.length : null,
            own.length > 0 ? right / own.length : null,
          ];
        }),
      ]);
    }),
  };
}

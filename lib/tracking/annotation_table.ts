import type { AnnotationInfo } from "../discussion/discussion_format.ts";
import { annotationsOfRow } from "./annotations.ts";
import type { EvaluatedRow } from "./frame_columns.ts";
import type { Table } from "./tables.ts";

/**
 * How often each value of an annotation occurs, and how often it goes with a right answer. Of strategies
 * it tells a better choice from better solving, which would show as a higher accuracy of one of them.
 *
 * @param rows Rows of `evaluations.parquet`.
 * @param annotation The annotation, as the format declares it.
 * @returns One row per value in the later turns, two columns per model.
 */
export function annotationTable(
  rows: readonly EvaluatedRow[],
  { name, title }: AnnotationInfo,
): Table {
  const later = rows.filter(({ turn }) => turn > 0)
    .map((row) => ({ ...row, value: annotationsOfRow(row)[name] ?? "none stated" }));
  const models = [...new Set(later.map(({ model }) => model))];
  const values = [...new Set(later.map(({ value }) => value))].sort();
  return {
    title: `${title} of the later turns: share of the answers, and accuracy with it`,
    columns: [
      { title: name },
      ...models.flatMap((model) => [
        { title: `${model}: share`, digits: 3 },
        { title: "accuracy", digits: 3 },
      ]),
    ],
    rows: values.map((value) => [
      value,
      ...models.flatMap((model) => {
        const all = later.filter((row) => row.model === model);
        const own = all.filter((row) => row.value === value);
        const right = own.filter(({ correct }) => correct).length;
        return [
          all.length > 0 ? own.length / all.length : null,
          own.length > 0 ? right / own.length : null,
        ];
      }),
    ]),
  };
}

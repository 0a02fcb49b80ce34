import type { ArmRun } from "./arms.ts";
import type { Table, TableColumn } from "./tables.ts";

/** What one run took; null where its frames do not tell. */
type Costs = readonly (number | null)[];

const COLUMNS: readonly TableColumn[] = [
  { title: "answers trained on", digits: 0 },
  { title: "answers sampled", digits: 0 },
  { title: "k tokens sampled", digits: 0 },
  { title: "k tokens computed", digits: 0 },
  { title: "TFLOP" },
  { title: "seconds", digits: 0 },
  { title: "peak MiB", digits: 0 },
  { title: "evaluation: answers", digits: 0 },
  { title: "evaluation: k tokens sampled", digits: 0 },
  { title: "evaluation: k tokens computed", digits: 0 },
  { title: "evaluation: TFLOP" },
];

const CAPTION =
  "Means of the seeds. In front stands what training took, behind it all evaluations and answers without " +
  "discussion. Tokens that are computed are those of prompts that were not copied, and all that were sampled. " +
  "Operations leave out scoring; seconds of training hold it, and pauses; beside other work they compare nothing. An arm that begins with what another has trained " +
  "shows its own training alone.";
const EMPTY_NOTE =
  "What is empty or left out was not kept when these runs were made, or the device does not tell.";

/**
 * What each arm took to compute.
 *
 * @param runs Finished runs, by seed and arm.
 * @returns One row per arm; cells are empty where a run does not tell, and columns that tell nothing are left out.
 */
export function costsTable(runs: readonly ArmRun[]): Table {
  const arms = [...Map.groupBy(runs, ({ arm }) => arm)].map(([arm, ofArm]) => {
    const costs = ofArm.map((run) => [...costsOfTraining(run), ...costsOfEvaluation(run)]);
    return { arm, seeds: ofArm.length, means: COLUMNS.map((_, column) => meanOf(costs, column)) };
  });
  const told = COLUMNS.map((_, column) => column)
    .filter((column) => arms.some(({ means }) => (means[column] ?? 0) > 0));
  const hasEmpty = arms.some(({ means }) => means.includes(null));
  return {
    title: "What training and evaluation took",
    columns: [
      { title: "arm" },
      { title: "seeds", digits: 0 },
      ...told.map((column) => COLUMNS[column]!),
    ],
    rows: arms.map(({ arm, seeds, means }) => [
      arm,
      seeds,
      ...told.map((column) => means[column]!),
    ]),
    caption: hasEmpty ? `${CAPTION} ${EMPTY_NOTE}` : CAPTION,
  };
}

/** An update has a row for each of its parameters and turn groups, and samples its answers once for all. */
function costsOfTraining({ updates, evaluations }: ArmRun): Costs {
  // Scripts that train without updates of the method keep no rows of them.
  const isTold = updates !== undefined &&
    (updates.length > 0 || evaluations.every(({ update }) => update === 0));
  if (!isTold) return Array(7).fill(null);
  const perUpdate = [...new Map(updates.map((row) => [row.update, row])).values()];
  const peaks = updates.map(({ measuredPeak }) => measuredPeak ?? null);
  const hasPeak = peaks.length > 0 && !peaks.includes(null);
  return [
    sumOf(updates, ({ numAnswers }) => numAnswers),
    sumOf(perUpdate, ({ rolloutAnswers }) => rolloutAnswers),
    thousands(sumOf(perUpdate, ({ rolloutTokens }) => rolloutTokens)),
    thousands(sumOf(perUpdate, ({ rolloutComputedTokens }) => rolloutComputedTokens)),
    teras(plus(
      sumOf(perUpdate, ({ rolloutFlops }) => rolloutFlops),
      sumOf(updates, ({ updateFlops }) => updateFlops),
    )),
    plus(
      sumOf(perUpdate, ({ rolloutSeconds }) => rolloutSeconds),
      sumOf(updates, ({ updateSeconds }) => updateSeconds),
    ),
    hasPeak ? Math.max(...peaks.map(Number)) : null,
  ];
}

function costsOfEvaluation({ evaluations, baselines }: ArmRun): Costs {
  const rows = [...evaluations, ...baselines];
  return [
    rows.length,
    thousands(sumOf(rows, ({ responseLength }) => responseLength)),
    thousands(sumOf(rows, (row) => row.computedPromptTokens + row.responseLength)),
    teras(plus(
      sumOf(rows, ({ promptFlops }) => promptFlops),
      sumOf(rows, ({ responseFlops }) => responseFlops),
    )),
  ];
}

/** Null where a row does not tell. */
function sumOf<Row>(
  rows: readonly Row[],
  value: (row: Row) => number | null | undefined,
): number | null {
  let sum = 0;
  for (const row of rows) {
    const one = value(row);
    if (one === undefined || one === null) return null;
    sum += one;
  }
  return sum;
}

const plus = (a: number | null, b: number | null) => a === null || b === null ? null : a + b;
const thousands = (value: number | null) => value === null ? null : value / 1e3;
const teras = (value: number | null) => value === null ? null : value / 1e12;

function meanOf(costs: readonly Costs[], column: number): number | null {
  const sum = sumOf(costs, (ofRun) => ofRun[column] ?? undefined);
  return sum === null ? null : sum / costs.length;
}

import { differenceOverSeeds, meanOverSeeds, type SeedValues } from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  type Cell,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";
import { accuraciesOf, meanOfSeats, meanOfTwo } from "./accuracies.ts";
import { aloneName, apartName, type BaseName, pairName, PAIRS } from "./bases.ts";

/** What the same two base models reach otherwise, after training. */
const OTHERWISE: readonly (readonly [
  title: string,
  armsOf: (first: BaseName, second: BaseName) => readonly [string, string],
])[] = [
  ["each with its own copy", (first, second) => [pairName(first, first), pairName(second, second)]],
  ["each alone, one answer", (first, second) => [aloneName(first), aloneName(second)]],
  [
    "each trained alone, then together",
    (first, second) => [apartName(first, second), apartName(first, second)],
  ],
];

/**
 * Whether a different partner is worth more than a copy, and training together more than training alone: the mean
 * accuracy of both agents of a pair in the last turn after training, less that of the same two base models elsewhere.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per pair; cells are empty where an arm was not run.
 */
export function partnersTable(runs: readonly ArmRun[]): Table {
  const options = { bounds: { low: 0, high: 1 }, random: seriesRandom() };
  const measured = (arm: string): SeedValues =>
    accuraciesOf(runs, arm, { when: "after", credit: meanOfSeats });
  const rows = PAIRS.flatMap(([first, second]): Cell[][] => {
    const together = measured(pairName(first, second));
    if (together.size === 0) return [];
    return [[
      pairName(first, second),
      meanOverSeeds(together, options),
      ...OTHERWISE.flatMap(([, armsOf]) => {
        const [one, other] = armsOf(first, second);
        const values = meanOfTwo(measured(one), measured(other));
        return [
          meanOverSeeds(values, options),
          differenceOverSeeds(together, values, options),
        ];
      }),
    ]];
  });
  return adjustedTable({
    title: `Mean accuracy of both base models after training, by who they were with (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "pair" },
      { title: "co-trained", digits: 3 },
      ...OTHERWISE.flatMap(([title]) => [
        { title, digits: 3 },
        { title: "co-trained minus that", digits: 3 },
      ]),
    ],
    rows,
    ...(rows.length === 0 ? {} : { caption: seriesNote(runs) }),
  });
}

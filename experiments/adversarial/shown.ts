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
import { ORDINARY, OTHERS, PARTNER, PARTNERS, STATES, valuesOf } from "./losses.ts";

const DIGITS = 3;
const intervals = () => ({ bounds: { low: 0, high: 1 }, random: seriesRandom() });
const mean = (values: SeedValues | undefined): Cell =>
  values === undefined ? null : meanOverSeeds(values, intervals());
const minus = (one: SeedValues | undefined, other: SeedValues | undefined): Cell =>
  one && other ? differenceOverSeeds(one, other, intervals()) : null;

/**
 * What the two others reach in the last turn beside each partner, what that is less than beside an honest one, and
 * what training with such a partner gives back.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per partner and state of the others.
 */
export function lossesTable(runs: readonly ArmRun[]): Table {
  const of = valuesOf(runs, OTHERS);
  const rows = [ORDINARY, ...PARTNERS].flatMap((partner) =>
    STATES.flatMap((state): Cell[][] => {
      const values = of(state, partner);
      if (values === undefined) return [];
      // Who was trained with such a partner is measured against who was trained with an honest one.
      const honest = of(state === "off the shelf" ? state : "trained", ORDINARY);
      return [[
        partner,
        state,
        mean(values),
        partner === ORDINARY ? null : minus(values, honest),
        state === "trained with such" ? minus(values, of("trained", partner)) : null,
      ]];
    })
  );
  return adjustedTable({
    title: `Mean accuracy of the two others in the last turn (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "partner" },
      { title: "the others" },
      { title: "their accuracy", digits: DIGITS },
      { title: "minus beside an honest one", digits: DIGITS },
      { title: "minus trained with an honest one", digits: DIGITS },
    ],
    rows,
    ...(rows.length === 0 ? {} : { caption: seriesNote(runs) }),
  });
}

/**
 * What the partners themselves reach, which tells whether they do what they are for.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per partner, beside others off the shelf.
 */
export function partnersTable(runs: readonly ArmRun[]): Table {
  const of = valuesOf(runs, PARTNER);
  const rows = [ORDINARY, ...PARTNERS].flatMap((partner): Cell[][] => {
    const cells = STATES.map((state) => mean(of(state, partner)));
    return cells.every((cell) => cell === null) ? [] : [[partner, ...cells]];
  });
  return {
    title: `Accuracy of the partner itself in the last turn (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "partner" },
      ...STATES.map((state) => ({ title: `others ${state}`, digits: DIGITS })),
    ],
    rows,
    ...(rows.length === 0 ? {} : { caption: seriesNote(runs) }),
  };
}

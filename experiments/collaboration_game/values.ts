import type { ResultValue } from "../../lib/tracking/mod.ts";
import type { ClosedFormRow, FigureRow } from "./exact_result.ts";
import type { LearnedRow } from "./learned_result.ts";

/** The frames of the game. */
export interface GameFrames {
  /** Places of Figure 5. */
  readonly figure: readonly FigureRow[];
  /** Closed forms. */
  readonly forms: readonly ClosedFormRow[];
  /** Games that players learned. */
  readonly learners: readonly LearnedRow[];
}

/**
 * Numbers of the game that text tells.
 *
 * @param frames Its frames.
 * @returns The numbers by name.
 */
export function gameValues(
  { figure, forms, learners }: GameFrames,
): Readonly<Record<string, ResultValue>> {
  const leads = figure.map(({ joint, against }) => joint - Math.max(...Array.from(against)));
  const lead = "both learn, above the best fixed partner";
  const compared = forms.filter(({ value }) => value !== null);
  const formOf = (name: string) => compared.find(({ form }) => form === name)?.value ?? NaN;
  const lastFirst = learners.filter(({ order }) => order === "last turn first");
  return {
    least_lead: { value: Math.min(...leads), digits: 2, meaning: `${lead}: least of all T and C` },
    most_lead: { value: Math.max(...leads), digits: 2, meaning: `${lead}: most of all T and C` },
    least_soft_lead: {
      value: Math.min(...figure.map(({ lead }) => lead)),
      digits: 2,
      meaning: `${lead} with the same entropy: least of all T and C`,
    },
    most_soft_lead: {
      value: Math.max(...figure.map(({ lead }) => lead)),
      digits: 2,
      meaning: `${lead} with the same entropy: most of all T and C`,
    },
    ln_2: { value: formOf("ln 2"), digits: 3, meaning: "Observation 2 as printed" },
    half_ln_3: { value: formOf("½ ln 3"), digits: 3, meaning: "Observation 2, both learn" },
    farthest_form: {
      value: Math.max(...compared.map(({ value, measured }) => Math.abs(measured - value!))),
      digits: 4,
      meaning: "largest distance of a measured share from its closed form",
    },
    farthest_mean: {
      value: Math.max(...lastFirst.map(({ exact, learned }) => Math.abs(learned - exact))),
      digits: 3,
      meaning: "last turn first: largest distance of a learned mean from the exact one",
    },
  };
}

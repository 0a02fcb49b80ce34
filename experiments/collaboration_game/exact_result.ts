/**
 * Figure 5 and the closed forms of the collaboration game, by backward induction.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import {
  linePlot,
  type LinePoint,
  type PlotSpec,
  type RowOf,
  type Table,
} from "../../lib/tracking/mod.ts";
import {
  closedForms,
  collaboratesAsPrinted,
  type GameSize,
  type Question,
  sampleQuestions,
} from "./game.ts";
import { type Solution, solveAgainst, solveJoint } from "./solve.ts";

/** τ of the paper's equilibrium. */
const TAU = 0.1;
/** π of the paper's fixed partners. */
const PARTNERS: readonly number[] = [0.5, 0.6, 0.7];
/** Questions of Figure 5. */
export const NUM_QUESTIONS = 5000;

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Columns of the frame of Figure 5: one row per T and C. */
export const figureColumns = {
  numTurns: { type: "int", unit: "turns", meaning: "T" },
  threshold: { type: "int", unit: "turns", meaning: "C" },
  joint: {
    type: "float",
    unit: "probability in [0, 1]",
    meaning: "mean probability of a0 at turn 1 where both learn",
  },
  jointError: {
    type: "float",
    unit: "probability",
    meaning: "half of its 95 % interval over questions",
  },
  against: {
    type: "floats",
    unit: "share in [0, 1]",
    meaning: "questions whose best response is a0 at turn 1, by partner: π of 0.5, 0.6 and 0.7",
  },
  softly: {
    type: "floats",
    unit: "probability in [0, 1]",
    meaning:
      "mean probability of a0 at turn 1 of the response with the same entropy bonus, by partner",
  },
  lead: {
    type: "float",
    unit: "probability",
    meaning: "mean, over questions, of both learn less the best of these partners",
  },
  leadError: {
    type: "float",
    unit: "probability",
    meaning: "half of its 95 % interval over questions",
  },
} as const;

/** One place of Figure 5. */
export type FigureRow = RowOf<typeof figureColumns>;

/**
 * Figure 5 by backward induction: T of 10 and 20, C from T − 1 down to ⌊(T − 1) / 2⌋.
 *
 * @param random Draws the questions, the same for all places.
 * @param numQuestions How many.
 * @returns One row per T and C.
 */
export function solveFigure(random: Random, numQuestions: number = NUM_QUESTIONS): FigureRow[] {
  const sizes = [10, 20].flatMap((numTurns) =>
    Array.from(
      { length: numTurns - Math.floor((numTurns - 1) / 2) },
      (_, i): GameSize => ({ numTurns, threshold: numTurns - 1 - i }),
    )
  );
  const longest = { numTurns: 20, threshold: 19 };
  const questions = sampleQuestions(random, numQuestions);
  const joint = questions.map((question) => solveJoint(question, longest, TAU));
  const responses = (tau: number) =>
    PARTNERS.map((partner) =>
      questions.map((question) => solveAgainst(question, longest, { partner, tau }))
    );
  const against = responses(0), softly = responses(TAU);
  return sizes.map(({ numTurns, threshold }) => {
    const chancesOf = (solutions: readonly Solution[]) =>
      solutions.map((solution) => solution.at(numTurns, threshold));
    const chances = chancesOf(joint);
    const soft = softly.map(chancesOf);
    const means = soft.map(meanOf);
    const best = soft[means.indexOf(Math.max(...means))]!;
    const leads = chances.map((chance, i) => chance - best[i]!);
    return {
      numTurns,
      threshold,
      joint: meanOf(chances),
      jointError: errorOf(chances),
      against: against.map((ofPartner) => meanOf(chancesOf(ofPartner))),
      softly: means,
      lead: meanOf(leads),
      leadError: errorOf(leads),
    };
  });
}

/** Half of a 95 % interval of a mean. */
function errorOf(values: readonly number[]): number {
  const center = meanOf(values);
  return 1.96 * Math.sqrt(meanOf(values.map((value) => (value - center) ** 2)) / values.length);
}

/**
 * Figure 5 as a table.
 *
 * @param rows Its places.
 * @returns The table.
 */
export function figureTable(rows: readonly FigureRow[]): Table {
  return {
    title: `Probability of collaborating at turn 1, mean over ${NUM_QUESTIONS} questions`,
    columns: [
      { title: "T" },
      { title: "C" },
      { title: "both learn, τ = 0.1", digits: 3 },
      ...PARTNERS.map((partner) => ({ title: `partner with π = ${partner}`, digits: 3 })),
      { title: `partner with π = ${PARTNERS.at(-1)}, τ = 0.1`, digits: 3 },
      { title: "both learn - the best partner with τ = 0.1", digits: 3 },
    ],
    rows: rows.map((
      { numTurns, threshold, joint, jointError, against, softly, lead, leadError },
    ) => [
      String(numTurns),
      String(threshold),
      { estimate: joint, low: joint - jointError, high: joint + jointError },
      ...Array.from(against),
      Array.from(softly).at(-1)!,
      { estimate: lead, low: lead - leadError, high: lead + leadError },
    ]),
  };
}

/**
 * Figure 5 as a picture of two panels, T = 10 and T = 20.
 *
 * @param rows Its places.
 * @returns A Vega-Lite specification for `renderPlot()`.
 */
export function figurePlot(rows: readonly FigureRow[]): PlotSpec {
  const panels = [10, 20].map((numTurns) => {
    const points = rows.filter((row) => row.numTurns === numTurns).flatMap((row): LinePoint[] => {
      const x = numTurns - 1 - row.threshold;
      return [
        { series: "both learn", x, y: row.joint },
        ...PARTNERS.toReversed().map((partner) => ({
          series: `partner with π = ${partner}`,
          x,
          y: row.against[PARTNERS.indexOf(partner)]!,
        })),
        {
          series: `π = ${PARTNERS.at(-1)}, with entropy`, // the font has no τ
          x,
          y: Array.from(row.softly).at(-1)!,
        },
      ];
    });
    return linePlot({
      title: `Collaboration at turn 1, T = ${numTurns}`,
      subtitle: `${NUM_QUESTIONS} questions, by backward induction`,
      x: { title: "turns to spare, T − 1 − C", format: "d" },
      y: { title: "probability of collaborating", format: ".0%", domain: [0, 0.8] },
      points,
    });
  });
  return { hconcat: panels, spacing: 40 } as PlotSpec;
}

/** Sides of the grid of the closed forms: R_ind by R_col / R_ind. */
const GRID = 300;

/** Columns of the frame of the closed forms. */
export const closedFormsColumns = {
  who: { type: "text", unit: "", meaning: "who learns" },
  form: { type: "text", unit: "", meaning: "closed form; often none" },
  value: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "what the closed form gives; empty without one",
    nullable: true,
  },
  measured: {
    type: "float",
    unit: "share in [0, 1]",
    meaning: "questions on which players collaborate, by backward induction",
  },
} as const;

/** One of the closed forms. */
export type ClosedFormRow = RowOf<typeof closedFormsColumns>;

/**
 * The observations' shares for T = 2 and C = 1, by backward induction on a grid of questions instead of drawn
 * ones, which would be off by 0.002 for 50 000.
 *
 * @returns One row per closed form, and one where both learn with τ = 0.1.
 */
export function solveClosedForms(): ClosedFormRow[] {
  const at = (i: number) => (i + 0.5) / GRID;
  const questions = Array.from({ length: GRID ** 2 }, (_, i): Question => {
    const alone = at(Math.floor(i / GRID));
    return { alone, collaborate: alone * at(i % GRID) };
  });
  const size = { numTurns: 2, threshold: 1 };
  const share = (chance: (question: Question) => number) => meanOf(questions.map(chance));
  const jointly = (tau: number) => share((question) => solveJoint(question, size, tau).at(2, 1));
  return [
    ...PARTNERS.map((partner) => ({
      who: `one, π = ${partner}`,
      form: "π ln((1 + π) / π)",
      value: closedForms.withFixed(partner),
      measured: share((question) => solveAgainst(question, size, { partner }).at(2, 1)),
    })),
    { who: "both, τ = 0.1", form: "", value: null, measured: jointly(0.1) },
    {
      who: "both, τ = 0.001",
      form: "½ ln 3",
      value: closedForms.jointly,
      measured: jointly(0.001),
    },
    {
      who: "Observation 2 as printed",
      form: "ln 2",
      value: closedForms.asPrinted,
      measured: share((question) => Number(collaboratesAsPrinted(question))),
    },
  ];
}

/**
 * The closed forms as a table.
 *
 * @param rows One per closed form.
 * @returns The table.
 */
export function closedFormsTable(rows: readonly ClosedFormRow[]): Table {
  return {
    title: "Questions on which players collaborate, T = 2 and C = 1",
    columns: [
      { title: "who learns" },
      { title: "closed form" },
      { title: "value", digits: 4 },
      { title: "measured", digits: 4 },
    ],
    rows: rows.map(({ who, form, value, measured }) => [who, form, value, measured]),
  };
}

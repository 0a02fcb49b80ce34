/**
 * Does training alone do what training together does? Three who learn in discussions, two, one beside partners who
 * learn nothing, and one that answers by itself, who then sits at the table of three.
 *
 * @module
 */
import { accuracyByArm, type Arms, seatColumns, trainingColumns } from "../../lib/tracking/mod.ts";
import { besideAloneTable } from "./beside_alone.ts";
import { plotOfArms } from "./picture.ts";

/** What is asked, who answers and who scores: all that another world changes. */
const world = {
  task: { name: "closed_book", of: "arithmetic" },
  base: "data/checkpoints/closed_book/base",
  verifier: { kind: "trained", path: "data/checkpoints/closed_book/arithmetic_verifier" },
  sampling: { temperature: 0.7 },
};

const turns = 3;
/** Of every question so many answers are trained on: with these questions an update has 576 in every arm. */
const trainedOn = (answers: number) => ({ questionsPerUpdate: 576 / answers });
const frozen = { frozen: true };
const oneTrained = [{}, frozen, frozen];
/** These models answer without discussion in other arms, or are of two kinds. */
const evaluation = { baselines: { maxAnswers: 0 } };
const begunWith = { "alone, then together": "alone", "alone, then beside others": "alone" };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "single_agent",
  summary: "does training alone do what training together does, at as many trained answers?",
  minutes: "9 to 12 on two cores that do other work too",
  script: "maporl",
  settings: {
    ...world,
    discussion: { numAgents: 3, numTurns: turns },
    algorithm: { turnGroups: "all", trainGroups: ["all"], ...trainedOn(3 * turns) },
  },
  arms: {
    "MAPoRL": {},
    "two co-trained": { discussion: { numAgents: 2 }, algorithm: trainedOn(2 * turns) },
    "one trained, others frozen": { evaluation, seats: oneTrained, algorithm: trainedOn(turns) },
    "alone": { evaluation, discussion: { numAgents: 1, numTurns: 1 }, algorithm: trainedOn(1) },
    "alone, then together": (runOf) => {
      const initFrom = { run: runOf("alone"), agent: 0 };
      return { seats: [{ initFrom }, { initFrom }, { initFrom }], algorithm: { updates: 0 } };
    },
    "alone, then beside others": (runOf) => ({
      evaluation,
      seats: [{ initFrom: { run: runOf("alone"), agent: 0 } }, frozen, frozen],
      algorithm: { updates: 0 },
    }),
  },
  seeds: [0, 1, 2, 3, 4],
  table: (runs) =>
    accuracyByArm(runs, { columns: [...seatColumns(), ...trainingColumns(runs, begunWith)] }),
  tables: (runs) => ({ beside_alone: besideAloneTable(runs) }),
  plot: plotOfArms,
};

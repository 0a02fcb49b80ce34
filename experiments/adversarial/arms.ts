/**
 * One of three is no honest partner: it never gives way, repeats whatever another says, argues for what the verdicts
 * call worst, is praised where it is wrong, or was trained to be wrong besides. What do the others lose off the shelf,
 * after they were trained with each other, and after they were trained with such a partner?
 *
 * @module
 */
import type { Arms, RunOf } from "../../lib/tracking/mod.ts";
import { besideTrained, HONEST, learntWith, PARTNERS } from "./losses.ts";
import { praisedIfWrong, seatOf, TO_BE_WRONG, verifier } from "./seats.ts";
import { lossesTable, partnersTable } from "./shown.ts";

const frozen = { frozen: true };
const learning = (seat: object) => ({
  seats: [{}, {}, seat],
  algorithm: { questionsPerUpdate: 96 },
});
/** Who was trained without such a partner meets one. */
const meeting = (partner: string) => (runOf: RunOf) => {
  const initFrom = { run: runOf(HONEST), agent: 0 };
  return { algorithm: { updates: 0 }, seats: [{ initFrom }, { initFrom }, seatOf(partner, runOf)] };
};

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "adversarial",
  summary:
    "a partner who is stubborn, sycophantic, misleading or wrong and praised: what others lose",
  minutes: "25 to 30 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier,
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 3 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
    // Answers without discussion are measured in other experiments.
    evaluation: { numQuestions: 150, baselines: { maxAnswers: 0 } },
  },
  arms: {
    // The third seat is the base model in all arms: two learn, on as many answers.
    [HONEST]: learning(frozen),
    [TO_BE_WRONG]: {
      seats: [frozen, frozen, praisedIfWrong],
      // On half as many answers as two learn from: after 8 it is still right too often.
      algorithm: { questionsPerUpdate: 96, updates: 16 },
      reward: { horizon: "current", share: "individual" },
    },
    ...Object.fromEntries(PARTNERS.flatMap((partner) => [
      [learntWith(partner), (runOf: RunOf) => learning(seatOf(partner, runOf))],
      [besideTrained(partner), meeting(partner)],
    ])),
  },
  seeds: [0, 1, 2],
  table: lossesTable,
  tables: (runs) => ({ partners: partnersTable(runs) }),
};

/**
 * One of three is no honest partner: it never gives way, repeats whatever another says, argues for what the verdicts
 * call worst, or has its answers scored by somebody who does not know the subject. What do the others lose off the
 * shelf, after they were trained with each other, and after they were trained with such a partner?
 *
 * @module
 */
import type { Arms, RunOf } from "../../lib/tracking/mod.ts";
import { besideTrained, HONEST, learntWith, PARTNERS } from "./losses.ts";
import { lossesTable, partnersTable } from "./shown.ts";

/** The seat of each of them; its model is the base model, and learns nothing. */
const SEATS: Readonly<Record<string, object>> = {
  stubborn: { prefill: ["", "own : me me ."] },
  sycophantic: { prefill: ["", "best : agent1 agent1 ."] },
  misleading: { prefill: ["", "worst :"] },
  "falsely scored": {
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/arithmetic_verifier" },
  },
};
const seatOf = (partner: string) => ({ frozen: true, ...SEATS[partner] });
/** Who was trained without such a partner meets one. */
const meeting = (partner: string) => (runOf: RunOf) => {
  const initFrom = { run: runOf(HONEST), agent: 0 };
  return { algorithm: { updates: 0 }, seats: [{ initFrom }, { initFrom }, seatOf(partner)] };
};

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "adversarial",
  summary: "one stubborn, sycophantic, misleading or falsely scored partner: what the others lose",
  minutes: "about 8 on two cores",
  script: "maporl",
  settings: {
    task: { name: "closed_book", of: "entailment" },
    base: "data/checkpoints/closed_book/base",
    verifier: { kind: "trained", path: "data/checkpoints/closed_book/entailment_verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 3 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
    // Answers without discussion are measured in other experiments.
    evaluation: { numQuestions: 150, baselines: { maxAnswers: 0 } },
  },
  arms: {
    // The third seat is the base model in all arms: two learn, on as many answers.
    [HONEST]: { seats: [{}, {}, { frozen: true }], algorithm: { questionsPerUpdate: 96 } },
    ...Object.fromEntries(PARTNERS.flatMap((partner) => [
      [
        learntWith(partner),
        { seats: [{}, {}, seatOf(partner)], algorithm: { questionsPerUpdate: 96 } },
      ],
      [besideTrained(partner), meeting(partner)],
    ])),
  },
  seeds: [0, 1, 2],
  table: lossesTable,
  tables: (runs) => ({ partners: partnersTable(runs) }),
};

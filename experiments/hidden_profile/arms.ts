/**
 * What is needed to share split evidence: other rewards, partners and sizes of teams, and one model told all.
 *
 * @module
 */
import type { Arms } from "../../lib/tracking/mod.ts";
import { protocolValues } from "./protocol.ts";
import { armsTable, seatTables } from "./tables.ts";

const frozen = { frozen: true };
/** What the base model reaches without discussion is measured in the first arm, once for all teams of its size. */
const evaluation = { baselines: { maxAnswers: 0 } };
const alone = { ...evaluation, numAgents: 1, numTurns: 1 };

/** The experiment, as the command line finds it. */
export const arms: Arms = {
  name: "hidden_profile",
  summary: "who learns to share facts: rewards, partners, and one model that knows them all",
  minutes: "14 to 18 on two cores",
  script: "maporl",
  settings: {
    task: { name: "hidden_profile" },
    base: "data/checkpoints/hidden_profile/base",
    verifier: { kind: "trained", path: "data/checkpoints/hidden_profile/verifier" },
    sampling: { temperature: 0.7 },
    discussion: { numAgents: 3, numTurns: 2 },
    algorithm: { turnGroups: "all", trainGroups: ["all"] },
  },
  arms: {
    "influence-aware": {},
    "cumulative": { evaluation, reward: { share: "individual" } },
    "immediate": { evaluation, reward: { horizon: "current", share: "individual" } },
    "final answer": { evaluation, reward: { horizon: "last", share: "individual" } },
    "the team's final answers": { evaluation, reward: { horizon: "last" } },
    "the team's answers at once": { evaluation, reward: { horizon: "current" } },
    "separate parameters": { evaluation, algorithm: { shareAgents: false } },
    "agent 1 trained, others frozen": { evaluation, seats: [{}, frozen, frozen] },
    "agent 2 trained, others frozen": { evaluation, seats: [frozen, {}, frozen] },
    "agent 3 trained, others frozen": { evaluation, seats: [frozen, frozen, {}] },
    "trained apart, put together": (runOf) => ({
      evaluation,
      algorithm: { updates: 0, shareAgents: false },
      seats: [0, 1, 2].map((agent) => ({
        initFrom: { run: runOf(`agent ${agent + 1} trained, others frozen`), agent },
      })),
    }),
    "script: all tell, then solve": {
      evaluation,
      algorithm: { updates: 0 },
      seats: Array(3).fill({ ...frozen, prefill: ["tell :", "solve :"] }),
    },
    "two agents": { discussion: { numAgents: 2 } },
    "four agents": { discussion: { numAgents: 4 } },
    "one model, all facts": { algorithm: { updates: 0 }, evaluation: alone },
  },
  seeds: [0, 1, 2, 3, 4],
  table: armsTable,
  tables: seatTables,
  values: protocolValues,
};

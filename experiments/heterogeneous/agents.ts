import { differenceOverSeeds, meanOverSeeds } from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  type Cell,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";
import {
  accuraciesOf,
  byVerifiers,
  byVote,
  type CreditOf,
  ofSeat,
  type When,
} from "./accuracies.ts";
import { pairName, PAIRS } from "./bases.ts";

const TURNS = 2;
const TIMES: readonly (readonly [When, string])[] = [["before", "off the shelf"], [
  "after",
  "MAPoRL",
]];

/**
 * What the agents of different base models reach in their discussions, each by itself and both together.
 *
 * @param runs Runs of some or all arms.
 * @returns One row for each agent of a pair and for each way to choose an answer of the pair.
 */
export function agentsTable(runs: readonly ArmRun[]): Table {
  const options = { bounds: { low: 0, high: 1 }, random: seriesRandom() };
  const rows = PAIRS.flatMap(([first, second]): Cell[][] => {
    const pair = pairName(first, second);
    if (!runs.some(({ arm }) => arm === pair)) return [];
    const whose: readonly (readonly [string, CreditOf])[] = [
      [first, ofSeat(0)],
      [second, ofSeat(1)],
      ["vote", byVote],
      ["best by the verifiers", byVerifiers],
    ];
    return whose.map(([name, credit]) => {
      const at = (when: When, turn: number) => accuraciesOf(runs, pair, { when, turn, credit });
      const last = TURNS - 1;
      return [
        pair,
        name,
        ...TIMES.flatMap(([when]) =>
          Array.from({ length: TURNS }, (_, turn) => meanOverSeeds(at(when, turn), options))
        ),
        differenceOverSeeds(at("after", last), at("before", last), options),
      ];
    });
  });
  return adjustedTable({
    title: `Accuracy of each agent, and of an answer chosen from both (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "pair" },
      { title: "whose answer" },
      ...TIMES.flatMap(([, name]) =>
        Array.from({ length: TURNS }, (_, turn) => ({
          title: `${name}, turn ${turn + 1}`,
          digits: 3,
        }))
      ),
      { title: `turn ${TURNS}, MAPoRL - off the shelf`, digits: 3 },
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption:
        `${
          seriesNote(runs)
        } A vote of two that differ is right by half if one of them is right; each verifier scores the ` +
        "answers of its own base model.",
    }),
  });
}

/**
 * What happens between the agents of a discussion: when they agree, and who gives way to whom.
 *
 * @module
 */
import {
  choiceGaps,
  consensusOf,
  type EvaluationRow,
  evaluationTable,
  type EvaluationTableOptions,
  givingWay,
  persuasionGraph,
  type ScoredAnswer,
  type TakenOver,
  type VoteOptions,
  type Yielding,
} from "../evaluation/mod.ts";
import type { AgentsTableOptions } from "./discussion_tables.ts";
import { formatNumber } from "./format_number.ts";
import type { Table } from "./tables.ts";

/** Answers with their scores by the model's name. */
export type ScoredByModel = Readonly<Record<string, readonly (EvaluationRow & ScoredAnswer)[]>>;

/**
 * How often all agents agree, whether rightly, and what a better choice among their answers would gain.
 *
 * @param rowsByModel Answers of an evaluation by the model's name.
 * @param options How votes and discussions that stopped early count.
 * @returns One row per model and turn; below it when discussions first agree.
 */
export function agreementTable(
  rowsByModel: ScoredByModel,
  options: EvaluationTableOptions & VoteOptions = {},
): Table {
  const models = Object.entries(rowsByModel).map(([model, answers]) => {
    const table = evaluationTable(answers, options);
    return { model, consensus: consensusOf(table), gaps: choiceGaps(table, options) };
  });
  return {
    title: "Agreement of all agents, and what choosing among their answers leaves undone",
    columns: [
      { title: "model" },
      { title: "turn", digits: 0 },
      { title: "all agree", digits: 3 },
      { title: "of these right", digits: 3 },
      { title: "any right - vote", digits: 3 },
      { title: "any right - best by score", digits: 3 },
    ],
    rows: models.flatMap(({ model, consensus, gaps }) =>
      consensus.byTurn.map(({ share, right }, turn) => [
        model,
        turn + 1,
        share,
        right,
        gaps[turn]?.voteGap ?? null,
        gaps[turn]?.bestGap ?? null,
      ])
    ),
    caption:
      models.map(({ model, consensus: { reached, meanFirstTurn, firstRight } }) =>
        `${model}: ${formatNumber(reached, 3)} of the discussions come to agree` +
        (meanFirstTurn === null || firstRight === null
          ? ""
          : `, first at turn ${formatNumber(meanFirstTurn + 1, 2)} on average, ${
            formatNumber(firstRight, 3)
          } of them rightly then`)
      ).join("; ") + ".",
  };
}

/**
 * Who gave way, and to whom: sycophancy, stubbornness and the graph of persuasion, as counts over all turns.
 *
 * @param rowsByModel Answers of an evaluation by the model's name.
 * @param options How discussions that stopped early count, and what the agents are called.
 * @returns One row per model and agent; none where no discussion had a second turn or agent.
 */
export function influenceTable(
  rowsByModel: Readonly<Record<string, readonly EvaluationRow[]>>,
  options: AgentsTableOptions = {},
): Table {
  const tables = Object.entries(rowsByModel)
    .map(([model, answers]) => ({ model, table: evaluationTable(answers, options) }))
    .filter(({ table: { numAgents, numTurns } }) => numAgents > 1 && numTurns > 1);
  const agents = Array.from(
    { length: Math.max(0, ...tables.map(({ table }) => table.numAgents)) },
    (_, agent) => ({ agent, title: options.titles?.[agent] ?? `agent ${agent + 1}` }),
  );
  return {
    title: "Who gave way to whom, in counts of answers at all turns but the first",
    columns: [
      { title: "model" },
      { title: "agent" },
      { title: "right: gave way" },
      { title: "right: stood" },
      { title: "wrong: gave way" },
      { title: "wrong: stood" },
      ...agents.map(({ title }) => ({ title: `to ${title}: right, wrong` })),
    ],
    rows: tables.flatMap(({ model, table }) => {
      const graph = persuasionGraph(table);
      return agents.slice(0, table.numAgents).map(({ agent, title }) => {
        const { right, wrong } = givingWay(table, { agent });
        return [
          model,
          title,
          partOf(right, "gaveWay"),
          partOf(right, "stood"),
          partOf(wrong, "gaveWay"),
          partOf(wrong, "stood"),
          ...agents.map(({ agent: speaker }) => {
            const edge = graph.find((edge) => edge.speaker === speaker && edge.listener === agent);
            return edge ? `${moved(edge.rightly)}, ${moved(edge.wrongly)}` : null;
          }),
        ];
      });
    }),
    caption:
      "Gave way, stood: of the right and of the wrong answers to which most of the others had another one. " +
      "To an agent: how often its right, and its wrong answers were taken over, of the times that they disagreed.",
  };
}

function partOf({ count, ...shares }: Yielding, name: "gaveWay" | "stood"): string {
  return `${Math.round((shares[name] ?? 0) * count)}/${count}`;
}

function moved({ moved, disagreed }: TakenOver): string {
  return `${moved}/${disagreed}`;
}

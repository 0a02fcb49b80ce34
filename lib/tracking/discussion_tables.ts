import {
  accuracyByAgent,
  answerTransitions,
  type EvaluationRow,
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
} from "../evaluation/mod.ts";
import type { Table } from "./tables.ts";

/**
 * What became of right and wrong answers from turn to turn, as in the paper's Figures 3 and 4.
 *
 * @param rowsByModel Answers of an evaluation by the model's name.
 * @param options How discussions that stopped early count.
 * @returns One row per model and pair of turns: shares of all answers, of all agents.
 */
export function transitionsTable(
  rowsByModel: Readonly<Record<string, readonly EvaluationRow[]>>,
  options: EvaluationTableOptions = {},
): Table {
  const rows = Object.entries(rowsByModel).flatMap(([model, answers]) => {
    const table = evaluationTable(answers, options);
    return Array.from({ length: table.numTurns - 1 }, (_, turn) => {
      const { all } = answerTransitions(table, { from: turn, to: turn + 1 });
      const shares = all &&
        [all.rightRight, all.wrongRight, all.rightWrong, all.wrongWrong, all.netImproved];
      return [model, `${turn + 1} → ${turn + 2}`, ...shares ?? Array<null>(5).fill(null)];
    });
  });
  return {
    title: "Transitions of the answers between turns, as shares of all answers",
    columns: [
      { title: "model" },
      { title: "turns" },
      { title: "right → right", digits: 3 },
      { title: "wrong → right", digits: 3 },
      { title: "right → wrong", digits: 3 },
      { title: "wrong → wrong", digits: 3 },
      { title: "net improved", digits: 3 },
    ],
    rows,
  };
}

/** Options of {@linkcode agentsTable}. */
export interface AgentsTableOptions extends EvaluationTableOptions {
  /** Shape [A], titles of the columns; default `agent 1` and so on. */
  readonly titles?: readonly string[];
}

/**
 * Whether the agents of a table differ in more than their numbers: then a mean over them hides something.
 *
 * @param titles Shape [A], what they are called, such as `agent 1, small/base`.
 * @returns True if one is called by more than its number.
 */
export function agentsDiffer(titles: readonly string[]): boolean {
  return titles.some((title, agent) => title !== `agent ${agent + 1}`);
}

/**
 * Accuracy of each agent at each turn.
 *
 * @param rowsByModel Answers of an evaluation by the model's name.
 * @param options How discussions that stopped early count, and what the agents are called.
 * @returns One row per model and turn, one column per agent.
 */
export function agentsTable(
  rowsByModel: Readonly<Record<string, readonly EvaluationRow[]>>,
  options: AgentsTableOptions = {},
): Table {
  const tables: [string, EvaluationTable][] = Object.entries(rowsByModel)
    .map(([model, answers]) => [model, evaluationTable(answers, options)]);
  const numAgents = Math.max(0, ...tables.map(([, table]) => table.numAgents));
  return {
    title: "Accuracy of each agent",
    columns: [
      { title: "model" },
      { title: "turn", digits: 0 },
      ...Array.from({ length: numAgents }, (_, agent) => ({
        title: options.titles?.[agent] ?? `agent ${agent + 1}`,
        digits: 3,
      })),
    ],
    rows: tables.flatMap(([model, table]) =>
      accuracyByAgent(table).map((accuracies, turn) => [
        model,
        turn + 1,
        ...Array.from({ length: numAgents }, (_, agent) => accuracies[agent] ?? null),
      ])
    ),
  };
}

import { Random } from "../core/mod.ts";
import {
  compareSystems,
  type EvaluationRow,
  type EvaluationSummary,
  type EvaluationTableOptions,
  summarise,
  summariseSeeds,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import type { Counting } from "./counting.ts";
import { answersByModel, askedQuestions, firstAndLast } from "./evaluated_answers.ts";
import { withoutGainOfOneTurn } from "./result_tables.ts";
import type { Cell, Table } from "./tables.ts";

/**
 * Mean accuracy before and after training, turn by turn, what the turns add, and by how much training
 * raised the last turn.
 *
 * @param runs Runs of one arm or several.
 * @param options How discussions that stopped early count.
 * @returns One row per run and model, the untrained one first.
 */
export function accuracyBySeed(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Table {
  const hasArms = new Set(runs.map(({ arm }) => arm)).size > 1;
  const rows = runs.flatMap((run) => rowsOf(run, { ...options, hasArms }));
  const numTurns = Math.max(0, ...rows.map(({ turns }) => turns.length));
  const all: Cell[][] = rows.map(({ names, turns, gain, difference }) => [
    ...names,
    ...Array.from({ length: numTurns }, (_, turn) => turns[turn]?.meanAccuracy ?? null),
    difference,
    gain.meanAccuracy,
  ]);
  const questions = askedQuestions(runs, { test: "held-out" });
  return withoutGainOfOneTurn(numTurns, {
    title: `Mean accuracy on ${questions} (95 % intervals over questions)`,
    columns: [
      ...(hasArms ? [{ title: "arm" }] : []),
      { title: "seed", digits: 0 },
      { title: "model" },
      ...Array.from({ length: numTurns }, (_, turn) => ({ title: `turn ${turn + 1}`, digits: 3 })),
      { title: "last turn: trained - untrained", digits: 3 },
      { title: "last - first", digits: 3 },
    ],
    rows: all,
  });
}

interface RunRow extends Pick<EvaluationSummary, "turns" | "gain"> {
  readonly names: readonly Cell[];
  readonly difference: Cell;
}

function rowsOf(
  { arm, seed, evaluations, counting }: ArmRun,
  { hasArms, ...options }: EvaluationTableOptions & { readonly hasArms: boolean },
): RunRow[] {
  const byModel = answersByModel(firstAndLast(evaluations));
  const drawn = { ...counting, ...options, random: Random.fromSeed(seed).split("intervals") };
  const [before = []] = Object.values(byModel);
  return Object.entries(byModel).map(([model, answers], i) => {
    const { turns, gain } = summarise(answers, drawn);
    const compared = i === 0 ? undefined : compareSystems(answers, before, drawn);
    return {
      names: [...(hasArms ? [arm] : []), seed, model],
      turns,
      gain,
      difference: compared?.turns.at(-1)?.meanAccuracy ?? null,
    };
  });
}

/**
 * Every model's evaluation over all seeds together, with intervals for new training runs where there are several.
 *
 * @param runs Runs of one arm or several.
 * @param options How discussions that stopped early count.
 * @returns Summaries by the model's name, with the arm's where there are several.
 */
export function pooledSummaries(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Readonly<Record<string, EvaluationSummary>> {
  const hasArms = new Set(runs.map(({ arm }) => arm)).size > 1;
  const pooled = new Map<string, { counting?: Counting; bySeed: Map<number, EvaluationRow[]> }>();
  for (const { arm, seed, evaluations, counting = {} } of runs) {
    for (const [model, answers] of Object.entries(answersByModel(firstAndLast(evaluations)))) {
      const name = hasArms ? `${arm}: ${model}` : model;
      const { bySeed = new Map<number, EvaluationRow[]>() } = pooled.get(name) ?? {};
      pooled.set(name, { counting, bySeed: bySeed.set(seed, answers) });
    }
  }
  const random = Random.fromSeed(0).split("intervals");
  return Object.fromEntries(
    [...pooled].map(([name, { counting, bySeed }]) => [
      name,
      summariseSeeds(bySeed, { ...counting, ...options, random }),
    ]),
  );
}

import { Random } from "../core/mod.ts";
import {
  compareSystems,
  type EvaluationRow,
  type EvaluationTableOptions,
  summarise,
} from "../evaluation/mod.ts";
import type { ArmRun } from "./arms.ts";
import { answersByModel, firstAndLast } from "./evaluated_answers.ts";
import { formatNumber } from "./format_number.ts";
import type { Cell, Table } from "./tables.ts";

/** Places after the point of an accuracy. */
const DIGITS = 3;

/**
 * Mean accuracy in the last turn, before training and after, of every arm over all its seeds, and how far the
 * trained one is from that of the first arm.
 *
 * Intervals are over the questions of all seeds; how much seeds differ is shown beside them.
 *
 * @param runs Runs of several arms, those of one seed on the same questions.
 * @param options How discussions that stopped early count.
 * @returns One row per arm, in the order of the runs.
 */
export function accuracyByArm(
  runs: readonly ArmRun[],
  options: EvaluationTableOptions = {},
): Table {
  const arms = [...Map.groupBy(runs, ({ arm }) => arm)];
  const drawn = { ...options, random: Random.fromSeed(0).split("intervals") };
  const meanOf = (answers: readonly EvaluationRow[]) =>
    summarise(answers, drawn).turns[0]!.meanAccuracy;
  const trainedBySeed = arms.map(([, ofArm]) =>
    new Map(ofArm.map((run) => [run.seed, lastTurns(run).at(-1)!]))
  );
  const rows = arms.map(([arm, ofArm], a): Cell[] => {
    const trained = trainedBySeed[a]!;
    const shares = [...trained.values()].map((answers) => meanOf(answers)!.estimate);
    const shared = [...trained.keys()].filter((seed) => trainedBySeed[0]!.has(seed));
    const pooled = (bySeed: ReadonlyMap<number, EvaluationRow[]>) =>
      shared.flatMap((seed) => bySeed.get(seed)!);
    const compared = a === 0 || shared.length === 0
      ? undefined
      : compareSystems(pooled(trained), pooled(trainedBySeed[0]!), drawn);
    return [
      arm,
      trained.size,
      meanOf(ofArm.flatMap((run) => lastTurns(run)[0]!)),
      meanOf([...trained.values()].flat()),
      `${formatNumber(Math.min(...shares), DIGITS)} to ${
        formatNumber(Math.max(...shares), DIGITS)
      }`,
      compared?.turns[0]?.meanAccuracy ?? null,
    ];
  });
  return {
    title: "Mean accuracy in the last turn on held-out questions (95 % intervals over questions)",
    columns: [
      { title: "arm" },
      { title: "seeds", digits: 0 },
      { title: "before training", digits: DIGITS },
      { title: "after", digits: DIGITS },
      { title: "least and most of a seed" },
      { title: `after - ${arms[0]?.[0] ?? "the first arm"}`, digits: DIGITS },
    ],
    rows,
  };
}

/** Answers of the last turn, as those of an only one, of the untrained model and of the most trained one. */
function lastTurns({ seed, evaluations }: ArmRun): EvaluationRow[][] {
  return Object.values(answersByModel(firstAndLast(evaluations))).map((answers) => {
    const lastOf = new Map<string | number, number>(); // a discussion that stopped early ends there
    for (const { question, turn } of answers) {
      lastOf.set(question, Math.max(turn, lastOf.get(question) ?? 0));
    }
    return answers.filter(({ question, turn }) => turn === lastOf.get(question))
      .map((row) => ({ ...row, turn: 0, question: `${seed} ${row.question}` }));
  });
}

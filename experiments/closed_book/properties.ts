import { Random } from "../../lib/core/mod.ts";
import {
  bootstrapDifference,
  bootstrapMean,
  type ComparedWay,
  drawResamples,
  questionKey,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  type Cell,
  comparedArms,
  repeatedQuestionsBy,
  type Table,
} from "../../lib/tracking/mod.ts";

/** Arms in which the base model's first answers are measured. */
const MEASURED = /, first answers$/;
const DIGITS = 3;
const SHARES = { bounds: { low: 0, high: 1 } };

/**
 * Whether a run measures the base model's first answers and trains nothing.
 *
 * @param run A run of the experiment.
 * @returns True for those that {@linkcode propertiesTable} is made from.
 */
export function isMeasured({ arm }: ArmRun): boolean {
  return MEASURED.test(arm);
}

/**
 * What the world is like before any discussion: how often the base model is right and whether that is for want of
 * knowledge or of care (greedy answers), how well the verifier tells right from wrong, what choosing could reach,
 * and whether agents err in different places.
 *
 * @param runs Runs of all arms; those that measure first answers count.
 * @returns One row per domain.
 */
export function propertiesTable(runs: readonly ArmRun[]): Table {
  const measured = runs.filter((run) => isMeasured(run));
  const rows = [...comparedArms(measured)].map(([arm, { all }]): Cell[] => {
    const { ways } = all;
    const wayOf = (name: RegExp) =>
      ways.find(({ way, kind }) => kind !== "trained" && name.test(way));
    const sampled = wayOf(/^one answer, as sampled/);
    const greedy = wayOf(/^one answer, greedy/);
    return [
      arm.replace(MEASURED, ""),
      sampled?.accuracy ?? null,
      sampled && greedy ? differenceOf(greedy, sampled) : null,
      wayOf(/^best of 3, by the verifier/)?.accuracy ?? null,
      wayOf(/^best of 3, by an oracle/)?.accuracy ?? null,
      shareOf(measured.filter((run) => run.arm === arm), verdictsRight),
      shareOf(measured.filter((run) => run.arm === arm), wrongBesideRight),
    ];
  });
  const notes = repeatedQuestionsBy(measured, ({ arm }) => arm.replace(MEASURED, ""));
  const column = (title: string) => ({ title, digits: DIGITS });
  return adjustedTable({
    title: "The base model's first answers to validation questions (95 % intervals over questions)",
    columns: [
      { title: "domain" },
      column("one answer"),
      column("greedy - sampled"),
      column("best of 3 by the verifier"),
      column("best of 3 by an oracle"),
      column("verdicts that are right"),
      column("questions with a wrong answer and a right one, of those with a wrong one"),
    ],
    rows,
    ...(notes.length === 0 ? {} : { caption: notes.join(" ") }),
  });
}

type Answers = ArmRun["evaluations"];

function differenceOf(a: ComparedWay, b: ComparedWay): Cell {
  const resamples = drawResamples(a.questions, {
    random: Random.fromSeed(0).split("intervals"),
  });
  return bootstrapDifference(a.creditsQ, b.creditsQ, { ...SHARES, resamples });
}

/** Mean over the questions of all seeds of a share that first answers to one question have. */
function shareOf(
  runs: readonly ArmRun[],
  shareOfQuestion: (answers: Answers) => number | null,
): Cell {
  const values = new Map(runs.flatMap(({ seed, evaluations }) => {
    const model = evaluations[0]?.model; // nothing is trained: it is measured twice
    const answers = evaluations.filter((row) => row.model === model);
    const byQuestion = Map.groupBy(
      answers,
      ({ questionId, questionHash }) => `${seed} ${questionKey(questionId, questionHash)}`,
    );
    return [...byQuestion].map(([question, rows]) => [question, shareOfQuestion(rows)] as const);
  }));
  const resamples = drawResamples([...values.keys()], {
    random: Random.fromSeed(0).split("intervals"),
  });
  return bootstrapMean([...values.values()], resamples, SHARES);
}

function verdictsRight(answers: Answers): number {
  return shareWhere(answers, ({ score, correct }) => (score > 0.5) === correct);
}

/** Null where no answer is wrong. */
function wrongBesideRight(answers: Answers): number | null {
  const wrong = answers.filter(({ correct }) => !correct);
  return wrong.length === 0 ? null : wrong.length < answers.length ? 1 : 0;
}

function shareWhere<Row>(rows: readonly Row[], isWanted: (row: Row) => boolean): number {
  return rows.filter(isWanted).length / rows.length;
}

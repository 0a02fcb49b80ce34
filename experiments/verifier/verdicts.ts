import {
  differenceOverSeeds,
  meanOverSeeds,
  questionKey,
  type QuestionValues,
  type SeedValues,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  type Cell,
  firstAndLast,
  plotsBeside,
  type PlotSpec,
  reliabilityPlot,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";
import { nameOf, WITH } from "./series.ts";

type Answers = ArmRun["evaluations"];

/** A verdict says "right" above it. */
const HALF = 0.5;
const OPTIONS = { bounds: { low: 0, high: 1 }, random: seriesRandom() };

/**
 * How often verdicts are right (the paper's Table 6), turn by turn, before training and after it, and by how much
 * scores promise more than is right: what grows where answers are learnt that please the verifier alone.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per arm and model.
 */
export function verdictsTable(runs: readonly ArmRun[]): Table {
  const asked = runs.map((run) => ({ ...run, evaluations: firstAndLast(run.evaluations) }));
  const numTurns = asked.reduce(
    (most, { evaluations }) => evaluations.reduce((n, { turn }) => Math.max(n, turn + 1), most),
    0,
  );
  const shown = new Set<string>();
  const rows = [...Map.groupBy(asked, ({ arm }) => arm)].flatMap(([arm, ofArm]) => {
    const models = new Set(ofArm.flatMap(({ evaluations }) => evaluations.map((row) => row.model)));
    const [before] = models;
    return [...models].flatMap((model): Cell[][] => {
      const name = nameOf(arm, model);
      if (shown.has(name)) return [];
      shown.add(name);
      const right = (of: string, turn?: number) => valuesOf(ofArm, { model: of, turn }, isRight);
      return [[
        name,
        ...Array.from(
          { length: numTurns },
          (_, turn) => meanOverSeeds(right(model, turn), OPTIONS),
        ),
        meanOverSeeds(right(model), OPTIONS),
        model === before ? null : differenceOverSeeds(right(model), right(before!), OPTIONS),
        meanOverSeeds(valuesOf(ofArm, { model }, promised), {
          ...OPTIONS,
          bounds: { low: -1, high: 1 },
        }),
      ]];
    });
  });
  const column = (title: string) => ({ title, digits: 3 });
  return adjustedTable({
    title:
      "How often the verifier is right about an answer (a score above one half says so; 95 % intervals)",
    columns: [
      { title: "discussions" },
      ...Array.from({ length: numTurns }, (_, turn) => column(`turn ${turn + 1}`)),
      column("all turns"),
      column("all turns - before training"),
      column("mean score - accuracy"),
    ],
    rows,
    ...(rows.length === 0 ? {} : { caption: seriesNote(runs, ({ arm }) => arm.split(", ")[0]!) }),
  });
}

/**
 * Whether scores of last answers are probabilities, before training and after it, for each domain where the verifier
 * is paid for.
 *
 * @param runs Runs of some or all arms.
 * @returns The picture, a panel for each domain.
 */
export function calibrationPlot(runs: readonly ArmRun[]): PlotSpec {
  const paid = runs.filter(({ arm }) => arm.endsWith(`, ${WITH}`));
  const panels = [...Map.groupBy(paid, ({ arm }) => arm)].map(([arm, ofArm]) => {
    const answers = ofArm.flatMap((run) => {
      const rows = firstAndLast(run.evaluations);
      const last = rows.reduce((most, { turn }) => Math.max(most, turn), 0);
      return rows.filter(({ turn }) => turn === last);
    });
    const groups = [...Map.groupBy(answers, ({ update }) => update > 0)].map((
      [isTrained, rows],
    ) => ({
      name: isTrained ? "after training" : "before",
      answers: rows,
    }));
    return reliabilityPlot(groups, { title: arm.split(", ")[0]! });
  });
  return plotsBeside(panels, {
    title: "Scores of last answers, and how many of these are right",
    subtitle: `${askedQuestions(paid)}; on the dashed line scores are probabilities`,
  });
}

const isRight = ({ score, correct }: Answers[number]) => Number((score > HALF) === correct);
const promised = ({ score, correct }: Answers[number]) => score - Number(correct);

/** The mean of a measurement over the answers to each question, by seed. */
function valuesOf(
  runs: readonly ArmRun[],
  { model, turn }: { readonly model: string; readonly turn?: number | undefined },
  measure: (answer: Answers[number]) => number,
): SeedValues {
  return new Map(runs.map(({ seed, evaluations }): [number, QuestionValues] => {
    const answers = evaluations.filter((row) =>
      row.model === model && (turn === undefined || row.turn === turn)
    );
    const means = [
      ...Map.groupBy(
        answers,
        ({ questionId, questionHash }) => questionKey(questionId, questionHash),
      ),
    ].map(
      ([question, ofQuestion]): [string, number] => [
        question,
        ofQuestion.reduce((sum, row) => sum + measure(row), 0) / ofQuestion.length,
      ],
    );
    return [seed, new Map(means)];
  }));
}

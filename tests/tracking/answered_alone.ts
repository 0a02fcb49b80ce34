/**
 * Runs whose models also answered without discussion.
 *
 * @module
 */
import type { ArmRun, BaselinesRow, EvaluationsRow, Table } from "../../lib/tracking/mod.ts";
import { evaluationsRow } from "./evaluations_row.ts";

export const NUM_QUESTIONS = 40;
export const places = [...Array(NUM_QUESTIONS).keys()];

/** Answers of two agents over two turns; `isRight` of question, turn and agent. */
export function discussed(
  model: string,
  update: number,
  isRight: (question: number, turn: number, agent: number) => boolean,
): EvaluationsRow[] {
  return places.flatMap((question) =>
    [0, 1].flatMap((turn) =>
      [0, 1].map((agent): EvaluationsRow => {
        const correct = isRight(question, turn, agent);
        const row = evaluationsRow({ model, update, question, turn, correct });
        return { ...row, agent, promptLength: 10, computedPromptTokens: 5, responseLength: 4 };
      })
    )
  );
}

/** First answers of the untrained model, so many samples of each agent. */
export function alone(
  method: string,
  numSamples: number,
  isRight: (question: number, index: number) => boolean,
): BaselinesRow[] {
  return places.flatMap((question) =>
    Array.from({ length: 2 * numSamples }, (_, index): BaselinesRow => ({
      ...evaluationsRow({
        model: "off-the-shelf",
        update: 0,
        question,
        turn: 0,
        correct: isRight(question, index),
      }),
      method,
      sample: Math.floor(index / 2),
      agent: index % 2,
      promptLength: 10,
      computedPromptTokens: 2,
      responseLength: 4,
      promptFlops: 2e9,
      responseFlops: 1e9,
    }))
  );
}

/**
 * Untrained answers are right every second time. Trained ones are right at the last turn, but of agent 0 in
 * every fourth question; greedy ones are right in every question of `greedy`.
 */
export function run(seed: number, greedy: (question: number) => boolean): ArmRun {
  return {
    arm: "MAPoRL",
    seed,
    evaluations: [
      ...discussed("off-the-shelf", 0, (question) => question % 2 === 0),
      ...discussed(
        "MAPoRL",
        2,
        (question, turn, agent) =>
          turn === 0 ? question % 2 === 0 : agent === 1 || question % 4 > 0,
      ),
    ],
    baselines: [
      ...alone("sampled", 5, (question, index) => (question + index) % 2 === 0),
      ...alone("greedy", 1, greedy),
    ],
  };
}

export const renamed = <Row extends { questionId: string; questionHash: string }>(
  rows: readonly Row[],
) =>
  rows.map((row) => ({
    ...row,
    questionId: `other ${row.questionId}`,
    questionHash: `other ${row.questionHash}`,
  }));

/** A run of twice as many questions, which come out alike. */
export const twice = ({ evaluations, baselines, ...run }: ArmRun): ArmRun => ({
  ...run,
  evaluations: [...evaluations, ...renamed(evaluations)],
  baselines: [...baselines, ...renamed(baselines)],
});

export const cellsOf = (table: Table, way: string, model: string) =>
  table.rows.find((row) => row[0] === model && row[1] === way)!;

export const formatEnds = (cell: unknown) => {
  const { low, high } = cell as { low: number; high: number };
  return `[${low.toFixed(3)}, ${high.toFixed(3)}]`;
};

/**
 * Rows of `evaluations.parquet`, for tests.
 *
 * @module
 */
import {
  evaluationsColumns,
  type EvaluationsRow,
  hashOfQuestion,
  type Small,
  smallColumns,
} from "../../lib/tracking/mod.ts";

/** What tells a row from others. */
export type RowPlace = Pick<EvaluationsRow, "model" | "update" | "question" | "turn" | "correct">;

/** A row of agent 0 about test questions of seed 3. */
export function evaluationsRow(place: RowPlace): EvaluationsRow {
  return {
    ...place,
    evaluation: "test",
    questionSeed: "3",
    questionId: `q${place.question}`,
    sample: 0,
    baseModel: "base",
    version: place.update,
    agent: 0,
    questionHash: hashOfQuestion(`question ${place.question}`),
    questionText: `question ${place.question}`,
    gold: "1",
    text: "",
    solution: "",
    annotations: "{}",
    answer: place.correct ? "1" : "2",
    boxed: true,
    finished: true,
    score: 0.5,
    promptLength: 1,
    computedPromptTokens: 1,
    wordsLeftOut: 0,
    responseLength: 1,
    meanLogProb: 0,
    promptFlops: 0,
    responseFlops: 0,
  };
}

/**
 * Answers of one model to several questions, by one agent.
 *
 * @param model Its name.
 * @param update The updates that it was trained for.
 * @param correct Whether each answer is right, shape [questions, turns].
 */
export function answersOf(
  model: string,
  update: number,
  correct: readonly (readonly boolean[])[],
): EvaluationsRow[] {
  return correct.flatMap((turns, question) =>
    turns.map((correct, turn) => evaluationsRow({ model, update, question, turn, correct }))
  );
}

/**
 * A discussion of one question, as small frames have it.
 *
 * @param model Its name; `MAPoRL` was trained for 8 updates.
 * @param correctTA 1 = right, shape [turns, agents].
 * @param further What else an answer has.
 */
export function discussionOf(
  model: string,
  correctTA: readonly (readonly number[])[],
  further: (turn: number, agent: number) => Partial<EvaluationsRow>,
): Small<EvaluationsRow>[] {
  const update = model === "MAPoRL" ? 8 : 0;
  return smallRows(correctTA.flatMap((correctA, turn) =>
    correctA.map((correct, agent) => ({
      ...evaluationsRow({ model, update, question: 0, turn, correct: correct === 1 }),
      agent,
      ...further(turn, agent),
    }))
  ));
}

/** Rows as small frames have them. */
export function smallRows<Row extends EvaluationsRow>(rows: readonly Row[]): Small<Row>[] {
  const names = Object.keys(smallColumns(evaluationsColumns));
  const further = (name: string) => !Object.hasOwn(evaluationsColumns, name);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => names.includes(name) || further(name)),
    ) as Small<Row>
  );
}

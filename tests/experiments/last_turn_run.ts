import type { ArmRun } from "../../lib/tracking/mod.ts";
import { evaluationsRow, smallRows } from "../tracking/evaluations_row.ts";

/** Answers in the last turn; 1 = right, shape [Q, A]. */
const discussed = (model: string, correctQA: readonly (readonly number[])[]) =>
  smallRows(correctQA.flatMap((correctA, question) =>
    correctA.map((correct, agent) => ({
      ...evaluationsRow({
        model,
        update: model === "MAPoRL" ? 8 : 0,
        question,
        turn: 0,
        correct: correct === 1,
      }),
      agent,
    }))
  ));

/**
 * A run of an arm with seed 0, as far as its last turns.
 *
 * @param arm The arm.
 * @param models Which answers of each model are right, 1 or 0, shape [Q, A].
 */
export const lastTurnRun = (
  arm: string,
  models: Readonly<Record<string, readonly (readonly number[])[]>>,
): ArmRun => ({
  arm,
  seed: 0,
  baselines: [],
  evaluations: Object.entries(models).flatMap(([model, right]) => discussed(model, right)),
});

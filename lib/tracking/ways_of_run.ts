import type { Random } from "../core/mod.ts";
import {
  type CostedAnswer,
  costOfIndependent,
  evaluationTable,
  type EvaluationTableOptions,
  matchedNumbers,
  type VoteOptions,
  type WayOfAnswering,
  wayOfOneAnswer,
  waysOfChoosing,
  waysOfDiscussing,
} from "../evaluation/mod.ts";
import { costedAnswers, type CostedRow } from "./costed_answers.ts";
import { firstAndLast } from "./evaluated_answers.ts";
import type { BaselinesRow, EvaluationsRow } from "./frame_columns.ts";
import { methodInWords } from "./method_in_words.ts";

/** What the frames of a run say of answers with and without discussion. */
export interface AnsweredRun {
  /** Rows of `evaluations.parquet`. */
  readonly evaluations:
    readonly (CostedRow & Pick<EvaluationsRow, "evaluation" | "model" | "update">)[];
  /** Rows of `baselines.parquet`. */
  readonly baselines: readonly (CostedRow & Pick<BaselinesRow, "model" | "method">)[];
}

/** How {@linkcode waysOfRun} counts. */
export interface WaysOfRunOptions extends VoteOptions, EvaluationTableOptions {
  /** Draws subsets of answers, where there are too many. */
  readonly random: Random;
}

/** A model's answers. */
interface OfModel {
  readonly model: string;
  /** Of its discussions, where it held any. */
  readonly discussed: readonly CostedAnswer[];
  /** Without discussion, by method. */
  readonly alone: ReadonlyMap<string, readonly CostedAnswer[]>;
}

/**
 * The ways in which the models of a run answered questions: alone at the cost of a trained discussion, in
 * discussions before training, and after it.
 *
 * @param run Its rows.
 * @param options How votes and discussions that stopped early count, and randomness.
 * @returns The ways; none where nobody answered alone.
 * @throws {RangeError} If answers are missing or there twice.
 */
export function waysOfRun(run: AnsweredRun, options: WaysOfRunOptions): WayOfAnswering[] {
  if (run.baselines.length === 0) return [];
  const byModel = Map.groupBy(firstAndLast(run.evaluations), ({ model }) => model);
  const discussions = new Map([...byModel].map(([model, rows]) => [model, costedAnswers(rows)]));
  const trained = [...discussions.keys()].at(-1)!;
  const table = evaluationTable(discussions.get(trained)!, options);
  const sizes = { numAgents: table.numAgents, numTurns: table.numTurns };
  const alone = [...Map.groupBy(run.baselines, ({ model }) => model)].flatMap(([model, rows]) =>
    waysAlone({
      model,
      discussed: discussions.get(model) ?? [],
      alone: new Map(
        [...Map.groupBy(rows, ({ method }) => method)]
          .map(([method, ofMethod]) => [method, costedAnswers(ofMethod)]),
      ),
    }, { ...options, ...sizes, matched: discussions.get(trained)! })
  );
  const discussing = [...discussions].flatMap(([model, rows]) =>
    waysOfDiscussing(rows, {
      ...options,
      model,
      kind: model === trained ? "trained" : "baseline",
      what: table.numAgents > 1 ? "discussion" : "self-refinement",
      readsOthers: true,
    })
  );
  return [...alone, ...discussing];
}

interface AloneOptions extends WaysOfRunOptions {
  readonly numAgents: number;
  readonly numTurns: number;
  /** Answers of the discussions whose cost is matched. */
  readonly matched: readonly CostedAnswer[];
}

function waysAlone({ model, discussed, alone }: OfModel, options: AloneOptions): WayOfAnswering[] {
  const sampled = alone.get("sampled");
  const singles = [...alone].filter(([method]) => method !== "self_refinement")
    .map(([method, rows]) =>
      wayOfOneAnswer(rows, { model, way: `one answer, ${methodInWords(method)}` })
    );
  const refined = alone.get("self_refinement");
  return [
    ...singles,
    ...(sampled ? chosen(model, sampled, { ...options, discussed }) : []),
    ...(refined
      ? waysOfDiscussing(refined, {
        ...options,
        model,
        kind: "baseline",
        what: "self-refinement",
        readsOthers: false,
      })
      : []),
  ];
}

function chosen(
  model: string,
  sampled: readonly CostedAnswer[],
  { discussed, matched, ...options }: AloneOptions & Pick<OfModel, "discussed">,
): WayOfAnswering[] {
  const firstTurn = (discussed.length > 0 ? discussed : matched).filter(({ turn }) => turn === 0);
  return waysOfChoosing(sampled, {
    ...options,
    model,
    numbers: matchedNumbers(matched, sampled, { ...options, firstTurn }),
    cost: costOfIndependent(sampled, firstTurn),
  });
}

import type { Random } from "../core/mod.ts";
import type { Discussion } from "../discussion/mod.ts";
import type { EvaluationTableOptions } from "../evaluation/mod.ts";
import type { Question } from "../tasks/mod.ts";
import type { ExperimentContext } from "../tracking/mod.ts";
import { evaluationRows } from "./frame_rows.ts";
import { describeTurns } from "./progress_lines.ts";

/** Questions that are evaluated: for choices during training, or for the result. */
export type EvaluationSplit = "validation" | "test";

/** What all evaluations of a run share. */
export interface EvaluationRoundsOptions extends EvaluationTableOptions {
  /** The questions of a split. */
  readonly questions: (split: EvaluationSplit) => readonly Question[];
  /** Names the questions, for the frames. */
  readonly questionSeed: string;
  /** Discusses questions with the model of so many updates. */
  readonly discuss: (round: EvaluationRound) => Promise<readonly Discussion[]>;
}

/** One evaluation. */
export interface EvaluationRound {
  /** What is shown while it goes on. */
  readonly label: string;
  /** What is discussed. */
  readonly questions: readonly Question[];
  /** Updates that the model was trained for. */
  readonly update: number;
  /** Random streams: the same for every model, so that differences are paired. */
  readonly random: Random;
}

/** Evaluates a model; its answers go to the frames, a line to the terminal. */
export type Evaluate = (
  model: string,
  options: { readonly update: number; readonly split: EvaluationSplit },
) => Promise<void>;

/**
 * How a run evaluates its models. Test questions are to be read before and after training only: nothing
 * is chosen by them.
 *
 * @param context The run.
 * @param options Questions, and how they are discussed.
 * @returns Evaluates one model.
 */
export function evaluationRounds(
  context: Pick<ExperimentContext, "run" | "random" | "log">,
  options: EvaluationRoundsOptions,
): Evaluate {
  const { run, random, log } = context;
  return async (model, { update, split }) => {
    const discussions = await options.discuss({
      label: `evaluating ${model}`,
      questions: options.questions(split),
      update,
      random: random.split("evaluation"),
    });
    const { questionSeed } = options;
    const rows = evaluationRows(discussions, { evaluation: split, questionSeed, model, update });
    run.evaluations.append(rows);
    log(describeTurns(split === "test" ? model : `${model}, ${split} questions`, rows, options));
  };
}

import { takeQuestions } from "../tasks/mod.ts";
import type { PolicySet } from "../rl/mod.ts";
import type { EvaluationReportOptions, ExperimentContext } from "../tracking/mod.ts";
import { baselineRounds } from "./baseline_rounds.ts";
import type { Discuss } from "./discussion_rounds.ts";
import { evaluationRows } from "./frame_rows.ts";
import { describeTurns, describeUnread } from "./progress_lines.ts";
import { hackingWatch, learningSettings, type RewardConfigs } from "./reward_watch.ts";
import type { RunParts } from "./run_parts.ts";
import type { AlgorithmConfig, DiscussionConfig, EvaluationConfig } from "./schemas.ts";

/** The settings that evaluations follow. */
export interface EvaluatedConfig extends RewardConfigs {
  /** How many updates there are to be. */
  readonly algorithm: AlgorithmConfig;
  /** Agents and turns, where the evaluation has none of its own. */
  readonly discussion: DiscussionConfig;
  /** Questions, agents and turns. */
  readonly evaluation: EvaluationConfig;
}

/** What all evaluations of a run share. */
export interface EvaluationRoundsOptions {
  /** The run's settings. */
  readonly config: EvaluatedConfig;
  /** What is evaluated on, and what its agents are called. */
  readonly parts: Pick<RunParts, "evaluated" | "seatsAbout" | "titles">;
  /** The trained parameters. */
  readonly policies: PolicySet;
  /** Holds discussions. */
  readonly discuss: Discuss;
}

/** Evaluates a model; its answers go to the frames, a line to the terminal. */
export type Evaluate = (
  model: string,
  options: {
    /** Updates that it was trained for. */
    readonly update: number;
    /** What is asked. */
    readonly split: EvaluationConfig["split"];
    /** Whether the models then answer without discussion as well, at the cost of its discussions. */
    readonly baselines?: boolean;
  },
) => Promise<void>;

/**
 * How a run evaluates its models. Test questions are to be read before and after training only: nothing
 * is chosen by them. In between, and where settings are chosen, validation questions are asked.
 *
 * @param context The run.
 * @param options Questions, parameters, and how discussions are held.
 * @returns Evaluates the model of so many updates; of none, what the seats begin with.
 */
export function evaluationRounds(
  context: Pick<ExperimentContext, "run" | "random" | "log">,
  options: EvaluationRoundsOptions,
): Evaluate {
  const { config, parts, policies, discuss } = options;
  const { run, random, log } = context;
  const { numQuestions, numTurns } = config.evaluation;
  const numAgents = config.evaluation.numAgents ?? config.discussion.numAgents;
  const { task } = parts.evaluated;
  const decoders = parts.seatsAbout(task, numAgents).map(({ model }) => model.decoder.config);
  const answerAlone = baselineRounds(context, options);
  let isFirst = true;
  const watch = hackingWatch(config);
  return async (model, { update, split, baselines = false }) => {
    const { discussions } = await discuss(`evaluating ${model}`, {
      about: parts.evaluated,
      questions: takeQuestions(task.questions(split), { count: numQuestions }),
      numAgents,
      numTurns: numTurns ?? config.discussion.numTurns,
      numSamples: 1,
      policies: update === 0 && !policies.beginsTrained ? undefined : policies,
      version: update,
      update: Infinity, // one consensus rule for every model, also when a resumption adds updates
      random: random.split("evaluation"), // the same streams for every model: differences are paired
    });
    const labels = { evaluation: split, questionSeed: task.version, model, update };
    const rows = evaluationRows(discussions, { ...labels, decoders });
    run.evaluations.append(rows);
    const name = split === "test" ? model : `${model}, ${split} questions`;
    log(describeTurns(name, rows, { ...evaluatedAs(config), titles: parts.titles.agents }));
    const unread = isFirst ? describeUnread(rows) : undefined;
    if (unread !== undefined) log(unread);
    isFirst = false;
    const alarm = watch(rows);
    // The last evaluation is compared in the report, which also knows what earlier processes measured.
    if (alarm !== undefined && update < config.algorithm.updates) log(alarm);
    if (baselines) await answerAlone(rows);
  };
}

/**
 * How an evaluation counts votes and discussions that stopped early, the turns that these were planned
 * for, the resamples of its intervals, how long was trained and what decides how well: one rule for lines,
 * tables and plots.
 *
 * @param config The run's settings.
 * @returns Options of `evaluationTable()`, `summarise()` and `reportEvaluations()`.
 */
export function evaluatedAs(
  config: EvaluatedConfig,
): Omit<Required<EvaluationReportOptions>, "formats" | "titles" | "level"> {
  const { algorithm, evaluation, discussion } = config;
  return {
    learning: learningSettings(config),
    updates: algorithm.updates,
    compat: evaluation.compat,
    numResamples: evaluation.resamples,
    finished: evaluation.compat === "official" ? "leave_out" : "carry",
    numTurns: evaluation.numTurns ?? discussion.numTurns,
  };
}

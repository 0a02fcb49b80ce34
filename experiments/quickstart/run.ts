/**
 * MAPoRL from end to end at small scale: base model → verifier → discussions → multi-agent PPO →
 * evaluation with intervals → tables and plots.
 *
 * @module
 */
import { ConfigError } from "../../lib/core/mod.ts";
import { type Discussion, discussionCost, OracleScorer } from "../../lib/discussion/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { baseFingerprint, PROJECTIONS } from "../../lib/models/mod.ts";
import { PolicySet, turnGroup, turnsToTrain } from "../../lib/rl/mod.ts";
import { makeTask } from "../../lib/worlds/mod.ts";
import type { Split } from "../../lib/tasks/mod.ts";
import {
  answerRows,
  evaluationRows,
  type Experiment,
  type ExperimentContext,
  updateRows,
} from "../../lib/tracking/mod.ts";
import {
  countUpdates,
  forecastUpdates,
  holdDiscussions,
  type HoldOptions,
  loadBase,
  loadRunState,
  makeSeats,
  rewardDiscussions,
  saveRunState,
  taskOfRun,
  temperaturesOf,
  updatePolicies,
} from "../../lib/training/mod.ts";
import { loadVerifier, verifierFingerprint } from "../../lib/verifier/mod.ts";
import { type QuickstartConfig, quickstartSchema } from "./config.ts";
import { planQuickstart } from "./plan.ts";
import { describePlan, describeTurns, describeUpdate, reportEvaluation } from "./report.ts";

/** Questions that are discussed to tell what an update will take. */
const FORECAST_QUESTIONS = 8;

/** An update that took longer is saved whatever `checkpointEvery`, so that the next may be given up. */
const LONG_SECONDS = 60;

/** The experiment, as the command line finds it. */
export const experiment: Experiment<QuickstartConfig> = {
  name: "quickstart",
  summary: "MAPoRL end to end: train three agents to discuss, compare with off-the-shelf",
  schema: quickstartSchema,
  minutes: "1 to 3 on two cores",
  // Not the evaluation's questions, agents and turns: off-the-shelf was measured with them.
  changeable: [
    "algorithm.updates",
    "evaluation.resamples",
    "evaluation.compat",
    "evaluation.every",
  ],
  plan: planQuickstart,
  run,
};

async function run(config: QuickstartConfig, context: ExperimentContext): Promise<void> {
  const { random, progress, signal, log } = context;
  const { algorithm, discussion, sampling } = config;
  const text = smallWorldText;

  // ---- models
  const taskConfig = taskOfRun(config.task, context.seed);
  const task = makeTask(taskConfig);
  const questionSeed = String(taskConfig.seed);
  const questions = (split: Split, from: number, count: number) =>
    Array.from({ length: count }, (_, i) => task.question(split, from + i));
  const decoder = await loadBase(config.base, text);
  const base = await baseFingerprint(decoder);
  context.run.checkInputs({ base }); // or the verifier would say that it does not fit
  const verifier = config.verifier.kind === "trained"
    ? await loadVerifier(config.verifier.path, decoder, text)
    : undefined;
  const scorer = verifier ?? new OracleScorer(task);
  const policies = PolicySet.initialize(decoder.config, {
    ...discussion,
    ...algorithm,
    lora: { r: algorithm.loraR, alpha: algorithm.loraAlpha, targetModules: PROJECTIONS },
    adam: algorithm,
  }, random.split("policies"));

  // ---- discussions, for training and for evaluation
  const model = { ...text, name: "base model", decoder };
  const setting = { ...config, task, format: text.format, signal };
  const seatsOf = (numAgents: number, trained: { policies?: PolicySet; version?: number }) =>
    makeSeats(
      temperaturesOf(config, numAgents).map((temperature) => ({ model, temperature, scorer })),
      { sampling, signal, ...trained },
    );
  const discuss = async (label: string, options: Omit<HoldOptions, "onProgress">) => {
    const total = options.questions.length * options.seats.length * options.numTurns;
    using asked = progress.task(label, { total, unit: "answers" });
    let before = 0;
    const onProgress = (done: number) => {
      asked.advance(done - before);
      before = done;
    };
    return await holdDiscussions(setting, { ...options, onProgress });
  };
  // Test questions are read before and after training only: nothing is chosen by them.
  const evaluate = async (model: string, update: number, split: "validation" | "test") => {
    const discussions = await discuss(`evaluating ${model}`, {
      random: random.split("evaluation"), // the same streams for every model: differences are paired
      questions: questions(split, 0, config.evaluation.numQuestions),
      seats: seatsOf(
        config.evaluation.numAgents ?? discussion.numAgents,
        update === 0 ? {} : { policies, version: update },
      ),
      numTurns: config.evaluation.numTurns ?? discussion.numTurns,
      update: algorithm.updates, // one consensus rule for every model
    });
    const labels = { evaluation: split, questionSeed, model, update };
    const rows = evaluationRows(discussions, labels);
    context.run.evaluations.append(rows);
    log(describeTurns(split === "test" ? model : `${model}, ${split} questions`, rows, config));
  };

  // ---- updates, and what they will take
  const rewardsOf = (discussions: readonly Discussion[]) =>
    rewardDiscussions(discussions, {
      reward: config.reward,
      numTurns: discussion.numTurns,
      tokenizer: text.tokenizer,
      trainsFirstTurn: algorithm.trainGroups.includes(turnGroup(0, algorithm.turnGroups)),
    });
  const turnsOf = (update: number) => {
    const stopsOnConsensus = discussion.consensusFraction !== null;
    const { numTurns } = discussion;
    return algorithm.turnBased
      ? turnsToTrain(update, { numTurns, stopsOnConsensus })
      : [...Array(numTurns).keys()];
  };
  const updatesOf = countUpdates(
    algorithm.updates,
    (update) => policies.keysAt(turnsOf(update)),
  );
  const ppo = { algorithm, maxNewTokens: sampling.maxNewTokens, text };
  const forecast = async (update: number) => {
    const streams = random.split("forecast");
    const sample = await discuss("sampling a few discussions", {
      random: streams.split("discussion"),
      questions: questions("train", 0, Math.min(FORECAST_QUESTIONS, algorithm.questionsPerUpdate)),
      seats: seatsOf(discussion.numAgents, { policies, version: update }),
      numTurns: discussion.numTurns,
      update,
    });
    const plans = forecastUpdates(decoder, policies, {
      ...ppo,
      turns: turnsOf(update),
      discussions: rewardsOf(sample),
      random: streams.split("ppo"),
    });
    for (const [group, plan] of plans) log(describePlan(group, plan));
  };

  // ---- go on from a checkpoint, or measure verifier and base model first
  await context.run.bindInputs({
    base,
    ...(verifier ? { verifier: await verifierFingerprint(verifier) } : {}),
  });
  const checkpoints = context.run.file("checkpoints");
  const trained = {
    variables: policies.variables(),
    optimizers: policies.optimizers(),
    identity: context.run.identity,
    onLeft: log,
  };
  /** Updates that the parameters stand for; undefined while they move. */
  let whole: number | undefined = 0;
  /** Updates that were saved last, also if the disk refused. */
  let saved = 0;
  const save = async (update: number) => {
    saved = update;
    await context.run.saveFrames(update);
    await saveRunState(checkpoints, { update }, trained);
  };
  const state = context.resumed ? await loadRunState(checkpoints, trained) : undefined;
  if (state && state.update > algorithm.updates) {
    throw new ConfigError(
      `Cannot go on to algorithm.updates=${algorithm.updates} as ${state.update} are done already`,
      { thing: "algorithm.updates", remedy: `Set it to ${state.update} or more` },
    );
  }
  await context.run.dropFramesAfter(state?.update ?? -1);
  if (context.resumed && !state) log("There is no checkpoint: from the start");
  const first = state?.update ?? 0;
  whole = saved = first;
  if (first < algorithm.updates) await forecast(first);
  if (!state) {
    await evaluate("off-the-shelf", 0, "test");
    await save(0);
  }

  // ---- MAPoRL
  using updates = progress.task("updates", {
    total: algorithm.updates,
    done: first,
    unit: "updates",
  });
  /** Whether the model of so many updates is evaluated on the way: right after it was saved. */
  const isEvaluated = (update: number) =>
    config.evaluation.every > 0 && update > 0 && update % config.evaluation.every === 0;
  try {
    for (let update = first; update < algorithm.updates; update++) {
      if (isEvaluated(update)) await evaluate("MAPoRL", update, "validation");
      const streams = random.split("update", update);
      const start = performance.now();
      const discussions = await discuss("discussing", {
        random: streams.split("discussion"),
        questions: questions(
          "train",
          update * algorithm.questionsPerUpdate,
          algorithm.questionsPerUpdate,
        ),
        seats: seatsOf(discussion.numAgents, { policies, version: update }),
        numTurns: discussion.numTurns,
        update,
      });
      whole = undefined; // from here on the parameters move
      const rolloutSeconds = (performance.now() - start) / 1000;
      const rewarded = rewardsOf(discussions);
      using steps = progress.task("training", {
        total: policies.keysAt(turnsOf(update)).size * algorithm.numPpoEpochs *
          Math.min(algorithm.numMiniBatches, algorithm.questionsPerUpdate),
        unit: "steps",
      });
      const groups = await updatePolicies(decoder, policies, {
        ...ppo,
        temperatures: temperaturesOf(config, discussion.numAgents),
        turns: turnsOf(update),
        updatesOf: (group) => updatesOf(group, update),
        discussions: rewarded,
        random: streams.split("ppo"),
        // An update may only be given up if everything before it is saved.
        signal: saved === update ? signal : undefined,
        onStep: () => steps.advance(),
      });
      steps.end();

      // ---- log, save, evaluate
      const rows = answerRows(rewarded, {
        update,
        questionSeed,
        turnGroup: (turn) => turnGroup(turn, algorithm.turnGroups),
        groups: groups.values(),
      });
      context.run.answers.append(rows);
      context.run.updates.append(
        updateRows(groups, {
          update,
          answers: rows,
          rolloutSeconds,
          cost: discussionCost(discussions),
        }),
      );
      whole = update + 1;
      log(describeUpdate(whole, rows, groups));
      updates.advance();
      const isDue = whole === algorithm.updates || whole % config.checkpointEvery === 0 ||
        performance.now() - start > LONG_SECONDS * 1000;
      if (isDue || isEvaluated(whole) || signal.aborted) await save(whole);
      signal.throwIfAborted();
    }
  } catch (error) {
    // Ctrl-C among them: whatever ends the run, what the last whole update has learnt is kept.
    if (whole !== undefined && whole > saved) {
      await save(whole).catch(({ message }) => log(`update ${whole} is lost: ${message}`));
    }
    throw error;
  }
  updates.end();

  // ---- results
  await evaluate(
    algorithm.updates > 0 ? "MAPoRL" : "off-the-shelf again",
    algorithm.updates,
    "test",
  );
  await context.run.saveFrames(algorithm.updates + 1);
  await context.run.mergeFrames();
  await reportEvaluation(config, context);
  for (const part of [verifier, policies, decoder]) part?.dispose();
}

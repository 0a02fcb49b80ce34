/**
 * MAPoRL from end to end: base model → verifier → discussions → multi-agent PPO → evaluation with
 * intervals → tables and plots.
 *
 * @module
 */
import { type Discussion, discussionCost, OracleScorer } from "../../lib/discussion/mod.ts";
import { baseFingerprint, loadLanguageModel, PROJECTIONS } from "../../lib/models/mod.ts";
import { PolicySet, turnGroup, turnsToTrain } from "../../lib/rl/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  reportEvaluations,
} from "../../lib/tracking/mod.ts";
import {
  answerRows,
  countUpdates,
  describePlan,
  describeUpdate,
  evaluationRounds,
  forecastUpdates,
  holdDiscussions,
  type HoldOptions,
  makeSeats,
  type MakeSeatsOptions,
  rewardDiscussions,
  temperaturesOf,
  TrainingLoop,
  updatePolicies,
  updateRows,
} from "../../lib/training/mod.ts";
import { loadVerifier, verifierFingerprint } from "../../lib/verifier/mod.ts";
import { type LoadedTask, loadTask } from "../../lib/worlds/mod.ts";
import { type MaporlConfig, maporlSchema } from "./config.ts";
import { planMaporl } from "./plan.ts";

/** Questions that are discussed to tell what an update will take. */
const FORECAST_QUESTIONS = 8;

/** The experiment, as the command line finds it. */
export const experiment: Experiment<MaporlConfig> = {
  name: "maporl",
  summary: "MAPoRL: agents learn to discuss by multi-agent PPO, compared with off-the-shelf",
  schema: maporlSchema,
  minutes: "1 to 3 on two cores",
  // Not the evaluation's questions, agents and turns: off-the-shelf was measured with them.
  changeable: [
    "algorithm.updates",
    "evaluation.resamples",
    "evaluation.compat",
    "evaluation.every",
  ],
  plan: planMaporl,
  run,
};

async function run(config: MaporlConfig, context: ExperimentContext): Promise<void> {
  const { random, progress, signal, log } = context;
  const { algorithm, discussion, evaluation, sampling } = config;

  // ---- questions and models
  const trained = await loadTask(config.task, context.seed);
  const evaluated = evaluation.task ? await loadTask(evaluation.task, context.seed) : trained;
  const trainingQuestions = (from: number, count: number) =>
    takeQuestions(trained.task.questions("train"), { from, count });
  const model = await loadLanguageModel(config.base);
  const { decoder } = model;
  const text = { ...model, format: trained.format };
  const base = await baseFingerprint(decoder);
  context.run.checkInputs({ base }); // or the verifier would say that it does not fit
  const verifier = config.verifier.kind === "trained"
    ? await loadVerifier(config.verifier.path, decoder, text)
    : undefined;
  const policies = PolicySet.initialize(decoder.config, {
    ...discussion,
    ...algorithm,
    lora: { r: algorithm.loraR, alpha: algorithm.loraAlpha, targetModules: PROJECTIONS },
    adam: algorithm,
  }, random.split("policies"));

  // ---- discussions, for training and for evaluation
  const seatsOf = (
    { task }: LoadedTask,
    numAgents: number,
    answering: Pick<MakeSeatsOptions, "policies" | "version">,
  ) => {
    const scorer = verifier ?? new OracleScorer(task);
    return makeSeats(
      temperaturesOf(config, numAgents).map((temperature) => ({ model, temperature, scorer })),
      { ...answering, sampling, signal },
    );
  };
  const discuss = async (
    label: string,
    about: LoadedTask,
    options: Omit<HoldOptions, "onProgress">,
  ) => {
    const total = options.questions.length * options.seats.length * options.numTurns;
    using asked = progress.task(label, { total, unit: "answers" });
    let before = 0;
    const onProgress = (done: number) => {
      asked.advance(done - before);
      before = done;
    };
    return await holdDiscussions({ ...config, ...about, signal }, { ...options, onProgress });
  };
  const counted = {
    finished: evaluation.compat === "official" ? "leave_out" as const : "carry" as const,
    numTurns: evaluation.numTurns ?? discussion.numTurns,
  };
  const evaluate = evaluationRounds(context, {
    ...counted,
    questionSeed: evaluated.task.version,
    questions: (split) =>
      takeQuestions(evaluated.task.questions(split), { count: evaluation.numQuestions }),
    discuss: ({ label, update, ...round }) =>
      discuss(label, evaluated, {
        ...round,
        seats: seatsOf(evaluated, evaluation.numAgents ?? discussion.numAgents, {
          policies: update === 0 ? undefined : policies,
          version: update,
        }),
        numTurns: evaluation.numTurns ?? discussion.numTurns,
        update: algorithm.updates, // one consensus rule for every model
      }),
  });

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
  const updatesOf = countUpdates(algorithm.updates, (update) => policies.keysAt(turnsOf(update)));
  const ppo = { algorithm, maxNewTokens: sampling.maxNewTokens, text };
  const forecast = async (update: number) => {
    const streams = random.split("forecast");
    const sample = await discuss("sampling a few discussions", trained, {
      random: streams.split("discussion"),
      questions: trainingQuestions(0, Math.min(FORECAST_QUESTIONS, algorithm.questionsPerUpdate)),
      seats: seatsOf(trained, discussion.numAgents, { policies, version: update }),
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
  const loop = await TrainingLoop.open(context, {
    updates: algorithm.updates,
    checkpointEvery: config.checkpointEvery,
    evaluateEvery: evaluation.every,
    trained: { variables: policies.variables(), optimizers: policies.optimizers() },
    inputs: { base, ...(verifier ? { verifier: await verifierFingerprint(verifier) } : {}) },
  });
  if (loop.first < algorithm.updates) await forecast(loop.first);
  if (loop.isNew) {
    await evaluate("off-the-shelf", { update: 0, split: "test" });
    await loop.save(0);
  }

  // ---- MAPoRL
  for await (const update of loop.updates()) {
    if (update.isEvaluated) await evaluate("MAPoRL", { update: update.index, split: "validation" });
    const start = performance.now();
    const discussions = await discuss("discussing", trained, {
      random: update.random.split("discussion"),
      questions: trainingQuestions(
        update.index * algorithm.questionsPerUpdate,
        algorithm.questionsPerUpdate,
      ),
      seats: seatsOf(trained, discussion.numAgents, { policies, version: update.index }),
      numTurns: discussion.numTurns,
      update: update.index,
    });
    const rolloutSeconds = (performance.now() - start) / 1000;
    const rewarded = rewardsOf(discussions);
    const numSteps = policies.keysAt(turnsOf(update.index)).size * algorithm.numPpoEpochs *
      Math.min(algorithm.numMiniBatches, algorithm.questionsPerUpdate);
    const groups = await update.train(numSteps, (stepping) =>
      updatePolicies(decoder, policies, {
        ...ppo,
        temperatures: temperaturesOf(config, discussion.numAgents),
        ...stepping,
        turns: turnsOf(update.index),
        updatesOf: (group) => updatesOf(group, update.index),
        discussions: rewarded,
        random: update.random.split("ppo"),
      }));
    const answers = answerRows(rewarded, {
      update: update.index,
      questionSeed: trained.task.version,
      turnGroup: (turn) => turnGroup(turn, algorithm.turnGroups),
      groups: groups.values(),
    });
    update.record({
      answers,
      updates: updateRows(groups, {
        update: update.index,
        answers,
        rolloutSeconds,
        cost: discussionCost(discussions),
      }),
      line: describeUpdate(update.index + 1, answers, groups),
    });
  }

  // ---- results
  const label = algorithm.updates > 0 ? "MAPoRL" : "off-the-shelf again";
  await evaluate(label, { update: algorithm.updates, split: "test" });
  await loop.finish();
  await reportEvaluations(context.run, {
    ...counted,
    updates: algorithm.updates,
    random: random.split("intervals"),
    numResamples: evaluation.resamples,
    compat: evaluation.compat,
    formats: { trained: trained.format, evaluated: evaluated.format },
    log,
    signal,
  });
  for (const part of [verifier, policies, decoder]) part?.dispose();
}

/**
 * MAPoRL (Park et al. 2025, arXiv 2502.18439v2): agents discuss, a verifier scores every answer, and
 * multi-agent PPO trains them on rewards that look at what becomes of their answers.
 *
 * Axes: Q questions, T turns, A agents.
 *
 * @module
 */
import { PolicySet } from "../../lib/rl/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  reportEvaluations,
} from "../../lib/tracking/mod.ts";
import {
  discussionRounds,
  evaluatedAs,
  evaluationRounds,
  forecastLines,
  loadRunParts,
  policySetOptions,
  recordOf,
  rewardDiscussions,
  rewardOptionsOf,
  TrainingLoop,
  updatePolicies,
  updateSchedule,
} from "../../lib/training/mod.ts";
import { type MaporlConfig, maporlSettings } from "./config.ts";
import { planMaporl } from "./plan.ts";

/** The experiment, as the command line finds it. */
export const experiment: Experiment<MaporlConfig> = {
  name: "maporl",
  summary: "MAPoRL: agents learn to discuss by multi-agent PPO, compared with off-the-shelf",
  minutes: "1 to 3 on two cores",
  ...maporlSettings,
  plan: planMaporl,
  run,
};

async function run(config: MaporlConfig, context: ExperimentContext): Promise<void> {
  const { random, log } = context;
  const { algorithm, discussion, sampling, evaluation: { split } } = config;

  // ---- task and models; parameters by agent and turn group
  const parts = await loadRunParts(config, context);
  const options = policySetOptions(algorithm, discussion.numTurns);
  const policies = PolicySet.initialize(parts.seats, options, random.split("policies"));
  const discuss = discussionRounds(context, config, parts);
  const evaluate = evaluationRounds(context, { config, parts, policies, discuss });
  const rewards = rewardOptionsOf(config, parts.seats);
  const schedule = updateSchedule(policies, config);
  const ppo = { algorithm, maxNewTokens: sampling.maxNewTokens };

  // ---- go on where an earlier process stopped, or measure first what training begins with
  const trained = { variables: policies.variables(), optimizers: policies.optimizers() };
  const loop = await TrainingLoop.open(context, { config, trained, inputs: parts.inputs });
  if (loop.first < algorithm.updates) {
    const next = { ...ppo, schedule, parts, discuss, rewards, update: loop.first };
    (await forecastLines(policies, { ...next, random: random.split("forecast") })).forEach(log);
  }
  const before = policies.beginsTrained ? "before training" : "off-the-shelf";
  if (loop.isNew) {
    await evaluate(before, { update: 0, split });
    await loop.save(0);
  }

  for await (const { index: update, random, isEvaluated, train, record } of loop.updates()) {
    if (isEvaluated) await evaluate("MAPoRL", { update, split: "validation" });

    // ---- discuss: every agent answers, reads what all have answered with its scores, answers again
    const count = algorithm.questionsPerUpdate;
    const questions = parts.questions({ from: update * count, count });
    const round = { questions, policies, update, random: random.split("discussion") };
    const rollout = await discuss("discussing", round); // Q × T × A answers, each with its score

    // ---- reward (section 3.2): from the scores of all agents at the answer's turn and later ones
    const rewarded = rewardDiscussions(rollout.discussions, rewards);

    // ---- credit and update: `algorithm.credit` makes advantages of rewards, PPO follows them
    const due = { ...schedule(update), random: random.split("ppo") };
    const groups = await train(
      due.numSteps,
      (guard) => updatePolicies(policies, rewarded, { ...ppo, ...due, ...guard }),
    );
    record(recordOf({ update, rollout, rewarded, groups }, { parts, algorithm }));
  }

  // ---- results, on the same questions and with the same random streams
  const trainedName = algorithm.updates > 0 ? "MAPoRL" : `${before} again`;
  await evaluate(trainedName, { update: algorithm.updates, split, baselines: true });
  await loop.finish();
  const { formats, titles } = parts;
  await reportEvaluations(context, { ...evaluatedAs(config), formats, titles });
  policies.dispose();
  parts.dispose();
}

/**
 * Supervised training on the best of what the base model samples itself (Experiment 5 of the paper): whole
 * discussions, or single answers (rejection sampling). Or on demonstrations, to warm up a model for what is to come.
 *
 * @module
 */
import { named, RunError, yieldToEvents } from "../../lib/core/mod.ts";
import { withTokens } from "../../lib/discussion/mod.ts";
import { makeSchedule } from "../../lib/optim/mod.ts";
import { PolicySet, responseSequence } from "../../lib/rl/mod.ts";
import {
  type Experiment,
  type ExperimentContext,
  formatNumber,
  reportEvaluations,
} from "../../lib/tracking/mod.ts";
import {
  discussionRounds,
  evaluatedAs,
  evaluationRounds,
  loadRunParts,
  policySetOptions,
  supervisedStep,
  TrainingLoop,
} from "../../lib/training/mod.ts";
import { pathsOfTask } from "../../lib/worlds/mod.ts";
import { bestOf, candidatesOf, type Sampled } from "./best.ts";
import { asMethod, type SupervisedConfig, supervisedSchema } from "./config.ts";
import { demonstrationsOf } from "./demonstrations.ts";
import { planSupervised } from "./plan.ts";
import { saveMerged } from "./save_merged.ts";
import { planSteps } from "./steps.ts";

/** The experiment, as the command line finds it. */
export const experiment: Experiment<SupervisedConfig> = {
  name: "supervised",
  summary:
    "supervised training on the base model's own best discussions or answers, or on demonstrations",
  minutes: "1 to 2 on two cores",
  schema: supervisedSchema,
  changeable: ["evaluation.resamples", "evaluation.compat", "evaluation.baselines"],
  plan: planSupervised,
  readsFrom: ({ base, verifier, task, evaluation }) => [
    base,
    ...(verifier.kind === "trained" ? [verifier.path] : []),
    ...new Set([task, evaluation.task ?? task].flatMap(pathsOfTask)),
  ],
  run,
};

async function run(config: SupervisedConfig, context: ExperimentContext): Promise<void> {
  const { random, log } = context;
  const { imitation, discussion, evaluation: { split } } = config;
  const { what, updates } = imitation;
  const method = asMethod(config);

  // ---- task and model; one adapter for all agents and turns
  const parts = await loadRunParts(method, context);
  const options = policySetOptions(method.algorithm, discussion.numTurns);
  const policies = PolicySet.initialize(parts.seats, options, random.split("policies"));
  const [group] = policies.groups.values();
  const discuss = discussionRounds(context, method, parts);
  const evaluate = evaluationRounds(context, { config: method, parts, policies, discuss });

  // ---- go on where an earlier process stopped, or measure first what training begins with
  const trained = { variables: policies.variables(), optimizers: policies.optimizers() };
  const loop = await TrainingLoop.open(context, {
    config: method,
    trained,
    inputs: parts.inputs,
  });
  if (loop.isNew) {
    await evaluate("off-the-shelf", { update: 0, split });
    await loop.save(0);
  }

  /** Samples and chooses: a run that goes on does it again, and finds the same. */
  async function chosenSequences(what: Sampled) {
    const isSingle = what === "single_answers";
    const { discussions } = await discuss("sampling what to imitate", {
      questions: parts.questions({ from: 0, count: imitation.questions }),
      update: 0,
      random: random.split("samples"),
      // As many answers as the discussions have.
      ...(isSingle ? { numTurns: 1, numSamples: discussion.numTurns * discussion.numSamples } : {}),
    });
    const candidates = candidatesOf(discussions, what);
    const best = bestOf(candidates, imitation.keep);
    const answers = best.flatMap((candidate) => candidate.answers);
    const share = (count: number) => `${formatNumber(100 * count / candidates.length, 1)} %`;
    log(
      `${candidates.length} ${isSingle ? "answers" : "discussions"}: ` +
        `${share(candidates.filter(({ isWellFormed }) => isWellFormed).length)} well formed, ` +
        `${share(candidates.filter(({ isRight }) => isRight).length)} right, kept ${best.length}` +
        (isSingle ? "" : ` with ${answers.length} answers`),
    );
    if (answers.length > 0) {
      // The tokens that were read and sampled, never the text encoded again.
      return answers.map(withTokens).map(({ promptTokens, tokens }) =>
        responseSequence(promptTokens, tokens)
      );
    }
    throw new RunError(
      `Cannot train on the best of ${candidates.length} as they must be well formed and right: none is`,
      {
        thing: "imitation.questions",
        remedy: "Raise it, or take a base model that knows the task better",
      },
    );
  }
  const sequences = loop.first === updates
    ? []
    : what === "demonstrations"
    ? demonstrationsOf(config, { ...parts.trained, text: group!.model, random })
    : await chosenSequences(what);
  const lengths = sequences.map(({ mask }) => mask!.reduce((sum, counts) => sum + counts, 0));
  const steps = sequences.length === 0
    ? []
    : planSteps(lengths, { ...imitation, random: random.split("order") });
  const schedule = makeSchedule("cosine", {
    warmupSteps: imitation.warmupSteps,
    finalFraction: 0.1,
  });

  for await (const { index: update, isEvaluated, train, record } of loop.updates()) {
    if (isEvaluated) await evaluate("supervised", { update, split: "validation" });
    const [first, end] = [update, update + 1].map((part) =>
      Math.round(part * steps.length / updates)
    ) as [number, number];
    const [losses, tokens] = await train(end - first, async ({ onStep, signal }) => {
      let [loss, numTargets] = [0, 0];
      for (let step = first; step < end; step++) {
        const batch = steps[step]!.map((index) => sequences[index]!);
        const stats = await supervisedStep(group!.model.decoder, batch, {
          params: group!.params,
          optimizer: group!.optimizer,
          adapter: group!.policy,
          learningRate: imitation.learningRate * schedule(step, steps.length),
          maxGradNorm: imitation.maxGradNorm,
          maxBatchTokens: imitation.maxBatchTokens,
          ...(signal ? { signal } : {}),
        });
        loss += stats.loss * stats.numTargets;
        numTargets += stats.numTargets;
        onStep();
        await yieldToEvents(signal);
      }
      return [loss, numTargets] as const;
    });
    const line = tokens === 0
      ? `update ${update + 1}: no step is left for it`
      : `update ${update + 1}: ${end - first} steps on ${tokens} tokens, loss ${
        formatNumber(losses / tokens, 4)
      }`;
    record({ answers: [], updates: [], line });
  }

  // ---- results, on the same questions and with the same random streams
  await evaluate("supervised", { update: updates, split, baselines: true });
  await loop.finish();
  if (config.saveModel) {
    await saveMerged(context.run.file("model"), group!, config.base);
    log(`Saved the model to ${named(context.run.file("model"))}`);
  }
  const { formats, titles } = parts;
  await reportEvaluations(context, { ...evaluatedAs(method), formats, titles });
  policies.dispose();
  parts.dispose();
}

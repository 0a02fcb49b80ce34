/**
 * Settings of MAPoRL, the method.
 *
 * @module
 */
import { z } from "zod";
import { resolveCompat } from "../../lib/core/mod.ts";
import { compat, path } from "../../lib/core/option_types.ts";
import type { Experiment } from "../../lib/tracking/mod.ts";
import {
  algorithmSchema,
  baseDtypeSchema,
  checkAlgorithm,
  discussionSchema,
  evaluationSchema,
  readSourceRun,
  rewardSchema,
  samplingSchema,
  seatChoices,
  seatsSchema,
} from "../../lib/training/mod.ts";
import { pathsOfTask, taskSchema } from "../../lib/worlds/mod.ts";

const BASE = "data/checkpoints/arithmetic/base";

/** Settings and their defaults. */
export const maporlSchema = z.strictObject({
  compat,
  task: taskSchema.prefault({ name: "arithmetic" }).describe("the task"),
  base: path.default(BASE)
    .describe("folder of the base model of seats that name none"),
  baseDtype: baseDtypeSchema,
  verifier: z.strictObject({
    kind: z.enum(["trained", "oracle"]).default("trained")
      .describe("trained verifier, or the oracle that knows the gold answers"),
    path: path.default("data/checkpoints/arithmetic/verifier")
      .describe("folder of the trained verifier"),
  }).prefault({}).describe("who scores the answers of that base model"),
  seats: seatsSchema,
  sampling: samplingSchema.prefault({}).describe("how agents sample"),
  discussion: discussionSchema.prefault({}).describe("who discusses, and what they see"),
  reward: rewardSchema.prefault({}).describe("what answers are paid"),
  algorithm: algorithmSchema.prefault({}).describe("multi-agent PPO"),
  evaluation: evaluationSchema.prefault({}).describe("held-out evaluation"),
  checkpointEvery: z.number().int().min(1).max(1_000_000).default(1).describe(
    "updates between checkpoints; one that takes more than a minute is saved at once",
  ),
}).superRefine((config, issues) => {
  checkAlgorithm(resolveCompat(config), issues);
})
  .transform((config) => resolveCompat(config));

/** Resolved settings of {@linkcode maporlSchema}. */
export type MaporlConfig = z.output<typeof maporlSchema>;

/** Settings that may change on resume: not the evaluation's questions, as off-the-shelf was measured with them. */
export const changeable: readonly string[] = [
  "algorithm.updates",
  "evaluation.resamples",
  "evaluation.compat",
  "evaluation.every",
  "evaluation.baselines",
];

/**
 * Those of them that decide more than what comes after the resumption.
 *
 * @param config The settings.
 * @returns Why they cannot change, by option.
 */
export function fixed({ algorithm, evaluation }: MaporlConfig): Record<string, string> {
  return {
    ...(algorithm.schedule === "constant" ? {} : {
      "algorithm.updates":
        `with algorithm.schedule "${algorithm.schedule}" it decides the learning rate of all updates`,
    }),
    ...(evaluation.task === null ? {} : {
      "evaluation.compat": "evaluation.task follows it, which off-the-shelf was measured on",
    }),
  };
}

/**
 * The models and files of questions that settings name: with other ones a finished run is not what they
 * ask for.
 *
 * @param config The settings.
 * @returns Their paths.
 */
export function inputPaths(config: MaporlConfig): string[] {
  const { task, evaluation } = config;
  const models = seatChoices(config).flatMap(({ base, verifier }) =>
    verifier.kind === "trained" ? [base, verifier.path] : [base]
  );
  const files = [task, evaluation.task].flatMap((settings) =>
    settings === null ? [] : pathsOfTask(settings)
  );
  return [...new Set([...models, ...files])];
}

/**
 * What the agents have learnt that seats begin as, in whatever folder their runs lie.
 *
 * @param config The settings.
 * @returns SHA-256 by the run's path; `missing` of what is no finished run, which is refused elsewhere.
 */
export async function initContents({ seats }: MaporlConfig): Promise<Record<string, string>> {
  const paths = new Set((seats ?? []).flatMap(({ initFrom }) => initFrom?.run ?? []));
  const entries = [...paths].map(async (path) => {
    const fingerprint = await readSourceRun(path).then((run) => run.fingerprint, () => "missing");
    return [path, fingerprint] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What the experiment says of its settings. */
export const maporlSettings = {
  schema: maporlSchema,
  changeable,
  fixed,
  readsFrom: inputPaths,
  contentsOf: initContents,
} satisfies Partial<Experiment<MaporlConfig>>;

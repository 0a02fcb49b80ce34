import {
  type DiscussionFormat,
  OracleScorer,
  type Scorer,
  type TextFormat,
} from "../discussion/mod.ts";
import { baseFingerprint, type LanguageModel, loadLanguageModel } from "../models/mod.ts";
import type { Question, Split, Task } from "../tasks/mod.ts";
import type { ExperimentContext } from "../tracking/mod.ts";
import { loadVerifier, verifierFingerprint } from "../verifier/mod.ts";
import { makeTask } from "../worlds/mod.ts";
import type { TaskSettings } from "./settings.ts";
import { taskOfRun } from "./task_of_run.ts";

/** The settings that {@linkcode loadRunParts} reads. */
export interface RunPartsConfig {
  /** The task. */
  readonly task: TaskSettings;
  /** Folder of the base model. */
  readonly base: string;
  /** Who scores the answers. */
  readonly verifier: { readonly kind: "trained" | "oracle"; readonly path: string };
}

/** What a run is given: the task, and the models that answer and score. */
export interface RunParts {
  /** Extracts and grades answers. */
  readonly task: Task;
  /** Names the questions, for the frames. */
  readonly questionSeed: string;
  /** Some questions of a split, one after the other. */
  readonly questions: (split: Split, from: number, count: number) => Question[];
  /** The base model of all agents. */
  readonly model: LanguageModel;
  /** Its tokenizer and template, with the task's format. */
  readonly text: TextFormat;
  /** Scores every answer. */
  readonly scorer: Scorer;
  /** SHA-256 of the models by name, which a run is bound to. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Frees the models. */
  dispose(): void;
}

/**
 * Loads what a run is given, and refuses models that are not those of its start.
 *
 * @param config Task, base model and verifier.
 * @param context The run.
 * @param format How the task's discussions are written.
 * @returns The parts; the caller disposes of them.
 * @throws {CheckpointError} If a model cannot be loaded, or is another one than at the start.
 */
export async function loadRunParts(
  config: RunPartsConfig,
  { run, seed }: Pick<ExperimentContext, "run" | "seed">,
  format: DiscussionFormat,
): Promise<RunParts> {
  const taskConfig = taskOfRun(config.task, seed);
  const task = makeTask(taskConfig);
  const model = await loadLanguageModel(config.base);
  const { decoder, tokenizer, template } = model;
  const text = { tokenizer, template, format };
  const base = await baseFingerprint(decoder);
  run.checkInputs({ base }); // or the verifier would say that it does not fit
  const verifier = config.verifier.kind === "trained"
    ? await loadVerifier(config.verifier.path, decoder, text)
    : undefined;
  return {
    task,
    questionSeed: String(taskConfig.seed),
    questions: (split, from, count) =>
      Array.from({ length: count }, (_, i) => task.question(split, from + i)),
    model,
    text,
    scorer: verifier ?? new OracleScorer(task),
    inputs: { base, ...(verifier ? { verifier: await verifierFingerprint(verifier) } : {}) },
    dispose() {
      verifier?.dispose();
      decoder.dispose();
    },
  };
}

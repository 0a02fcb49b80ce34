import { digestOf } from "../core/mod.ts";
import { type DiscussionFormat, OracleScorer, type Scorer } from "../discussion/mod.ts";
import {
  baseFingerprint,
  type LanguageModel,
  loadLanguageModel,
  tokenizerFingerprint,
} from "../models/mod.ts";
import { type Question, type QuestionRange, takeQuestions, type Task } from "../tasks/mod.ts";
import type { RunFolder } from "../tracking/mod.ts";
import { loadVerifier, verifierFingerprint } from "../verifier/mod.ts";
import { type LoadedTask, loadTask, type TaskSettings } from "../worlds/mod.ts";

/** The settings that {@linkcode loadRunParts} reads. */
export interface RunPartsConfig {
  /** The task of training. */
  readonly task: TaskSettings;
  /** `task`: that of the evaluation; null = the same. */
  readonly evaluation: { readonly task: TaskSettings | null };
  /** Folder of the base model. */
  readonly base: string;
  /** Who scores the answers. */
  readonly verifier: { readonly kind: "trained" | "oracle"; readonly path: string };
}

/** The run that asks. */
export interface RunOfParts {
  /** Knows the models and questions of its start. */
  readonly run: Pick<RunFolder, "checkInputs">;
  /** Questions that are drawn follow it. */
  readonly seed: number;
}

/** What a run is given: tasks, and the models that answer and score. */
export interface RunParts {
  /** What is trained on. */
  readonly trained: LoadedTask;
  /** Questions of training, one after the other. */
  readonly questions: (range: QuestionRange) => Question[];
  /** Names them, for the frames. */
  readonly questionSeed: string;
  /** What is evaluated on. */
  readonly evaluated: LoadedTask;
  /** How the discussions of both are written. */
  readonly formats: Readonly<Record<"trained" | "evaluated", DiscussionFormat>>;
  /** The base model of all agents. */
  readonly model: LanguageModel;
  /** Who scores the answers to a task's questions. */
  readonly scorerOf: (task: Task) => Scorer;
  /** SHA-256 of models and questions by name, which a run is bound to. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Frees the models. */
  dispose(): void;
}

/**
 * Loads what a run is given, and refuses models that are not those of its start.
 *
 * @param config Tasks, base model and verifier.
 * @param context The run.
 * @returns The parts; the caller disposes of them.
 * @throws {CheckpointError} If a model cannot be loaded, or is another one than at the start.
 * @throws {ConfigError} If a task cannot be loaded.
 */
export async function loadRunParts(
  config: RunPartsConfig,
  { run, seed }: RunOfParts,
): Promise<RunParts> {
  const trained = await loadTask(config.task, seed);
  const { task: other } = config.evaluation;
  const evaluated = other ? await loadTask(other, seed) : trained;
  const model = await loadLanguageModel(config.base);
  const { decoder, tokenizer, template } = model;
  const base = await baseFingerprint(decoder);
  const versions = [trained.task.version, evaluated.task.version].join(" ");
  const given = {
    base,
    tokenizer: tokenizerFingerprint(model),
    questions: digestOf(versions).sha256,
  };
  run.checkInputs(given); // or the verifier would say that it does not fit
  const text = { tokenizer, template, format: trained.format };
  const verifier = config.verifier.kind === "trained"
    ? await loadVerifier(config.verifier.path, decoder, text)
    : undefined;
  return {
    trained,
    questions: (range) => takeQuestions(trained.task.questions("train"), range),
    questionSeed: trained.task.version,
    evaluated,
    formats: { trained: trained.format, evaluated: evaluated.format },
    model,
    scorerOf: (task) => verifier ?? new OracleScorer(task),
    inputs: { ...given, ...(verifier ? { verifier: await verifierFingerprint(verifier) } : {}) },
    dispose() {
      verifier?.dispose();
      decoder.dispose();
    },
  };
}

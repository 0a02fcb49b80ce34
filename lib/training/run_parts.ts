import { digestOf } from "../core/mod.ts";
import type { DiscussionFormat } from "../discussion/mod.ts";
import type { BaseDtype } from "../models/mod.ts";
import type { PolicySeat } from "../rl/mod.ts";
import { type Question, type QuestionRange, takeQuestions, type Task } from "../tasks/mod.ts";
import type { RunFolder, SeatTitles } from "../tracking/mod.ts";
import { type LoadedTask, loadTask, type TaskSettings } from "../worlds/mod.ts";
import { loadSeats } from "./load_seats.ts";
import type { SeatModel } from "./make_seats.ts";
import { loadInitialPolicies } from "./initial_policies.ts";
import { policySeats } from "./policy_seats.ts";
import { seatChoices } from "./seat_choices.ts";
import { checkStartBases, readSeatStarts, type StartedConfig, startInputs } from "./seat_starts.ts";
import { scorerTitles, seatTitles } from "./seat_titles.ts";

/** The settings that {@linkcode loadRunParts} reads. */
export interface RunPartsConfig extends StartedConfig {
  /** What the matrices of base models are kept in. */
  readonly baseDtype: BaseDtype;
  /** The task of training. */
  readonly task: TaskSettings;
  /** Task and agents of the evaluation; null = the same. */
  readonly evaluation: { readonly task: TaskSettings | null; readonly numAgents: number | null };
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
  /** Shape [A], the seats of training. */
  readonly seats: readonly PolicySeat[];
  /** Shape [A], who sits where when so many agents discuss a task. */
  readonly seatsAbout: (task: Task, numAgents: number) => SeatModel[];
  /** What those who sit at the evaluation are called in tables. */
  readonly titles: SeatTitles;
  /** SHA-256 of models and questions by name, which a run is bound to. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Frees the models. */
  dispose(): void;
}

/**
 * Loads what a run is given, and refuses models that are not those of its start.
 *
 * @param config Tasks, seats, base models and verifiers.
 * @param context The run.
 * @returns The parts; the caller disposes of them.
 * @throws {CheckpointError} If a model cannot be loaded, or is another one than at the start.
 * @throws {RunError} If a seat is to begin with what is no finished run.
 * @throws {ConfigError} If a task cannot be loaded, or seats contradict each other.
 */
export async function loadRunParts(
  config: RunPartsConfig,
  { run, seed }: RunOfParts,
): Promise<RunParts> {
  const trained = await loadTask(config.task, seed);
  const { task: other, numAgents } = config.evaluation;
  const evaluated = other ? await loadTask(other, seed) : trained;
  const questions = digestOf([trained.task.version, evaluated.task.version].join(" ")).sha256;
  const choices = seatChoices(config);
  const evaluatedSeats = seatChoices(config, numAgents ?? choices.length);
  const starts = await readSeatStarts(config);
  const inputs = { ...startInputs(starts), questions };
  const initial = await loadInitialPolicies(starts);
  const loaded = await loadSeats(choices, {
    format: trained.format,
    baseDtype: config.baseDtype,
    checkBases: (bases) => {
      run.checkInputs({ ...bases, ...inputs });
      checkStartBases(starts, choices, bases);
    },
  });
  return {
    trained,
    questions: (range) => takeQuestions(trained.task.questions("train"), range),
    questionSeed: trained.task.version,
    evaluated,
    formats: { trained: trained.format, evaluated: evaluated.format },
    seats: policySeats(choices, loaded.modelOf, initial),
    seatsAbout: (task, numAgents) =>
      seatChoices(config, numAgents).map((seat) => ({
        model: loaded.modelOf(seat.base),
        temperature: seat.temperature,
        prefill: seat.prefill,
        scorer: loaded.scorerOf(seat, task),
      })),
    titles: { agents: seatTitles(evaluatedSeats), scorers: scorerTitles(evaluatedSeats) },
    inputs: { ...loaded.inputs, ...inputs },
    dispose: loaded.dispose,
  };
}

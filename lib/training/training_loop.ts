import { ConfigError, type Random } from "../core/mod.ts";
import type { AnswersRow, ExperimentContext, UpdatesRow } from "../tracking/mod.ts";
import { type RewardConfigs, rewardWatch } from "./reward_watch.ts";
import { loadRunState, saveRunState, type TrainedState } from "./run_state.ts";

/** How long a training loop is, and what happens on its way. */
export interface TrainingLoopConfig extends RewardConfigs {
  /** `updates`: those of the whole run. */
  readonly algorithm: RewardConfigs["algorithm"] & { readonly updates: number };
  /** Updates between checkpoints. */
  readonly checkpointEvery: number;
  /** `every`: updates between evaluations on the way; 0 = none. */
  readonly evaluation: { readonly every: number };
}

/** What a training loop goes over, and what it keeps. */
export interface TrainingLoopOptions {
  /** Settings of the run. */
  readonly config: TrainingLoopConfig;
  /** What is trained: variables and optimisers by name. */
  readonly trained: Pick<TrainedState, "variables" | "optimizers">;
  /** SHA-256 of what the run was given, by name, such as that of the base model. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The rows of an update, and a line that tells of it. */
export interface UpdateRecord {
  /** Rows of `answers.parquet`. */
  readonly answers: readonly AnswersRow[];
  /** Rows of `updates.parquet`. */
  readonly updates: readonly UpdatesRow[];
  /** For the person at the terminal. */
  readonly line: string;
}

/** How the optimiser steps of an update tell that they go on, and stop. */
export interface StepOptions {
  /** To call after each optimiser step. */
  readonly onStep: () => void;
  /** Ends the update; undefined where that would lose more than the update. */
  readonly signal: AbortSignal | undefined;
}

/** An update that took longer is saved whatever `checkpointEvery`, so that the next may be given up. */
const LONG_SECONDS = 60;

/** One update of a training loop. */
export interface TrainingStep {
  /** Index of the update, from 0. */
  readonly index: number;
  /** Random streams of this update alone. */
  readonly random: Random;
  /** Whether the model as it is before this update is to be evaluated. */
  readonly isEvaluated: boolean;
  /**
   * Changes the parameters. An error in it leaves them in between, so that they are not saved; after
   * it the update must be recorded.
   *
   * @param numSteps Optimiser steps at most.
   * @param work Changes them; to call `onStep` after each optimiser step, and to stop at the signal, which
   * is there if everything before the update is saved.
   * @returns What the work gave.
   */
  train<T>(numSteps: number, work: (options: StepOptions) => Promise<T>): Promise<T>;
  /** Adds the update's rows to the frames: from then on it counts as done. */
  record(record: UpdateRecord): void;
}

/**
 * The shell of a training loop: goes on where an earlier process stopped, saves checkpoints with the rows
 * that belong to them, says what keeps the reward from rising, and whatever ends the run, keeps what the last
 * whole update has learnt.
 *
 * Frames are saved right before their checkpoint, and a checkpoint right before what can be abandoned
 * (an evaluation, the optimiser steps of an interrupted update), so that a resumed run makes up for it.
 */
export class TrainingLoop {
  /** Updates that were done before this process. */
  readonly first: number;
  /** Whether there was no checkpoint. */
  readonly isNew: boolean;
  readonly #context: ExperimentContext;
  readonly #options: TrainingLoopOptions;
  /** Says what keeps the reward from rising. */
  readonly #watch: ReturnType<typeof rewardWatch>;
  /** Updates that the parameters stand for; undefined while they move. */
  #whole: number | undefined;
  /** Updates that were saved last, also if the disk refused. */
  #saved: number;

  private constructor(
    context: ExperimentContext,
    options: TrainingLoopOptions,
    done: number | undefined,
  ) {
    this.#context = context;
    this.#options = options;
    this.#watch = rewardWatch(options.config);
    this.isNew = done === undefined;
    this.first = this.#whole = this.#saved = done ?? 0;
  }

  /**
   * Takes up the newest checkpoint of a run, if it has one, and takes back the rows behind it.
   *
   * @param context The run.
   * @param options What is trained, for how long.
   * @returns The loop, before its first update.
   * @throws {CheckpointError} If checkpoint, rows or inputs are not those of this run.
   * @throws {ConfigError} If more updates are done than the run is to have.
   */
  static async open(
    context: ExperimentContext,
    options: TrainingLoopOptions,
  ): Promise<TrainingLoop> {
    const { run, resumed, log } = context;
    await run.bindInputs(options.inputs);
    const identity = run.identity;
    const state = resumed
      ? await loadRunState(run.file("checkpoints"), { ...options.trained, identity, onLeft: log })
      : undefined;
    const { updates } = options.config.algorithm;
    if (state && state.update > updates) {
      throw new ConfigError(
        `Cannot go on to algorithm.updates=${updates} as ${state.update} are done already`,
        { thing: "algorithm.updates", remedy: `Set it to ${state.update} or more` },
      );
    }
    await run.dropFramesAfter(state?.update ?? -1);
    if (resumed && !state) log("There is no checkpoint: from the start");
    return new TrainingLoop(context, options, state?.update);
  }

  /**
   * Saves a checkpoint of so many updates, and before it the rows that were added until now.
   *
   * @param update Updates done.
   * @returns When it is on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async save(update: number): Promise<void> {
    this.#saved = update;
    const { run, log } = this.#context;
    await run.saveFrames(update);
    await saveRunState(run.file("checkpoints"), { update }, {
      ...this.#options.trained,
      identity: run.identity,
      onLeft: log,
    });
  }

  /**
   * The updates that are left, one after the other. Each must be recorded before the next is asked for.
   *
   * @returns Each update; what is due after it happens when the next one is asked for.
   * @throws {InterruptedError} After a whole update that was saved, if the run is to stop.
   * @throws {RunError} If the disk refuses a checkpoint.
   */
  async *updates(): AsyncGenerator<TrainingStep, void, void> {
    const { progress, signal } = this.#context;
    const { algorithm: { updates: total }, checkpointEvery } = this.#options.config;
    using shown = progress.task("updates", { total, done: this.first, unit: "updates" });
    try {
      for (let index = this.first; index < total; index++) {
        const start = performance.now();
        yield this.#step(index, () => shown.advance());
        const done = this.#whole;
        if (done !== index + 1) {
          throw new RangeError(`Cannot go on as update ${index} must be recorded: it was not`);
        }
        const isDue = done === total || done % checkpointEvery === 0 ||
          performance.now() - start > LONG_SECONDS * 1000;
        if (isDue || this.#isEvaluated(done) || signal.aborted) await this.save(done);
        signal.throwIfAborted();
      }
    } finally {
      await this.#keepWhole();
    }
  }

  /**
   * Saves the rows that came after the last checkpoint, and writes the frames from all parts.
   *
   * @returns When they are on the disk.
   * @throws {RunError} If the disk refuses.
   */
  async finish(): Promise<void> {
    await this.#context.run.saveFrames(this.#options.config.algorithm.updates + 1);
    await this.#context.run.mergeFrames();
  }

  #step(index: number, onDone: () => void): TrainingStep {
    const { random, progress, signal, run, log } = this.#context;
    return {
      index,
      random: random.split("update", index),
      isEvaluated: this.#isEvaluated(index),
      train: async (numSteps, work) => {
        this.#whole = undefined;
        using steps = progress.task("training", { total: numSteps, unit: "steps" });
        return await work({
          onStep: () => steps.advance(),
          // An update may only be given up if everything before it is saved.
          signal: this.#saved === index ? signal : undefined,
        });
      },
      record: ({ answers, updates, line }) => {
        run.answers.append(answers);
        run.updates.append(updates);
        this.#whole = index + 1;
        [line, ...this.#watch({ answers, updates })].forEach(log);
        onDone();
      },
    };
  }

  /** Whether the model of so many updates is evaluated on the way: right after it was saved. */
  #isEvaluated(update: number): boolean {
    const { every } = this.#options.config.evaluation;
    return every > 0 && update > 0 && update % every === 0;
  }

  /** Keeps what the last whole update has learnt, whatever ended the loop; hides no error. */
  async #keepWhole(): Promise<void> {
    const whole = this.#whole;
    if (whole === undefined || whole <= this.#saved) return;
    await this.save(whole)
      .catch(({ message }) => this.#context.log(`update ${whole} is lost: ${message}`));
  }
}

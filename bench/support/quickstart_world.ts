/**
 * The quickstart's models, questions and settings, and the parts of one of its updates.
 *
 * @module
 */
import { Random, resolveConfig } from "../../lib/core/mod.ts";
import { type Question, takeQuestions, type Task } from "../../lib/tasks/mod.ts";
import { type Discussion, OracleScorer, type Scorer } from "../../lib/discussion/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { type Decoder, type LanguageModel, loadLanguageModel } from "../../lib/models/mod.ts";
import { PolicySet, turnGroup } from "../../lib/rl/mod.ts";
import { loadTask } from "../../lib/worlds/mod.ts";
import {
  holdDiscussions,
  makeSeats,
  policySeats,
  policySetOptions,
  rewardDiscussions,
  type RewardedDiscussion,
  seatChoices,
  updatePolicies,
} from "../../lib/training/mod.ts";
import { loadVerifier, type Verifier } from "../../lib/verifier/mod.ts";
import { type MaporlConfig, maporlSchema } from "../../experiments/maporl/config.ts";

/** What a {@link QuickstartWorld} holds. */
interface Parts {
  readonly config: MaporlConfig;
  readonly task: Task;
  readonly decoder: Decoder;
  readonly verifier: Verifier | undefined;
}

/** One batch of discussions and the update from it, composed as `experiments/maporl/run.ts` does. */
export class QuickstartWorld {
  /** Settings of the quickstart. */
  readonly config: MaporlConfig;
  /** The base model of all agents. */
  readonly decoder: Decoder;
  /** Tokenizer, template and format. */
  readonly text = smallWorldText;
  readonly #task: Task;
  readonly #verifier: Verifier | undefined;
  readonly #random = Random.fromSeed(0);
  readonly #model: LanguageModel;

  private constructor({ config, task, decoder, verifier }: Parts) {
    this.config = config;
    this.decoder = decoder;
    this.#model = { ...this.text, name: "base model", decoder };
    this.#task = task;
    this.#verifier = verifier;
  }

  /**
   * Loads the committed models.
   *
   * @param sets Settings that differ, such as `discussion.numTurns=2`.
   * @param decoder Takes the place of the base model; answers are then scored by the oracle.
   * @returns The world; the caller disposes it.
   */
  static async load(sets: readonly string[] = [], decoder?: Decoder): Promise<QuickstartWorld> {
    const config = resolveConfig(maporlSchema, [{}], sets);
    const { task } = await loadTask(config.task, 0);
    const base = decoder ?? (await loadLanguageModel(config.base)).decoder;
    const verifier = decoder
      ? undefined
      : await loadVerifier(config.verifier.path, base, smallWorldText);
    return new QuickstartWorld({ config, task, decoder: base, verifier });
  }

  /** The questions of the first update. */
  get questions(): Question[] {
    const { questionsPerUpdate } = this.config.algorithm;
    return takeQuestions(this.#task.questions("train"), { count: questionsPerUpdate });
  }

  /** Fresh adapters and optimiser; the caller disposes them. */
  freshPolicies(): PolicySet {
    const { algorithm, discussion } = this.config;
    return PolicySet.initialize(
      policySeats(seatChoices(this.config), () => this.#model),
      policySetOptions(algorithm, discussion.numTurns),
      this.#random.split("policies"),
    );
  }

  /**
   * Holds the discussions of the first update.
   *
   * @param options `policies`, absent = the base model answers; `scorer`, the trained verifier or,
   * where sampling alone is measured, the oracle, which costs nothing.
   * @returns One discussion per question; the same ones every time.
   */
  discuss(
    options: { readonly policies?: PolicySet; readonly scorer?: "verifier" | "oracle" } = {},
  ): Promise<Discussion[]> {
    const { config } = this;
    const oracle = new OracleScorer(this.#task);
    const scorer: Scorer = options.scorer === "oracle" ? oracle : this.#verifier ?? oracle;
    return holdDiscussions({
      ...config,
      task: this.#task,
      format: this.text.format,
    }, {
      random: this.#random.split("update", 0).split("discussion"),
      questions: this.questions,
      seats: makeSeats(
        seatChoices(config).map(({ temperature }) => ({
          model: this.#model,
          temperature,
          scorer,
        })),
        { sampling: config.sampling, policies: options.policies },
      ),
      numTurns: config.discussion.numTurns,
      update: 0,
    });
  }

  /**
   * Pays the answers.
   *
   * @param discussions As they were held.
   * @returns One entry per discussion.
   */
  reward(discussions: readonly Discussion[]): RewardedDiscussion[] {
    const { reward, discussion, algorithm } = this.config;
    return rewardDiscussions(discussions, {
      reward,
      numTurns: discussion.numTurns,
      tokenizerOf: () => this.text.tokenizer,
      trainsFirstTurn: algorithm.trainGroups.includes(turnGroup(0, algorithm.turnGroups)),
    });
  }

  /**
   * Trains on them.
   *
   * @param policies Changed in place.
   * @param discussions With rewards.
   */
  async update(policies: PolicySet, discussions: readonly RewardedDiscussion[]): Promise<void> {
    const { algorithm, discussion, sampling } = this.config;
    await updatePolicies(policies, discussions, {
      algorithm,
      maxNewTokens: sampling.maxNewTokens,
      turns: [...Array(discussion.numTurns).keys()],
      updatesOf: () => ({ done: 0, total: algorithm.updates }),
      random: this.#random.split("update", 0).split("ppo"),
    });
  }

  /** Frees the models. */
  dispose(): void {
    this.#verifier?.dispose();
    this.decoder.dispose();
  }
}

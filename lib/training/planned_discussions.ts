/**
 * What a run is planned from: its discussions, and the models that hold them.
 *
 * @module
 */
import type { DiscussionFormat } from "../discussion/mod.ts";
import {
  type BaseDtype,
  type DecoderConfig,
  loadDecoderConfig,
  loadModelText,
  type ModelText,
  positionLimit,
} from "../models/mod.ts";
import { takeQuestions, type Task } from "../tasks/mod.ts";
import { baseBytes } from "./base_memory.ts";
import { longestPrompt, tokenRatio } from "./longest_prompt.ts";
import type { DiscussionConfig, SamplingConfig } from "./schemas.ts";
import type { SeatChoice } from "./seat_choices.ts";

/** Discussions of training, or of an evaluation. */
export interface Discussing {
  /** The section of the settings that says how large they are. */
  readonly purpose: "discussion" | "evaluation";
  /** The setting that says how many agents there are. */
  readonly setting: string;
  /** What is asked. */
  readonly task: Task;
  /** How it is written. */
  readonly format: DiscussionFormat;
  /** Splits that are asked about. */
  readonly splits: readonly string[];
  /** Discussions at once. */
  readonly numQuestions: number;
  /** Shape [A]. */
  readonly seats: readonly SeatChoice[];
  /** T. */
  readonly numTurns: number;
}

/** How answers are sampled and what is quoted of them. */
export interface AnswerSettings {
  /** Most tokens of an answer. */
  readonly sampling: Pick<SamplingConfig, "maxNewTokens">;
  /** Whether verdicts are quoted too. */
  readonly discussion: Pick<DiscussionConfig, "showScores">;
}

/** A base model without its weights. */
export interface PlannedModel {
  /** Its folder. */
  readonly base: string;
  /** Its sizes. */
  readonly config: DecoderConfig;
  /** Its tokenizer and template. */
  readonly text: ModelText;
  /** Bytes of its weights in memory. */
  readonly weightBytes: number;
}

/** A base model with the longest prompt that it is asked. */
export interface AskedModel extends PlannedModel {
  /** Tokens of the longest prompt that there can be. */
  readonly longest: number;
  /** Tokens of the longest that leaves positions for an answer. */
  readonly prompt: number;
}

/** Questions by which the tokens of two models are compared. */
const COMPARED_QUESTIONS = 16;

/**
 * Reads the base models of some seats, each once.
 *
 * @param seats The seats.
 * @param dtype What their matrices are to be kept in.
 * @returns The models in the order of the seats.
 * @throws {CheckpointError} If one cannot be read.
 */
export async function readPlannedModels(
  seats: readonly SeatChoice[],
  dtype: BaseDtype,
): Promise<PlannedModel[]> {
  const models: PlannedModel[] = [];
  for (const base of new Set(seats.map(({ base }) => base))) {
    const config = await loadDecoderConfig(base);
    models.push({
      base,
      config,
      text: await loadModelText(base),
      weightBytes: await baseBytes({ base, config, dtype }),
    });
  }
  return models;
}

/**
 * The longest prompt of a model in a discussion. What another model writes is taken to be as much longer
 * in this one's tokens as questions are.
 *
 * @param model The model that reads.
 * @param who The discussions.
 * @param options All models, how long answers are, and whether verdicts are shown.
 * @returns Tokens.
 * @throws {ConfigError} If the tokenizer cannot write a question.
 */
export function promptOf(
  model: PlannedModel,
  who: Discussing,
  { models, maxNewTokens, showScores }: {
    readonly models: readonly PlannedModel[];
    readonly maxNewTokens: number;
    readonly showScores: boolean;
  },
): number {
  const lengths = new Map(
    models.map((writer) => [writer.base, Math.ceil(maxNewTokens * ratioOf(model, writer, who))]),
  );
  return longestPrompt({
    ...who,
    text: { ...model.text, format: who.format },
    answerLengths: who.seats.map(({ base }) => lengths.get(base)!),
    showScores,
  });
}

/**
 * How many tokens of a reader one of a writer takes in the questions of a discussion.
 *
 * @param reader The model that reads.
 * @param writer The model that wrote.
 * @param who The discussions.
 * @returns At least 1; 1 where one cannot write the questions, which is refused elsewhere.
 */
export function ratioOf(reader: PlannedModel, writer: PlannedModel, who: Discussing): number {
  if (reader === writer) return 1;
  const questions = who.splits.flatMap((split) => {
    const set = who.task.questions(split);
    const count = Math.min(set.size ?? Infinity, COMPARED_QUESTIONS);
    return takeQuestions(set, { count }).map((question) => who.format.firstMessage(question));
  });
  try {
    return tokenRatio(reader.text.tokenizer, writer.text.tokenizer, questions);
  } catch (error) {
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/**
 * The models with the longest prompts that they are asked.
 *
 * @param settings How answers are sampled and what is quoted of them.
 * @param models The models.
 * @param held The discussions.
 * @returns One entry per model.
 * @throws {ConfigError} If a tokenizer cannot write a question.
 */
export function askedModels(
  { sampling: { maxNewTokens }, discussion: { showScores } }: AnswerSettings,
  models: readonly PlannedModel[],
  held: readonly Discussing[],
): AskedModel[] {
  return models.map((model) => {
    const longest = Math.max(
      ...held.filter(({ seats }) => seats.some(({ base }) => base === model.base))
        .map((who) => promptOf(model, who, { models, maxNewTokens, showScores })),
    );
    const prompt = Math.min(longest, positionLimit(model.config).positions - maxNewTokens);
    return { ...model, longest, prompt };
  });
}

/**
 * Answers of one round of discussions.
 *
 * @param who The discussions.
 * @param isCounted Which seats count; default all.
 * @returns Their number, which is that of rows of the frames as well.
 */
export function answersOf(
  { numQuestions, seats, numTurns }: Discussing,
  isCounted: (seat: SeatChoice) => boolean = () => true,
): number {
  return numQuestions * seats.filter(isCounted).length * numTurns;
}

/**
 * Discussions that are longer than a model reads.
 *
 * @module
 */
import { named } from "../core/mod.ts";
import { positionLimit } from "../models/mod.ts";
import {
  type AnswerSettings,
  type Discussing,
  type PlannedModel,
  promptOf,
  ratioOf,
} from "./planned_discussions.ts";

/** Why discussions do not fit into a model, and what would. */
export interface TooLong {
  /** What is too long, for an error or a line. */
  readonly message: string;
  /** The setting that decides it. */
  readonly thing: string;
  /** What to set instead. */
  readonly remedy: string;
}

/**
 * What to say where a model's longest discussion is longer than it reads.
 *
 * @param settings How answers are sampled and what is quoted of them.
 * @param who The discussions.
 * @param models The model, and all that discuss.
 * @returns Message, setting and remedy; undefined where the discussions fit, or the model has no seat in them.
 * @throws {ConfigError} If the tokenizer cannot write a question.
 */
export function describeTooLong(
  { sampling: { maxNewTokens }, discussion: { showScores } }: AnswerSettings,
  who: Discussing,
  { model, known }: { readonly model: PlannedModel; readonly known: readonly PlannedModel[] },
): TooLong | undefined {
  if (!who.seats.some(({ base }) => base === model.base)) return undefined;
  const { positions, text } = positionLimit(model.config);
  const needed = (numTurns: number, length = maxNewTokens) =>
    promptOf(model, { ...who, numTurns }, { models: known, maxNewTokens: length, showScores }) +
    length;
  const most = needed(who.numTurns);
  if (most <= positions) return undefined;
  const thing = `${who.purpose}.numTurns`;
  const name = known.length === 1 ? "the base model" : named(model.base);
  const [one, two] = [needed(1), needed(2)];
  const turns = 1 + Math.floor((positions - one) / (two - one)); // each adds as much
  const fewerTokens = () => {
    // Every answer before the last turn stands in the prompt, and the last behind it.
    const quoted = known.reduce((sum, writer) => {
      const { length } = who.seats.filter(({ base }) => base === writer.base);
      return sum + length * ratioOf(model, writer, who);
    }, 0);
    const excess = most - positions;
    let tokens = maxNewTokens - Math.ceil(excess / ((who.numTurns - 1) * quoted + 1));
    // Each length is rounded up where tokens differ.
    while (tokens > 0 && needed(who.numTurns, tokens) > positions) tokens--;
    return tokens;
  };
  const tokens = turns > 1 ? 0 : fewerTokens();
  return {
    thing,
    message: `${who.numTurns} turns of ${who.seats.length} agents (${thing}) with ` +
      `sampling.maxNewTokens=${maxNewTokens} take up to ${most} tokens, and ${name} reads ` +
      `${text}`,
    remedy: turns > 1
      ? `Set ${thing} to ${turns} or less`
      : tokens > 0
      ? `Set sampling.maxNewTokens to ${tokens} or less`
      : "Take a base model that reads more tokens",
  };
}

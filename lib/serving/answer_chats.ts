/**
 * Answers chats together.
 *
 * @module
 */
import { Random } from "../core/mod.ts";
import { generate } from "../generation/mod.ts";
import type { ChatWork } from "./chat_work.ts";
import type { ServedModel } from "./served_model.ts";

/** Limits of what is answered together. */
export interface BatchLimits {
  /** Most answers that are sampled at the same time. */
  readonly maxRows: number;
  /** Positions of the model: of a prompt and its answer. */
  readonly maxPositions: number;
  /** Most tokens of all these answers and their prompts: there is memory for their keys and values. */
  readonly maxBatchTokens: number;
}

/**
 * Whether a chat can be answered together with others: where all are sampled alike and there is room.
 *
 * @param chosen The others.
 * @param next The chat.
 * @param limits How much room there is.
 * @returns Whether it can.
 */
export function joinsChats(
  chosen: readonly ChatWork[],
  next: ChatWork,
  { maxRows, maxPositions, maxBatchTokens }: BatchLimits,
): boolean {
  const all = [...chosen, next].map(({ options }) => options);
  const [{ request: first }] = all as [ChatWork["options"]];
  const { request } = next.options;
  const numRows = all.reduce((sum, { request: { n } }) => sum + n, 0);
  const longest = roomOf([...chosen, next]);
  return request.temperature === first.temperature && request.topP === first.topP &&
    numRows <= maxRows && longest <= maxPositions && numRows * longest <= maxBatchTokens;
}

/**
 * Samples the answers of chats in one call. Each depends on its own seed alone, not on which others are
 * answered with it.
 *
 * @param served What answers.
 * @param chats At least one; several must join each other, see {@linkcode joinsChats}.
 * @param limits How many answers at the same time.
 * @throws What goes wrong; chats that nobody waits for any more are no error.
 */
export async function answerChats(
  { model: { decoder }, adapter }: ServedModel,
  chats: readonly ChatWork[],
  { maxRows, maxBatchTokens }: Pick<BatchLimits, "maxRows" | "maxBatchTokens">,
): Promise<void> {
  const rows = chats.flatMap((chat) =>
    chat.answers.map((_, choice) => ({
      chat,
      choice,
      random: Random.fromSeed(chat.options.seed).split("choice", choice),
    }))
  );
  const { temperature, topP } = chats[0]!.options.request;
  try {
    await generate(decoder, rows.map(({ chat }) => chat.options.prompt), {
      maxNewTokens: Math.max(...chats.map(({ options }) => options.maxTokens)),
      temperature,
      topP,
      topK: 0,
      maxRows: Math.max(1, Math.min(maxRows, Math.floor(maxBatchTokens / roomOf(chats)))),
      randoms: rows.map(({ random }) => random),
      signal: whenAllAbort(chats.map(({ signal }) => signal)),
      onTokens: ({ prompt, tokens, logProbs }) => {
        const { chat, choice } = rows[prompt]!;
        return chat.take(choice, tokens, logProbs);
      },
      ...adapter && { adapter },
    });
  } catch (error) {
    if (!chats.every(({ signal }) => signal.aborted)) throw error;
    for (const chat of chats) chat.fail(chat.signal.reason);
  }
}

/** Tokens that there must be room for in each row of a batch: the same for all, the longest prompt and answer. */
function roomOf(chats: readonly ChatWork[]): number {
  const most = (of: (options: ChatWork["options"]) => number) =>
    Math.max(...chats.map(({ options }) => of(options)));
  return most(({ prompt }) => prompt.length) + most(({ maxTokens }) => maxTokens);
}

/** Aborted when the last of some signals is. */
function whenAllAbort(signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  let left = signals.length;
  const count = (reason: unknown) => {
    if (--left === 0) controller.abort(reason);
  };
  for (const signal of signals) {
    if (signal.aborted) count(signal.reason);
    else signal.addEventListener("abort", () => count(signal.reason), { once: true });
  }
  return controller.signal;
}

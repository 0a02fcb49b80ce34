import { ConfigError, quoted } from "../core/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import type { SeatChoice } from "./seat_choices.ts";

/**
 * Refuses words for answers to begin with that a seat's tokenizer cannot write, or that leave no room.
 *
 * @param seats Shape [A], all seats.
 * @param options A base model with its tokenizer, and the most tokens of an answer.
 * @throws {ConfigError} If a seat with this base has such words.
 */
export function checkPrefill(
  seats: readonly Pick<SeatChoice, "base" | "prefill">[],
  { base, tokenizer, maxNewTokens }: {
    readonly base: string;
    readonly tokenizer: Tokenizer;
    readonly maxNewTokens: number;
  },
): void {
  for (const [agent, seat] of seats.entries()) {
    if (seat.base !== base) continue;
    for (const text of seat.prefill.filter((text) => text !== "")) {
      const thing = `seats.${agent}.prefill`;
      const what = `Cannot begin answers of seat ${agent} with ${quoted(text)}`;
      const tokens = tokensOf(text, tokenizer);
      if (tokens === undefined) {
        throw new ConfigError(`${what} as the tokenizer of its base must know the words`, {
          thing,
          remedy: "Take words that the base model was trained on",
        });
      }
      if (tokens.length >= maxNewTokens) {
        throw new ConfigError(
          `${what} as sampling.maxNewTokens, ${maxNewTokens}, must leave room for more: ` +
            `it takes ${tokens.length} tokens`,
          { thing, remedy: `Set sampling.maxNewTokens above ${tokens.length}` },
        );
      }
    }
  }
}

/** The tokens of a text that they give again; undefined where there are none. */
function tokensOf(text: string, tokenizer: Tokenizer): ArrayLike<number> | undefined {
  try {
    const tokens = Int32Array.from(tokenizer.encode(text));
    return tokenizer.decode(tokens).trim() === text.trim() ? tokens : undefined;
  } catch {
    return undefined; // a tokenizer of words refuses those that it does not have
  }
}

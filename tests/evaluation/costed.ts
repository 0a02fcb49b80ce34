import type { CostedAnswer } from "../../lib/evaluation/mod.ts";
import { GOLD } from "./rows.ts";

/** What a test says of an answer; the rest is filled in. */
export type CostedPlace =
  & Pick<CostedAnswer, "question" | "agent" | "turn" | "answer" | "score">
  & Partial<CostedAnswer>;

/** An answer of 2 tokens to a prompt of 10 of which 4 were computed; 3 operations for each token. */
export function costed(place: CostedPlace): CostedAnswer {
  return {
    sample: 0,
    gold: GOLD,
    correct: place.answer === GOLD,
    length: 2,
    promptLength: 10,
    computedPromptTokens: 4,
    promptFlops: 12,
    responseFlops: 6,
    ...place,
  };
}

/**
 * A question and one answer as the verifier reads them.
 *
 * @module
 */
import type { TextFormat } from "../discussion/mod.ts";
import type { Question } from "../tasks/mod.ts";
import { encodeChat, encodeReadableContent } from "../text/mod.ts";

/** An answer as the verifier reads it. */
export interface EncodedAnswer {
  /** Question prompt, then the answer, then end-of-sequence. */
  readonly tokens: Int32Array;
  /** Index in `tokens` of the answer's first token. */
  readonly answerStart: number;
}

/**
 * Encodes a question and one answer for the verifier: never the dialogue. Words of the answer that the
 * tokenizer cannot write are left out.
 *
 * @param text Tokenizer, template and discussion format.
 * @param question The question.
 * @param solution The answer's solution part.
 * @returns The tokens and where the answer starts.
 */
export function encodeAnswer(
  text: TextFormat,
  question: Question,
  solution: string,
): EncodedAnswer {
  const prompt = encodeChat(text.tokenizer, text.template, [
    { role: "user", content: text.format.firstMessage(question) },
  ], { addGenerationPrompt: true });
  const answer = encodeReadableContent(solution, text); // without markers, or it could end itself
  const tokens = new Int32Array(prompt.length + answer.length + 1);
  tokens.set(prompt);
  tokens.set(answer, prompt.length);
  tokens[tokens.length - 1] = text.tokenizer.eosTokenId;
  return { tokens, answerStart: prompt.length };
}

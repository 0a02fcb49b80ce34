/**
 * Answers to be scored by a verifier.
 *
 * @module
 */
import { z } from "zod";
import type { ScoreItem } from "../discussion/mod.ts";
import { positionLimit } from "../models/mod.ts";
import { encodeAnswer } from "../verifier/mod.ts";
import { ApiError } from "./api_error.ts";
import { checkFields } from "./check_fields.ts";
import { checkTextLength } from "./check_text_length.ts";
import type { ServedVerifier } from "./served_model.ts";
import type { QueuedWork } from "./work_queue.ts";

const text = z.string().refine((value) => value.isWellFormed(), "must be well-formed Unicode");

/**
 * Makes a reader of requests for scores.
 *
 * @param maxItems Most answers of one request.
 * @returns Reads a parsed body, and throws an {@linkcode ApiError} at what does not fit.
 */
export function scoreRequestReader(maxItems: number): (body: unknown) => ScoreItem[] {
  const schema = z.strictObject({
    items: z.array(z.strictObject({ question: text, solution: text })).min(1).max(maxItems),
  });
  return (body) =>
    checkFields(schema, body).items.map(({ question, solution }) => ({
      question: { id: "", text: question, gold: "" }, // only its text is read
      solution,
    }));
}

/**
 * Refuses what the verifier cannot read.
 *
 * @param verifier Who scores.
 * @param items Questions with solutions.
 * @throws {ApiError} If a question has words without tokens, or an item is too long.
 */
export function checkScorable({ parts }: ServedVerifier, items: readonly ScoreItem[]): void {
  const { positions } = positionLimit(parts.decoder.config);
  for (const [index, { question, solution }] of items.entries()) {
    const texts = [question.text, solution];
    checkTextLength(texts, { positions, param: `items[${index}]` });
    let length: number;
    try {
      length = encodeAnswer(parts.text, question, solution).tokens.length;
    } catch (error) {
      if (!(error instanceof RangeError) && !(error instanceof TypeError)) throw error;
      throw new ApiError(error.message, {
        param: `items[${index}].question`,
        code: "unknown_words",
      });
    }
    if (length <= positions) continue;
    throw new ApiError(
      `Cannot score items[${index}] as question and solution must fit into the model's ` +
        `${positions} positions: they have ${length} tokens`,
      { param: `items[${index}]`, code: "context_length_exceeded" },
    );
  }
}

/** Answers that wait for their scores. */
export class ScoreWork implements QueuedWork {
  /** Aborted when nobody waits for the scores. */
  readonly signal: AbortSignal;
  readonly #items: readonly ScoreItem[];
  readonly #scores = Promise.withResolvers<Float64Array>();

  /**
   * Items without scores.
   *
   * @param items Questions with solutions.
   * @param signal Aborted when nobody waits for the scores.
   */
  constructor(items: readonly ScoreItem[], signal: AbortSignal) {
    this.#items = items;
    this.signal = signal;
    this.#scores.promise.catch(() => {}); // who asked may have gone
  }

  /** Shape [items], in [0, 1]; rejected when they will not come. */
  get scores(): Promise<Float64Array> {
    return this.#scores.promise;
  }

  /**
   * Scores the items.
   *
   * @param verifier Who scores.
   */
  async run(verifier: ServedVerifier): Promise<void> {
    const { signal } = this;
    try {
      this.#scores.resolve(await verifier.score(this.#items, { signal }));
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Ends it without scores.
   *
   * @param error Why.
   */
  fail(error: unknown): void {
    this.#scores.reject(error);
  }
}

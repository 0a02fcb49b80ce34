/**
 * A chat that waits for its answers, or is being answered.
 *
 * @module
 */
import type { ChatRequest } from "./chat_request.ts";
import type { QueuedWork } from "./work_queue.ts";
import { type AnsweringModel, type AnswerPiece, SampledAnswer } from "./sampled_answer.ts";

/** A part of one of the answers. */
export interface ChoicePiece {
  /** Index of the answer. */
  readonly choice: number;
  /** What it adds. */
  readonly piece: AnswerPiece;
}

/** The parts of a {@link ChatWork}. */
export interface ChatWorkOptions {
  /** How is sampled. */
  readonly request: Pick<ChatRequest, "temperature" | "topP" | "n" | "stop" | "logprobs">;
  /** Shape [T], the chat. */
  readonly prompt: Int32Array;
  /** Most tokens of an answer. */
  readonly maxTokens: number;
  /** Of the random streams of its answers. */
  readonly seed: number;
  /** Who answers. */
  readonly model: AnsweringModel;
  /** Aborted when nobody waits for the answer. */
  readonly signal: AbortSignal;
  /** Told of each part of an answer as it comes. */
  readonly onPiece: (piece: ChoicePiece) => void;
}

/** One request for answers, from the queue to its last token. */
export class ChatWork implements QueuedWork {
  /** Its parts. */
  readonly options: ChatWorkOptions;
  /** Shape [n], its answers. */
  readonly answers: readonly SampledAnswer[];
  readonly #done = Promise.withResolvers<void>();

  /**
   * A chat without answers.
   *
   * @param options The request, and who is told.
   */
  constructor(options: ChatWorkOptions) {
    const { request: { n, stop, logprobs }, maxTokens, model } = options;
    this.options = options;
    this.answers = Array.from(
      { length: n },
      () => new SampledAnswer(model, { stop, maxTokens, logprobs }),
    );
    this.#done.promise.catch(() => {}); // who asked may have gone
  }

  /** Aborted when nobody waits for the answer. */
  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** Fulfilled when all answers have ended, rejected when they will not. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /**
   * Takes the next tokens of one of its answers.
   *
   * @param choice Index of the answer.
   * @param tokens Token ids.
   * @param logProbs Log-probability of each, in nats.
   * @returns Whether the answer goes on.
   */
  take(choice: number, tokens: Int32Array, logProbs: Float32Array): boolean {
    if (this.signal.aborted) {
      this.fail(this.signal.reason);
      return false;
    }
    const answer = this.answers[choice]!;
    const piece = answer.push(tokens, logProbs);
    if (piece !== undefined) this.options.onPiece({ choice, piece });
    if (this.answers.every(({ finishReason }) => finishReason !== undefined)) this.#done.resolve();
    return answer.finishReason === undefined;
  }

  /**
   * Ends it without an answer.
   *
   * @param error Why.
   */
  fail(error: unknown): void {
    this.#done.reject(error);
  }
}

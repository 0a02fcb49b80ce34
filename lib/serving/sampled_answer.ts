/**
 * An answer while it is sampled: its text, where it ends, and why.
 *
 * @module
 */
import { allEndTokens, type EndTokens } from "../models/mod.ts";
import type { Tokenizer } from "../text/mod.ts";
import { StopText } from "./stop_text.ts";
import { TokenText } from "./token_text.ts";

/** What is read of the model that answers. */
export interface AnsweringModel {
  /** Ids to text. */
  readonly tokenizer: Tokenizer;
  /** Knows which tokens end an answer. */
  readonly decoder: { readonly config: EndTokens };
}

/** Why an answer ended: by itself or at a stop, or since it may have no more tokens. */
export type FinishReason = "stop" | "length";

/** A token as it was sampled. */
export interface SampledToken {
  /** Its text by itself; the sign for unreadable bytes where it is part of a character. */
  readonly token: string;
  /** Log-probability in nats, under the temperature. */
  readonly logprob: number;
}

/** A part of an answer. */
export interface AnswerPiece {
  /** Text behind that of the pieces before. */
  readonly text: string;
  /** The tokens since the piece before, the end of the answer left out; none where they are not wanted. */
  readonly tokens: readonly SampledToken[];
}

/** Settings of a {@link SampledAnswer}. */
export interface SampledAnswerOptions {
  /** Texts before which the answer ends. */
  readonly stop: readonly string[];
  /** Most tokens, end-of-sequence included. */
  readonly maxTokens: number;
  /** Whether pieces have their tokens. */
  readonly logprobs: boolean;
}

/** An answer that grows by tokens. What is bad in it is data: bytes that are no text become U+FFFD. */
export class SampledAnswer {
  readonly #tokenizer: Tokenizer;
  readonly #ends: ReadonlySet<number>;
  readonly #maxTokens: number;
  readonly #keepsTokens: boolean;
  readonly #decoded: TokenText;
  readonly #stopped: StopText;
  #tokens: SampledToken[] = [];
  #numTokens = 0;
  #finishReason: FinishReason | undefined;

  /**
   * An answer without tokens.
   *
   * @param model Who answers.
   * @param options Where it ends.
   */
  constructor(
    { tokenizer, decoder }: AnsweringModel,
    { stop, maxTokens, logprobs }: SampledAnswerOptions,
  ) {
    this.#tokenizer = tokenizer;
    this.#ends = new Set(allEndTokens(decoder.config));
    this.#maxTokens = maxTokens;
    this.#keepsTokens = logprobs;
    this.#decoded = new TokenText(tokenizer);
    this.#stopped = new StopText(stop);
  }

  /** Tokens that were sampled, the end of the answer included. */
  get numTokens(): number {
    return this.#numTokens;
  }

  /** Why it ended; undefined while it grows. */
  get finishReason(): FinishReason | undefined {
    return this.#finishReason;
  }

  /**
   * Takes the next tokens, up to the end of the answer.
   *
   * @param tokens Token ids.
   * @param logProbs Log-probability of each, in nats.
   * @returns What they add; undefined if nothing can be shown yet.
   */
  push(tokens: Int32Array, logProbs: Float32Array): AnswerPiece | undefined {
    let text = "";
    for (let i = 0; i < tokens.length && this.#finishReason === undefined; i++) {
      text += this.#take(tokens[i]!, logProbs[i]!);
    }
    const isOver = this.#finishReason !== undefined && this.#tokens.length > 0;
    if (text === "" && !isOver) return undefined;
    const piece = { text, tokens: this.#tokens };
    this.#tokens = [];
    return piece;
  }

  #take(id: number, logprob: number): string {
    this.#numTokens++;
    const isEnd = this.#ends.has(id);
    let text = "";
    if (!isEnd) {
      if (this.#keepsTokens) this.#tokens.push({ token: this.#tokenizer.decode([id]), logprob });
      text = this.#stopped.push(this.#decoded.push(id));
    }
    if (!this.#stopped.isStopped && (isEnd || this.#numTokens === this.#maxTokens)) {
      text += this.#stopped.push(this.#decoded.finish());
      text += this.#stopped.finish();
      this.#finishReason = isEnd || this.#stopped.isStopped ? "stop" : "length";
    } else if (this.#stopped.isStopped) this.#finishReason = "stop";
    return text;
  }
}

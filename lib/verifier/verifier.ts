/**
 * The trained verifier: a decoder with a linear head that tells how likely an answer is right.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  type Decoder,
  type LoraAdapter,
  planMicroBatches,
  type ScalarHead,
  sequenceBatch,
} from "../models/mod.ts";
import { embedding } from "../ops/mod.ts";
import type { ScoreItem, Scorer, TextFormat } from "../discussion/mod.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { encodeAnswer } from "./encode_answer.ts";

/** The parts of a {@link Verifier}. */
export interface VerifierParts {
  /** Backbone: the agents' base model (spec §8.1); stays the caller's. */
  readonly decoder: Decoder;
  /** Adapter on the backbone. */
  readonly adapter: LoraAdapter;
  /** Linear layer D → 1. */
  readonly head: ScalarHead;
  /** Applied to the logit of the last answer token. */
  readonly calibration: Calibration;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
}

/** Most padded tokens of one scoring batch; bounds memory, does not change scores beyond rounding. */
const MAX_BATCH_TOKENS = 16_384;

/** Outcome verifier Ver(q, s): probability that an answer is right, read at its last token (spec §8.4). */
export class Verifier implements Scorer {
  /** Names the scorer in errors and reports. */
  readonly name = "trained verifier";
  /** What the verifier is made of. */
  readonly parts: VerifierParts;

  /** @param parts Backbone, head, calibration and text format; the verifier owns adapter and head. */
  constructor(parts: VerifierParts) {
    this.parts = parts;
  }

  /**
   * Scores answers.
   *
   * @param items Questions with solutions; order is kept.
   * @returns Shape [items], calibrated probabilities in [0, 1].
   */
  async score(items: readonly ScoreItem[]): Promise<Float64Array> {
    const logits = await this.logits(items);
    return logits.map((logit) => calibrate(logit, this.parts.calibration));
  }

  /**
   * Raw logits at the last answer token, before calibration.
   *
   * @param items Questions with solutions; order is kept.
   * @returns Shape [items], in nats.
   */
  async logits(items: readonly ScoreItem[]): Promise<Float64Array> {
    const { decoder, adapter, head, text } = this.parts;
    const encoded = items.map(({ question, solution }) => encodeAnswer(text, question, solution));
    const result = new Float64Array(items.length);
    const groups = planMicroBatches(encoded.map(({ tokens }) => tokens.length), MAX_BATCH_TOKENS);
    for (const group of groups) {
      const batch = sequenceBatch(
        group.map((index) => {
          const { tokens } = encoded[index]!;
          const mask = new Uint8Array(tokens.length);
          mask[tokens.length - 1] = 1;
          return { tokens, mask };
        }),
        text.tokenizer.padTokenId,
      );
      const values = tf.tidy(() => {
        const hidden = decoder.forward(batch.ids, {
          numRows: batch.numRows,
          starts: batch.starts,
          adapter,
        });
        // `sources` predict the last token; the state *at* it is one further.
        const rows = tf.tensor1d(batch.sources.map((source) => source + 1), "int32");
        return head.forward(embedding(hidden, rows));
      });
      const data = await values.data();
      values.dispose();
      group.forEach((index, row) => result[index] = data[row]!);
    }
    return result;
  }

  /** Frees adapter and head; the backbone stays. */
  dispose(): void {
    this.parts.adapter.dispose();
    this.parts.head.dispose();
  }
}

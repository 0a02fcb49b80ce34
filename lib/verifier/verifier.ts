/**
 * The trained verifier as a scorer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { yieldToEvents } from "../core/mod.ts";
import type { ScoreItem, ScoreOptions, Scorer, TextFormat } from "../discussion/mod.ts";
import { rowBatches } from "../models/mod.ts";
import { calibrate, type Calibration } from "./calibration.ts";
import { encodeAnswer } from "./encode_answer.ts";
import { readAnswers, verifierLogits, type VerifierModel } from "./verifier_model.ts";

/** The parts of a {@link Verifier}. */
export interface VerifierParts extends VerifierModel {
  /** Applied to the logit of the last answer token. */
  readonly calibration: Calibration;
  /** Tokenizer, template and format. */
  readonly text: TextFormat;
  /** Names of the tasks whose answers it was trained on. */
  readonly tasks: readonly string[];
}

/** Most padded tokens of one scoring batch; bounds memory, does not change scores beyond rounding. */
const MAX_BATCH_TOKENS = 16_384;

/** Outcome verifier Ver(q, s): probability that an answer is right, read at its last token. */
export class Verifier implements Scorer {
  /** Names the scorer in errors and reports. */
  readonly name = "trained verifier";
  /** What the verifier is made of. */
  readonly parts: VerifierParts;

  /**
   * A verifier of trained parts.
   *
   * @param parts Base model, head, calibration and text format; the verifier owns adapter and head.
   */
  constructor(parts: VerifierParts) {
    this.parts = parts;
  }

  /**
   * Scores answers.
   *
   * @param items Questions with solutions; order is kept.
   * @param options What stops it.
   * @returns Shape [items], calibrated probabilities in [0, 1].
   * @throws The signal's reason when it aborts.
   */
  async score(items: readonly ScoreItem[], options: ScoreOptions = {}): Promise<Float64Array> {
    const logits = await this.logits(items, options);
    return logits.map((logit) => calibrate(logit, this.parts.calibration));
  }

  /**
   * Raw logits at the last answer token, before calibration.
   *
   * @param items Questions with solutions; order is kept.
   * @param options What stops it.
   * @returns Shape [items], in nats.
   * @throws The signal's reason when it aborts.
   */
  async logits(items: readonly ScoreItem[], { signal }: ScoreOptions = {}): Promise<Float64Array> {
    const { decoder, text } = this.parts;
    const encoded = items.map(({ question, solution }) => encodeAnswer(text, question, solution));
    const answers = await readAnswers(decoder, encoded, {
      maxTokens: MAX_BATCH_TOKENS,
      signal,
    });
    const result = new Float64Array(items.length);
    const batches = rowBatches(answers.map(({ sequence }) => sequence), {
      padTokenId: decoder.config.padTokenId,
      maxTokens: MAX_BATCH_TOKENS,
    });
    for (const { members, offsets, batch } of batches) {
      await yieldToEvents(signal);
      const features = members.map((index) => answers[index]!.features);
      const logits = tf.tidy(() => verifierLogits(this.parts, batch, features));
      const values = await logits.data();
      logits.dispose();
      members.forEach((index, i) => result[index] = values[offsets[i + 1]! - 1]!);
    }
    return result;
  }

  /** Frees adapter and head; the base model stays. */
  dispose(): void {
    this.parts.adapter?.dispose();
    this.parts.head.dispose();
  }
}

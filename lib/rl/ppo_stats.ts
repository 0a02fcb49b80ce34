/**
 * What a PPO update logs.
 *
 * @module
 */
import type { SequenceBatch } from "../models/mod.ts";
import { explainedVariance } from "./explained_variance.ts";
import type { PpoRow } from "./ppo_rows.ts";

/** Statistics of one update of one parameter group; means over steps or tokens as said. */
export interface PpoStats {
  /** Mean policy loss over steps. */
  readonly policyLoss: number;
  /** Mean value loss over the critic's steps, before `vfCoef`; null where there is no critic, as below. */
  readonly valueLoss: number | null;
  /** KL(old‖new) per token over all steps, nats (estimator ρ − 1 − log ρ). */
  readonly approxKl: number;
  /** Share of tokens whose ratio left [1 − ε, 1 + ε], over all steps. */
  readonly clipFrac: number;
  /** Share of states whose value moved further than `cliprangeValue`, over all steps. */
  readonly valueClipFrac: number | null;
  /** Mean entropy of the policy per token, nats, over all steps. */
  readonly entropy: number;
  /**
   * 1 − Var(G − V) / Var(G) of the values before the update against the Monte-Carlo returns G, the discounted
   * sums of the token rewards to come (not Â + V, which contains V for λ < 1); null when these are all equal.
   */
  readonly explainedVariance: number | null;
  /** Mean norm of the policy's gradient over steps, before clipping. */
  readonly gradNorm: number;
  /** Mean norm of the gradient of `vfCoef` times the value loss over steps, before clipping. */
  readonly valueGradNorm: number | null;
  /** Learning rate of the last step of the policy. */
  readonly learningRate: number;
  /** Divergence from the base model before the update, summed over an answer, mean over answers, nats. */
  readonly refKl: number;
  /** Mean reward of the answers. */
  readonly reward: number;
  /** Largest |ρ − 1| on the first pass; rounding only. */
  readonly firstRatioError: number;
  /**
   * Largest distance of the old log-probabilities from those with which the tokens were sampled, nats;
   * rounding only, if what was sampled is trained on. 0 where the latter are not known.
   */
  readonly samplingError: number;
  /** Answers trained on. */
  readonly numAnswers: number;
  /** Their tokens. */
  readonly numTokens: number;
  /** Optimiser steps taken. */
  readonly numSteps: number;
  /** Share of the tokens of all steps' batches that are padding, in [0, 1]. */
  readonly paddedShare: number;
}

/** Collects {@link PpoStats} over an update. */
export class PpoStatsCollector {
  readonly #rows: readonly PpoRow[];
  readonly #steps = { policyLoss: 0, gradNorm: 0, count: 0 };
  readonly #criticSteps = { valueLoss: 0, gradNorm: 0, count: 0 };
  #learningRate = 0;
  readonly #tokens = { kl: 0, clipped: 0, entropy: 0, count: 0 };
  readonly #states = { clipped: 0, count: 0 };
  readonly #computed = { padding: 0, count: 0 };
  #firstRatioError = 0;

  /**
   * Starts with nothing added.
   *
   * @param rows All rows of the update.
   */
  constructor(rows: readonly PpoRow[]) {
    this.#rows = rows;
  }

  /**
   * Adds the tokens that a micro-batch computes.
   *
   * @param batch The policy's or the value function's.
   */
  batch(batch: Pick<SequenceBatch, "numRows" | "length" | "starts">): void {
    this.#computed.padding += batch.starts.reduce((sum, start) => sum + start, 0);
    this.#computed.count += batch.numRows * batch.length;
  }

  /**
   * Adds one micro-batch of the policy's tokens.
   *
   * @param tokens Log-probabilities before and after, entropies, each of shape [N], and ε.
   */
  policy(tokens: {
    readonly newLogProbs: Float32Array;
    readonly oldLogProbs: Float32Array;
    readonly entropy: Float32Array;
    readonly cliprange: number;
  }): void {
    const { newLogProbs, oldLogProbs, entropy, cliprange } = tokens;
    for (const [i, value] of newLogProbs.entries()) {
      const logRatio = value - oldLogProbs[i]!;
      const distance = Math.abs(Math.expm1(logRatio));
      this.#tokens.kl += Math.expm1(logRatio) - logRatio;
      this.#tokens.clipped += distance > cliprange ? 1 : 0;
      this.#tokens.entropy += entropy[i]!;
      if (this.#steps.count === 0) {
        this.#firstRatioError = Math.max(this.#firstRatioError, distance);
      }
    }
    this.#tokens.count += newLogProbs.length;
  }

  /**
   * Adds one micro-batch of the value function's states.
   *
   * @param states Values before and after, each of shape [N], and the clip range (null = none).
   */
  values(states: {
    readonly newValues: Float32Array;
    readonly oldValues: Float32Array;
    readonly cliprangeValue: number | null;
  }): void {
    const { newValues, oldValues, cliprangeValue } = states;
    for (const [i, value] of newValues.entries()) {
      if (Math.abs(value - oldValues[i]!) > (cliprangeValue ?? Infinity)) this.#states.clipped++;
    }
    this.#states.count += newValues.length;
  }

  /**
   * Adds one optimiser step of the policy.
   *
   * @param step Its loss, gradient norm and learning rate.
   */
  policyStep(step: {
    readonly policyLoss: number;
    readonly gradNorm: number;
    readonly learningRate: number;
  }): void {
    this.#steps.policyLoss += step.policyLoss;
    this.#steps.gradNorm += step.gradNorm;
    this.#steps.count++;
    this.#learningRate = step.learningRate;
  }

  /**
   * Adds one optimiser step of the critic.
   *
   * @param step Its loss before `vfCoef`, and gradient norm.
   */
  criticStep(step: { readonly valueLoss: number; readonly gradNorm: number }): void {
    this.#criticSteps.valueLoss += step.valueLoss;
    this.#criticSteps.gradNorm += step.gradNorm;
    this.#criticSteps.count++;
  }

  /**
   * Means over everything added so far.
   *
   * @returns The statistics.
   */
  summary(): PpoStats {
    const rows = this.#rows;
    const { count: steps } = this.#steps;
    const { count: tokens } = this.#tokens;
    const values = rows.flatMap((row) => row.values ?? []);
    const perCriticStep = (sum: number) =>
      this.#criticSteps.count === 0 ? null : sum / this.#criticSteps.count;
    const numTokens = rows.reduce((sum, { row }) => sum + row.tokens.length, 0);
    const klSum = rows.reduce((sum, { kl }) => sum + kl.reduce((a, b) => a + b, 0), 0);
    return {
      policyLoss: this.#steps.policyLoss / steps,
      valueLoss: perCriticStep(this.#criticSteps.valueLoss),
      approxKl: this.#tokens.kl / tokens,
      clipFrac: this.#tokens.clipped / tokens,
      valueClipFrac: this.#states.count === 0 ? null : this.#states.clipped / this.#states.count,
      entropy: this.#tokens.entropy / tokens,
      explainedVariance: values.length === 0 ? null : explainedVariance(
        values.flatMap(({ oldValues, monteCarloReturns }) => [
          ...oldValues.subarray(0, monteCarloReturns.length),
        ]),
        values.flatMap(({ monteCarloReturns }) => [...monteCarloReturns]),
      ),
      gradNorm: this.#steps.gradNorm / steps,
      valueGradNorm: perCriticStep(this.#criticSteps.gradNorm),
      learningRate: this.#learningRate,
      refKl: klSum / rows.length,
      reward: rows.reduce((sum, { row }) => sum + row.reward, 0) / rows.length,
      firstRatioError: this.#firstRatioError,
      samplingError: rows.reduce((most, row) => Math.max(most, samplingError(row)), 0),
      numAnswers: rows.length,
      numTokens,
      numSteps: steps,
      paddedShare: this.#computed.padding / this.#computed.count,
    };
  }
}

/**
 * How far an answer's old log-probabilities are from those with which it was sampled.
 *
 * @param row The answer.
 * @returns The largest distance over its tokens, nats; 0 where the latter are not known.
 */
export function samplingError({ row: { sampledLogProbs }, oldLogProbs }: PpoRow): number {
  if (!sampledLogProbs) return 0;
  return oldLogProbs.reduce(
    (most, old, i) => Math.max(most, Math.abs(old - sampledLogProbs[i]!)),
    0,
  );
}

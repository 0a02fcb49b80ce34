import { gae, type GaeOptions } from "./gae.ts";
import { checkFiniteFloats } from "./kl_of_rows.ts";
import { rewardsToGo } from "./rewards_to_go.ts";
import { maskedMoments, whitenBy } from "./whiten.ts";
import type { WhiteningPool } from "./whitening_pools.ts";

/** One response before the update. */
export interface PpoTargetRow {
  /** KL estimate of each token, nats, shape [N]. */
  readonly kl: ArrayLike<number>;
  /**
   * Value of the state before each token, at least [N]; in official mode [N + 1] where the response is
   * shorter than `maxNewTokens` (the last one is that of the state after the last token).
   */
  readonly values: ArrayLike<number>;
  /** S, the reward of the whole response. */
  readonly score: number;
}

/** Options of {@link ppoTargets}. */
export interface PpoTargetOptions extends Pick<GaeOptions, "gamma" | "gaeLambda"> {
  /** λ_KL, price of one nat of divergence from the reference, at least 0. */
  readonly klCoef: number;
  /** Scale the token rewards to variance 1 around their mean. Default false. */
  readonly whitenRewards?: boolean;
  /** Scale the advantages to mean 0 and variance 1. Default true. */
  readonly whitenAdvantages?: boolean;
  /** What is whitened over what, see `whiteningPools()`. Default all tokens of the batch over each other. */
  readonly pools?: readonly WhiteningPool[];
  /** Where the score goes. Default `"paper"`; see {@link ppoTargets}. */
  readonly compat?: "paper" | "official";
  /** R, official mode only: the most tokens of a response; tells whether there is room behind it. */
  readonly maxNewTokens?: number;
}

/**
 * Targets of one response. Shape [M] each: M = N, in official mode N + 1 where there is room behind
 * the response. The policy is trained at the first N entries, the value function at all M.
 */
export interface PpoTargetsOfRow {
  /** N. */
  readonly numTokens: number;
  /** r_i = −λ_KL·kl_i, plus the score at its place; whitened if asked. */
  readonly tokenRewards: Float64Array<ArrayBuffer>;
  /** Â_i before whitening. */
  readonly rawAdvantages: Float64Array<ArrayBuffer>;
  /** Â_i, whitened unless turned off; 0 behind the last token. */
  readonly advantages: Float64Array<ArrayBuffer>;
  /** G_i = Â_i + V_i, of the advantages before whitening. */
  readonly returns: Float64Array<ArrayBuffer>;
  /** Discounted sums of the token rewards, which the values are to predict. */
  readonly rewardsToGo: Float64Array<ArrayBuffer>;
}

/**
 * Advantages and returns of a batch of responses by generalised advantage estimation.
 *
 * Every token pays the KL penalty and the score is added once. Paper: at the last token (MAPoRL §3.2).
 * Official (the convention of TRL's PPOv2): one past it, as if an empty token were there whose value
 * is learned too, unless the response fills `maxNewTokens`; then at the last token.
 *
 * @param rows Responses; one of 0 tokens gets empty targets in paper mode.
 * @param options Coefficients and switches.
 * @returns Targets of each row.
 * @throws {RangeError} If lengths do not fit, an option is out of range, or official mode lacks
 * `maxNewTokens`.
 * @throws {NumericError} If a score, value or divergence is not finite in float32.
 */
export function ppoTargets(
  rows: readonly PpoTargetRow[],
  options: PpoTargetOptions,
): PpoTargetsOfRow[] {
  const { klCoef, whitenRewards = false, whitenAdvantages = true } = options;
  if (!(klCoef >= 0 && Number.isFinite(klCoef))) {
    throw new RangeError(
      `Cannot price divergence as klCoef must be a finite number of at least 0: current value is ${klCoef}`,
    );
  }
  const drafts = rows.map((row, index) => {
    const numTokens = row.kl.length;
    const numValues = numTokens + (hasRoomBehind(numTokens, options) ? 1 : 0);
    checkRow(row, index, numValues);
    const tokenRewards = new Float64Array(numValues);
    for (let i = 0; i < numTokens; i++) tokenRewards[i] = -klCoef * row.kl[i]!;
    if (numValues > 0) tokenRewards[numValues - 1]! += row.score; // the last state's, see above
    return { numTokens, tokenRewards };
  });
  const pools = options.pools ??
    [{ rows: [...rows.keys()], over: [...rows.keys()], mode: "whiten" as const }];
  // Their mean stays: taken out of every token, it would pay long and short answers differently.
  if (whitenRewards) {
    const whitened = inPools(drafts.map((draft) => draft.tokenRewards), pools, { keepMean: true });
    for (const [index, { tokenRewards }] of drafts.entries()) tokenRewards.set(whitened[index]!);
  }
  const { gamma = 1, gaeLambda = 0.95 } = options;
  const estimates = drafts.map(({ tokenRewards }, index) => {
    const values = Array.from(tokenRewards, (_, i) => rows[index]!.values[i]!);
    return gae(tokenRewards, values, { gamma, gaeLambda });
  });
  // The policy is trained at the N tokens: the state behind them, if there is one, is not whitened over.
  const ofTokens = estimates.map(({ advantages }, index) =>
    advantages.subarray(0, drafts[index]!.numTokens)
  );
  const trained = whitenAdvantages ? inPools(ofTokens, pools, { keepMean: false }) : ofTokens;
  return drafts.map((draft, index) => {
    const { advantages: rawAdvantages, returns } = estimates[index]!;
    const advantages = new Float64Array(rawAdvantages.length);
    advantages.set(trained[index]!);
    const toGo = rewardsToGo(draft.tokenRewards, gamma);
    return { ...draft, rawAdvantages, advantages, returns, rewardsToGo: toGo };
  });
}

/** Whitens the values of each pool's rows by the moments of the rows that it is whitened over. */
function inPools(
  valuesOfRows: readonly Float64Array[],
  pools: readonly WhiteningPool[],
  { keepMean }: { readonly keepMean: boolean },
): Float64Array[] {
  const result = [...valuesOfRows];
  for (const { rows, over, mode } of pools) {
    // Without a scale there is nothing left to do around a mean that stays.
    if (mode === "none" || (mode === "center" && keepMean)) continue;
    const moments = maskedMoments(over.flatMap((i) => [...valuesOfRows[i]!]));
    for (const i of rows) {
      result[i] = mode === "whiten"
        ? whitenBy(valuesOfRows[i]!, moments, { keepMean })
        : valuesOfRows[i]!.map((value) => value - moments.mean);
    }
  }
  return result;
}

function hasRoomBehind(numTokens: number, options: PpoTargetOptions): boolean {
  const { compat = "paper", maxNewTokens } = options;
  if (compat === "paper") return false;
  if (maxNewTokens === undefined || !(numTokens <= maxNewTokens)) {
    throw new RangeError(
      `Cannot place the score as maxNewTokens must be at least the length of a response of ${numTokens} tokens: current value is ${maxNewTokens}`,
    );
  }
  return numTokens < maxNewTokens;
}

function checkRow(row: PpoTargetRow, index: number, numValues: number): void {
  if (row.values.length < numValues) {
    throw new RangeError(
      `Cannot compute targets as row ${index} needs ${numValues} values: it has ${row.values.length}`,
    );
  }
  checkFiniteFloats([row.score], `score of row ${index}`);
  checkFiniteFloats(row.kl, `divergence of row ${index}`);
  checkFiniteFloats(
    Array.from({ length: numValues }, (_, i) => row.values[i]!),
    `values of row ${index}`,
  );
}

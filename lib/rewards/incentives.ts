/**
 * The weights of the incentives, named by the cell in which the revision goes from wrong to right.
 *
 * | name | paper | released code | cell that names it |
 * |---|---|---|---|
 * | `againstOthers` | α0, critical reasoning | `alpha[1]` | own answer W→R while the others are wrong |
 * | `followOthers` | α1, persuadability | `alpha[0]` | own answer W→R while the others are right |
 * | `othersLeftMe` | β0, useful though wrong | `alpha[2]` | others W→R while the own answer is wrong |
 * | `othersJoinedMe` | β1, persuasion with a right answer | `alpha[3]` | others W→R while the own answer is right |
 *
 * Each weight also prices one cell that goes from right to wrong. The two sources pair those
 * differently: the paper by the truth that stands still (α1: both of its cells have right others),
 * the released code by the relation (`followOthers`: both of its cells end up with the others).
 * See `incentiveParts()`.
 */
export interface Incentives {
  /** At least 0, in units of the reward. */
  readonly againstOthers: number;
  /** At least 0, in units of the reward. */
  readonly followOthers: number;
  /** At least 0, in units of the reward. */
  readonly othersLeftMe: number;
  /** At least 0, in units of the reward. */
  readonly othersJoinedMe: number;
}

/** No incentives: rewards are scores and penalties alone. */
export const NO_INCENTIVES: Incentives = {
  againstOthers: 0,
  followOthers: 0,
  othersLeftMe: 0,
  othersJoinedMe: 0,
};

/** The weights by the paper's letters (MAPoRL Tables 1 and 2). */
export interface PaperIncentives {
  /** α0: leave a wrong majority, resist a wrong majority. */
  readonly alpha0: number;
  /** α1: follow a right majority. */
  readonly alpha1: number;
  /** β0: influence of a wrong answer. */
  readonly beta0: number;
  /** β1: influence of a right answer. */
  readonly beta1: number;
}

/**
 * Named weights from the paper's letters.
 *
 * @param letters α0, α1, β0, β1.
 * @returns The named weights.
 */
export function incentivesFromPaper(letters: PaperIncentives): Incentives {
  return {
    againstOthers: letters.alpha0,
    followOthers: letters.alpha1,
    othersLeftMe: letters.beta0,
    othersJoinedMe: letters.beta1,
  };
}

/**
 * Named weights from the released code's list.
 *
 * @param alpha `alpha[0..3]` as on its command line.
 * @returns The named weights; `incentiveParts()` with `compat: "official"` then pays what that code pays.
 */
export function incentivesFromOfficial(
  alpha: readonly [number, number, number, number],
): Incentives {
  return {
    followOthers: alpha[0],
    againstOthers: alpha[1],
    othersLeftMe: alpha[2],
    othersJoinedMe: alpha[3],
  };
}

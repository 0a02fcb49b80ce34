import {
  bootstrapMean,
  drawResamples,
  type Interval,
  type ResampleOptions,
  selectionCredits,
  type SelectionRule,
  type SubsetOptions,
  type Vote,
} from "../../lib/evaluation/mod.ts";

/** What a rule reaches with n answers. */
export interface SelectionPoint {
  readonly numAnswers: number;
  readonly accuracy: Interval;
  readonly creditsQ: readonly number[];
  readonly isExact: boolean;
}

/** What a rule reaches with n = 1 … N answers, N that of the question with fewest. */
export function selectionCurve<Answer extends Vote>(
  answersQN: readonly (readonly Answer[])[],
  rule: SelectionRule<Answer>,
  options: ResampleOptions & SubsetOptions & { readonly level?: number },
): SelectionPoint[] {
  const most = Math.min(...answersQN.map(({ length }) => length));
  const resamples = drawResamples(answersQN.length, options);
  const creditsOf = selectionCredits(answersQN, rule, options);
  return Array.from({ length: most }, (_, i) => {
    const { creditsQ, isExact } = creditsOf(i + 1);
    const bounds = { low: 0, high: 1 };
    const accuracy = bootstrapMean(creditsQ, resamples, { ...options, bounds })!;
    return { numAnswers: i + 1, accuracy, creditsQ, isExact };
  });
}

/**
 * Evaluation: votes, accuracy per turn, transitions, and intervals by bootstrap over questions.
 *
 * Everything works on {@link EvaluationRow}: one row per question, turn and agent. `summarise()` is
 * the table of a system, `compareSystems()` that of two on the same questions.
 *
 * @module
 */
export { accuracyByAgent, TURN_METRICS, type TurnMetric, turnValues } from "./accuracy.ts";
export {
  bootstrapDifference,
  bootstrapMean,
  drawResamples,
  type Interval,
  type IntervalOptions,
  MIN_RESAMPLES,
  type ResampleOptions,
  type Resamples,
} from "./bootstrap.ts";
export {
  type EvaluationRow,
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
} from "./evaluation_table.ts";
export {
  agrestiCoullInterval,
  bonettPriceInterval,
  type Bounds,
  MIN_DIFFERING_QUESTIONS,
  numDiffering,
} from "./few_questions.ts";
export { expandedTail, studentQuantile } from "./interval_tails.ts";
export { midQuantile } from "./mid_quantile.ts";
export {
  compareSystems,
  type EvaluationSummary,
  type MetricIntervals,
  summarise,
  type SummaryOptions,
  type SystemComparison,
} from "./summary.ts";
export {
  answerTransitions,
  type Transitions,
  type TurnPair,
  type VoteTransitions,
  voteTransitions,
} from "./transitions.ts";
export { influenceTriples, revisionTriples, type TripleOptions, type Triples } from "./triples.ts";
export { type Vote, voteCredit, type VoteOptions } from "./vote.ts";

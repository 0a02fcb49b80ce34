/**
 * Evaluation: votes, accuracy per turn, transitions, and intervals: by bootstrap over questions, and over seeds.
 *
 * Everything works on {@link EvaluationRow}: one row per question, turn and agent. `summarise()` is
 * the table of a system, `compareSystems()` that of two on the same questions. `selectionCredits()` is
 * what choosing one of n independent answers reaches: the baselines without discussion. What happens in
 * discussions: `persuasionGraph()`, `givingWay()`, `consensusOf()`, `choiceGaps()`; what goes wrong in
 * training: `scoreDrift()`, `rewardHacking()`, `diagnoseFlatRewards()`.
 *
 * @module
 */
export { accuracyByAgent, TURN_METRICS, type TurnMetric, turnValues } from "./accuracy.ts";
export {
  type AnswerCost,
  type CostedAnswer,
  costOfAnswers,
  costOfIndependent,
  costOfOneSeat,
  costPerQuestion,
  type IndependentCost,
} from "./answer_costs.ts";
export { answersByQuestion } from "./answers_by_question.ts";
export { bestOfNCredit, expectedBestOfNCredits, type ScoredAnswer } from "./best_of_n.ts";
export {
  bootstrapDifference,
  bootstrapMean,
  type Interval,
  type IntervalOptions,
} from "./bootstrap.ts";
export { drawResamples, MIN_RESAMPLES, type ResampleOptions, type Resamples } from "./resamples.ts";
export {
  type EvaluationRow,
  type EvaluationTable,
  evaluationTable,
  type EvaluationTableOptions,
} from "./evaluation_table.ts";
export { type CostedValue, costFrontier } from "./cost_frontier.ts";
export { type ChoiceGaps, choiceGaps } from "./choice_gaps.ts";
export { type ComparedWay, compareWays, type WayComparison } from "./compare_ways.ts";
export { type Consensus, consensusOf, type Unanimity } from "./consensus.ts";
export { expectedVoteCredits } from "./expected_vote.ts";
export {
  agrestiCoullInterval,
  bonettPriceInterval,
  type Bounds,
  MIN_DIFFERING_QUESTIONS,
  numDiffering,
} from "./few_questions.ts";
export {
  type FlatRewardCause,
  type FlatRewardRemedy,
  flatRewardRemedy,
  type FlatRewardSettings,
  type MeasuredSignal,
  mostCommonPenalty,
} from "./flat_reward_remedies.ts";
export {
  diagnoseFlatRewards,
  FLAT_REWARD_THRESHOLDS,
  type FlatRewardFinding,
  MIN_CURVE_UPDATES,
  type RewardRise,
  rewardRise,
} from "./flat_rewards.ts";
export { type GivingWay, givingWay, type GivingWayOptions, type Yielding } from "./giving_way.ts";
export { type HeldTurns, heldTurns, opinionOf, type TurnChoice } from "./held_turns.ts";
export { holmAdjusted } from "./holm.ts";
export { intervalOverSeeds, type OverSeedsOptions } from "./interval_over_seeds.ts";
export { expandedPValue, expandedTail, studentQuantile, studentTail } from "./interval_tails.ts";
export { type AnswerTokens, type MatchedAnswers, matchedAnswers } from "./matched_answers.ts";
export { type MatchedNumbers, matchedNumbers } from "./matched_numbers.ts";
export {
  differenceOverSeeds,
  meanOverSeeds,
  type QuestionValues,
  type SeedsOptions,
  type SeedValues,
} from "./mean_over_seeds.ts";
export { midQuantile, midShare } from "./mid_quantile.ts";
export { expectedOracleCredits, oracleCredit } from "./oracle_best_of_n.ts";
export { type Persuasion, persuasionGraph, type TakenOver } from "./persuasion.ts";
export { type AskedScore, type RewardHacking, rewardHacking } from "./reward_hacking.ts";
export { type LabelledScore, type ScoreDrift, scoreDrift } from "./score_drift.ts";
export { type CreditsOf, selectionCredits } from "./selection_credits.ts";
export {
  BEST_OF_N,
  majorityVote,
  ORACLE_BEST_OF_N,
  type SelectionRule,
  WEIGHTED_VOTE,
} from "./selection_rules.ts";
export { bonettPricePValue, bootstrapPValue, studentPValue } from "./p_values.ts";
export { contentOf, type QuestionKey, questionKey } from "./question_key.ts";
export { median, quantile } from "./quantile.ts";
export { subsetShares } from "./subset_shares.ts";
export { type SubsetOptions, type Subsets, subsetsOf } from "./subsets.ts";
export { summariseSeeds } from "./summarise_seeds.ts";
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
  type Moves,
  type Transitions,
  type TurnPair,
  voteMoves,
  type VoteTransitions,
  voteTransitions,
} from "./transitions.ts";
export {
  influenceTriples,
  revisionTriples,
  sumOfTriples,
  type Triple,
  type TripleCounts,
  tripleCounts,
  type TripleKind,
  type TripleOptions,
  TRIPLES,
  type Triples,
} from "./triples.ts";
export {
  type ComparedAnswers,
  type SignalAnswer,
  type SignalSteps,
  type UpdateSignal,
  updateSignal,
} from "./update_signal.ts";
export { type Vote, voteCredit, type VoteOptions } from "./vote.ts";
export type { WayOfAnswering } from "./way_of_answering.ts";
export { wayOfOneAnswer } from "./way_of_one_answer.ts";
export { waysOfChoosing, type WaysOfChoosingOptions } from "./ways_of_choosing.ts";
export { waysOfDiscussing, type WaysOfDiscussingOptions } from "./ways_of_discussing.ts";
export { weightedVoteCredit } from "./weighted_vote.ts";

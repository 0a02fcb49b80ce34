/**
 * Rewards: from the scores, correctness and texts of a discussion to one number per answer.
 *
 * Pure functions of tables of shape [T, A] (turns × agents) with masks (1 = counts); there are no
 * sentinel values. `discussionRewards()` puts the parts together: a score rule (MAPoRL Def. 1, App. F),
 * penalties (G.2, G.3.1) and incentives (Tables 1 and 2).
 *
 * @module
 */
export { endOfLastBox, hasBoxOnOneLine, hasTextAfterBox } from "./boxed_text.ts";
export { type IncentiveOptions, type IncentiveParts, incentiveParts } from "./incentive_parts.ts";
export {
  type Incentives,
  incentivesFromOfficial,
  incentivesFromPaper,
  NO_INCENTIVES,
  type PaperIncentives,
} from "./incentives.ts";
export { othersOpinion, othersRightShare, type TieRule } from "./others_opinion.ts";
export {
  findPenalties,
  penalisedScore,
  type PenalisedScoreOptions,
  PENALTY_KINDS,
  type PenaltyInput,
  type PenaltyKind,
  type PenaltyOptions,
  type ReasoningVerdict,
} from "./penalties.ts";
export { hasRepetition, type RepetitionOptions } from "./repetition.ts";
export {
  noVerifierRule,
  type NoVerifierRuleOptions,
  REWARD_DESIGNS,
  type RewardDesign,
  rewardDesign,
} from "./reward_designs.ts";
export {
  discussionRewards,
  type RewardInput,
  type RewardOptions,
  type RewardParts,
} from "./rewards.ts";
export {
  type RewardHorizon,
  type RewardShare,
  type ScoreRule,
  scoreRule,
  type ScoreRuleOptions,
} from "./score_rules.ts";
export {
  checkFinite,
  type MaskedTable,
  padTurns,
  presentTurns,
  resolveMask,
  type TableShape,
  tableShape,
  type TurnMask,
  type TurnTable,
} from "./turn_table.ts";

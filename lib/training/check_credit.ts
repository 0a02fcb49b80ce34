/**
 * Settings of a credit that contradict others.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import { turnGroup } from "../rl/mod.ts";
import { CREDIT_COMPARISONS, describeTooFew, type UpdateSizes } from "./credit_comparisons.ts";
import type { SeatChoice } from "./seat_choices.ts";
import type { AlgorithmConfig, DiscussionConfig, RewardConfig } from "./schemas.ts";

/** The sections that {@linkcode checkCredit} compares. */
export interface CreditedConfig {
  /** Agents, turns and samples. */
  readonly discussion: DiscussionConfig;
  /** What an answer is paid for. */
  readonly reward: RewardConfig;
  /** The credit. */
  readonly algorithm: AlgorithmConfig;
  /** The seats that are trained; at least one. */
  readonly trained: readonly Pick<SeatChoice, "parameters">[];
}

/**
 * Finds credits that have nothing to compare with, or whose proof does not hold for the rewards.
 *
 * @param config Resolved settings.
 * @param issues Gets one sentence per problem, with the path of the setting.
 */
export function checkCredit(
  { discussion, reward, algorithm, trained }: CreditedConfig,
  issues: IssueList,
): void {
  const { credit, updates } = algorithm;
  const refuse = (path: string, message: string) =>
    issues.addIssue({ code: "custom", path: path.split("."), message });
  if (updates === 0) return;
  const sizes = fewestInUpdate({ discussion, algorithm, trained });
  const tooFew = describeTooFew(credit.name, CREDIT_COMPARISONS[credit.name](sizes, credit));
  if (tooFew) refuse(tooFew.path, tooFew.message);
  if (credit.name !== "counterfactual") return;
  if (reward.share !== "individual") {
    refuse(
      "reward.share",
      `must be "individual" with counterfactual credit, which adds the others`,
    );
  }
  if (reward.horizon !== "current") {
    refuse(
      "reward.horizon",
      `must be "current" with counterfactual credit, which adds later turns`,
    );
  }
  for (const name of ["othersLeftMe", "othersJoinedMe"] as const) {
    if (reward[name] === 0) continue;
    refuse(`reward.${name}`, "must be 0 with counterfactual credit, which adds later turns itself");
  }
}

/** What one update of one parameter group has to compare, where it has fewest. */
function fewestInUpdate(
  { discussion, algorithm, trained }: Omit<CreditedConfig, "reward">,
): UpdateSizes {
  const groups = Array.from(
    { length: discussion.numTurns },
    (_, turn) => turnGroup(turn, algorithm.turnGroups),
  );
  const turnsOf = (group: string) => groups.filter((other) => other === group).length;
  const sharing = Map.groupBy(trained, ({ parameters }) => parameters);
  return {
    numQuestions: algorithm.questionsPerUpdate,
    numSamples: discussion.numSamples,
    numAgents: Math.min(...[...sharing.values()].map(({ length }) => length)),
    numTurns: algorithm.turnBased ? 1 : Math.min(...algorithm.trainGroups.map(turnsOf)),
  };
}

/**
 * Settings of a credit that contradict others.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import { turnGroup } from "../rl/mod.ts";
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
  const compared = numCompared({ discussion, algorithm, trained });
  if (compared < 2) {
    refuse(
      "discussion.numSamples",
      `must be 2 or more with algorithm.credit.name "${credit.name}", which compares answers to a question`,
    );
  }
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

/**
 * How many answers the credit compares with each other where they are fewest: those of one parameter group
 * in one update. Infinite where it needs none.
 */
function numCompared(
  { discussion, algorithm, trained }: Omit<CreditedConfig, "reward">,
): number {
  const { numTurns, numSamples } = discussion;
  const { name, groupBy } = algorithm.credit;
  const groups = Array.from(
    { length: numTurns },
    (_, turn) => turnGroup(turn, algorithm.turnGroups),
  );
  const turnsOf = (group: string) => groups.filter((other) => other === group).length;
  const turns = algorithm.turnBased ? 1 : Math.min(...algorithm.trainGroups.map(turnsOf));
  const sharing = Map.groupBy(trained, ({ parameters }) => parameters);
  const agents = Math.min(...[...sharing.values()].map(({ length }) => length));
  const grouped = { question: agents * turns, agent: turns, turn: agents, agent_turn: 1 };
  switch (name) { // without a default: the compiler asks for a new credit's number
    case "gae":
      return Infinity;
    case "reinforce++":
      return algorithm.questionsPerUpdate * numSamples * agents * turns;
    case "grpo":
      return numSamples * grouped[groupBy];
    case "rloo":
    case "counterfactual":
      return numSamples;
  }
}

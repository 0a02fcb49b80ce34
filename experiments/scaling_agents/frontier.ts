import {
  type AnswerCost,
  type CostedValue,
  costFrontier,
  type Interval,
} from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  askedQuestions,
  comparedArms,
  frontierPlot,
  type FrontierPoint,
  type PlotSpec,
  type Table,
} from "../../lib/tracking/mod.ts";
import { sizedDiscussions, sizePoints, TRAINED } from "./sizes.ts";

/** A way to answer, with what it costs. */
interface CostedWay extends FrontierPoint, CostedValue {
  readonly accuracy: Interval;
  readonly flops: AnswerCost["flops"];
}

/** Discussions of the training arm are those of its number of agents: they have points already. */
const DISCUSSES = /^discussion/;

/**
 * All ways to answer: the vote of discussions of every size, and without discussion what the models of the arm that
 * trains were asked.
 *
 * @param runs Runs of some or all arms.
 * @returns A point each, at its tokens per question.
 */
export function allWays(runs: readonly ArmRun[]): CostedWay[] {
  const discussions = sizePoints(sizedDiscussions(runs)).map((point): CostedWay => ({
    group: `discussion, ${point.kind}`,
    name: `${point.numAgents} × ${point.numTurns}`,
    cost: point.tokens,
    value: point.vote.estimate,
    accuracy: point.vote,
    flops: point.flops,
  }));
  const trained = runs.filter(({ arm }) => arm === TRAINED);
  const alone = [...comparedArms(trained).values()].flatMap(({ all }) => all.ways)
    .filter(({ kind, way }) => kind === "baseline" && !DISCUSSES.test(way))
    .flatMap(({ model, way, accuracy, overSeeds, cost }): CostedWay[] =>
      accuracy === null ? [] : [{
        group: "without discussion",
        name: `${model}: ${way}`,
        cost: cost.tokens,
        value: accuracy.estimate,
        accuracy: overSeeds.accuracy ?? accuracy,
        flops: cost.flops,
      }]
    );
  return [...discussions, ...alone];
}

/**
 * The ways that nothing beats at the same tokens or less.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per way, from the cheapest on.
 */
export function frontierTable(runs: readonly ArmRun[]): Table {
  return {
    title: `The frontier of accuracy against tokens per question (${askedQuestions(runs)}, ` +
      "95 % intervals)",
    columns: [
      { title: "who answers" },
      { title: "how (agents × turns)" },
      { title: "tokens", digits: 0 },
      { title: "GFLOP" },
      { title: "accuracy", digits: 3 },
    ],
    rows: costFrontier(allWays(runs)).map((
      { group, name, cost, flops, accuracy },
    ) => [group, name, cost, flops === null ? null : flops / 1e9, accuracy]),
    caption:
      "Intervals of discussions are for new training runs as well, those of the other ways for new questions alone. " +
      "Of many ways the best of these questions is partly lucky: what lies beside the frontier within " +
      "an interval is as good.",
  };
}

/**
 * Accuracy against tokens of all ways, with the frontier.
 *
 * @param runs Runs of some or all arms.
 * @returns The picture.
 */
export function frontierPicture(runs: readonly ArmRun[]): PlotSpec {
  const numSeeds = new Set(runs.map(({ seed }) => seed)).size;
  return frontierPlot({
    title: "Accuracy against tokens: agents, turns, or answers without discussion",
    subtitle: `${numSeeds} seeds, ${
      askedQuestions(runs)
    }; points on the frontier of discussions are named agents × turns`,
    x: { title: "tokens per question, as computed and sampled" },
    y: { title: "accuracy of the answer that is given", format: ".0%" },
    points: allWays(runs),
  });
}

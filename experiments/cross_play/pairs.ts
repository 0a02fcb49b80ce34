import {
  differenceOverSeeds,
  type EvaluationTable,
  meanOverSeeds,
  type QuestionValues,
  type SeedValues,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  type Cell,
  type DiscussionSeries,
  discussionSeries,
  seedValuesOf,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";

/** The base model. */
export const UNTRAINED = "off the shelf";
/** Who was trained beside it. */
export const BESIDE = "beside the base";
/** Who can be paired, in the order of the matrix. All but the base model are arms that train. */
export const LEARNERS: readonly string[] = [
  "co-trained",
  "co-trained, other start",
  "separate",
  BESIDE,
  UNTRAINED,
];

/**
 * What a pair is called, and the arm that measures it.
 *
 * @param first Who sits in the first seat.
 * @param second Who sits in the second.
 * @returns Such as `co-trained + separate`.
 */
export function pairName(first: string, second: string): string {
  return `${first} + ${second}`;
}

/**
 * The discussions of all pairs. Arms that train two of a kind have measured them too, and the base model.
 *
 * @param runs Runs of some or all arms.
 * @returns The discussions by the pairs' names.
 */
export function pairSeries(runs: readonly ArmRun[]): DiscussionSeries[] {
  return discussionSeries(runs, ({ arm }, model) => {
    if (!LEARNERS.includes(arm)) return arm;
    if (model === "off-the-shelf") return pairName(UNTRAINED, UNTRAINED);
    return pairName(arm, arm === BESIDE ? UNTRAINED : arm);
  });
}

const intervals = () => ({ bounds: { low: 0, high: 1 }, random: seriesRandom() });

/** Share of right answers in the last turn, of both agents or of one. */
function lastTurn(series: DiscussionSeries, seats: readonly number[]): SeedValues {
  return seedValuesOf(series, ({ rowsQTA, numTurns }: EvaluationTable) =>
    rowsQTA.map((rowsTA) => {
      const rows = rowsTA[numTurns - 1];
      return rows === undefined
        ? null
        : seats.filter((seat) => rows[seat]!.correct).length / seats.length;
    }));
}

const BOTH = [0, 1];

/** Accuracy of one learner beside another, wherever they sit; undefined where the pair was not measured. */
function accuracyBeside(
  series: readonly DiscussionSeries[],
  [learner, partner]: readonly [string, string],
): SeedValues | undefined {
  const found = (name: string) => series.find((one) => one.name === name);
  const first = found(pairName(learner, partner));
  if (first) return lastTurn(first, learner === partner ? BOTH : [0]);
  const second = found(pairName(partner, learner));
  return second && lastTurn(second, [1]);
}

/**
 * The matrix: how accurate each learner is in the last turn beside each partner.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per learner, one column per partner; beside its own kind the mean of both.
 */
export function matrixTable(runs: readonly ArmRun[]): Table {
  const series = pairSeries(runs);
  const rows = LEARNERS.map((learner): Cell[] => [
    learner,
    ...LEARNERS.map((partner) => {
      const values = accuracyBeside(series, [learner, partner]);
      return values === undefined ? null : meanOverSeeds(values, intervals());
    }),
  ]).filter(([, ...cells]) => cells.some((cell) => cell !== null));
  return {
    title: `Accuracy of an agent in the last turn by its partner (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "agent" },
      ...LEARNERS.map((partner) => ({ title: `with ${partner}`, digits: 3 })),
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption: `${
        seriesNote(runs)
      } What a learner reaches with its own kind is the mean of both seats.`,
    }),
  };
}

/**
 * What pairs of different learners lose: the mean accuracy of both in the last turn, minus what each of them reaches
 * with its own kind on the same questions.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per pair whose self-play was measured as well.
 */
export function regretTable(runs: readonly ArmRun[]): Table {
  const series = pairSeries(runs);
  const found = (name: string) => series.find((one) => one.name === name);
  const rows = LEARNERS.flatMap((first, i) =>
    LEARNERS.slice(i + 1).flatMap((second): Cell[][] => {
      const [pair, one, other] = [[first, second], [first, first], [second, second]]
        .map(([a, b]) => found(pairName(a!, b!)));
      if (!pair || !one || !other) return [];
      const together = lastTurn(pair, BOTH);
      const apart = meanOfBoth(lastTurn(one, BOTH), lastTurn(other, BOTH));
      return [[
        pair.name,
        meanOverSeeds(apart, intervals()),
        meanOverSeeds(together, intervals()),
        differenceOverSeeds(apart, together, intervals()),
      ]];
    })
  );
  return adjustedTable({
    title: `Regret of pairs against self-play: mean accuracy of both in the last turn (${
      askedQuestions(runs)
    }, 95 % intervals)`,
    columns: [
      { title: "pair" },
      { title: "each with its own kind", digits: 3 },
      { title: "together", digits: 3 },
      { title: "regret", digits: 3 },
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption: `${seriesNote(runs)} Regret above 0: with their own kind they are better.`,
    }),
  });
}

/** The mean of two measurements, over the seeds that both have. */
function meanOfBoth(one: SeedValues, other: SeedValues): SeedValues {
  return new Map([...one].flatMap(([seed, values]): [number, QuestionValues][] => {
    const others = other.get(seed);
    if (others === undefined) return [];
    return [[
      seed,
      new Map([...values].map(([question, value]) => {
        const second = others.get(question) ?? null;
        return [question, value === null || second === null ? null : (value + second) / 2];
      })),
    ]];
  }));
}

/**
 * Discussions of one evaluation, read as discussions of every smaller number of turns: agents are not told how many
 * there will be, so the first turns of a long discussion are a short one.
 *
 * @module
 */
import {
  costPerQuestion,
  differenceOverSeeds,
  type Interval,
  meanOverSeeds,
  turnValues,
} from "../../lib/evaluation/mod.ts";
import {
  adjustedTable,
  type ArmRun,
  askedQuestions,
  costedAnswers,
  type CostedRow,
  type DiscussionSeries,
  discussionSeries,
  seedValuesOf,
  seriesNote,
  seriesRandom,
  type Table,
} from "../../lib/tracking/mod.ts";

/** The arm that trains: its agents are those of all others that begin with it. */
export const TRAINED = "trained with 2 agents";
/** How many it trains. */
export const NUM_TRAINED = 2;
/** Agents, and as many turns as the base model's 1024 positions hold of their discussion, at most six. */
export const ALL_SIZES: readonly (readonly [numAgents: number, numTurns: number])[] = [
  [1, 6],
  [NUM_TRAINED, 6],
  [3, 6],
  [4, 6],
  [6, 4],
  [9, 3],
];
const OTHERS = /^(\d+) agents?, (trained|off the shelf)$/;

/** Who discusses: what models are called, in the order in which they are shown. */
export const KINDS = ["off the shelf", "trained"] as const;
/** One of them. */
export type Kind = (typeof KINDS)[number];

/** Discussions of so many agents. */
export interface SizedDiscussions {
  readonly kind: Kind;
  readonly numAgents: number;
  readonly numTurns: number;
  /** Answers of all turns. */
  readonly series: DiscussionSeries;
  /** The same with what they took, by seed. */
  readonly rowsBySeed: ReadonlyMap<number, readonly CostedRow[]>;
}

/**
 * The discussions of all arms by who discusses and how many.
 *
 * @param runs Runs of some or all arms.
 * @returns By kind and number of agents.
 */
export function sizedDiscussions(runs: readonly ArmRun[]): SizedDiscussions[] {
  const sized = discussionSeries(runs, nameOf).map((series) => {
    const [kind, count] = series.name.split(": ");
    const rowsBySeed = new Map([...series.bySeed.keys()].map((seed) => [
      seed,
      rowsOfSeries(runs, { seed, name: series.name }),
    ]));
    const turns = [...rowsBySeed.values()].flat().map(({ turn }) => turn);
    const numTurns = turns.reduce((most, turn) => Math.max(most, turn), 0) + 1;
    return { kind: kind as Kind, numAgents: Number(count), numTurns, series, rowsBySeed };
  });
  return sized.sort((a, b) =>
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.numAgents - b.numAgents
  );
}

function nameOf({ arm }: ArmRun, model: string): string | undefined {
  if (arm === TRAINED) {
    return `${model === "off-the-shelf" ? KINDS[0] : KINDS[1]}: ${NUM_TRAINED}`;
  }
  const [, count, kind] = OTHERS.exec(arm) ?? [];
  return count === undefined ? undefined : `${kind}: ${count}`;
}

function rowsOfSeries(
  runs: readonly ArmRun[],
  { seed, name }: { readonly seed: number; readonly name: string },
): CostedRow[] {
  const ofSeed = runs.filter((run) => run.seed === seed);
  for (const run of ofSeed) {
    // What trains nothing is measured twice, with the same answers.
    const rows = run.evaluations.filter(({ model }) => nameOf(run, model) === name);
    if (rows.length > 0) return rows.filter(({ model }) => model === rows[0]!.model);
  }
  return [];
}

const intervals = () => ({ bounds: { low: 0, high: 1 }, random: seriesRandom() });
const votesAt = ({ series }: SizedDiscussions, turn: number) =>
  seedValuesOf(series, (table) => turnValues(table, "vote", { ...series.counting, turn }));

/** What discussions of some size reach and cost. */
export interface SizePoint {
  readonly kind: Kind;
  readonly numAgents: number;
  readonly numTurns: number;
  /** Accuracy of the vote after these turns. */
  readonly vote: Interval;
  /** Tokens of a question, as computed and sampled. */
  readonly tokens: number;
  /** Floating-point operations of a question; null = not known. */
  readonly flops: number | null;
}

/**
 * What every size reaches and costs.
 *
 * @param sized Discussions of {@linkcode sizedDiscussions}.
 * @returns A point for every kind, number of agents and number of turns.
 */
export function sizePoints(sized: readonly SizedDiscussions[]): SizePoint[] {
  return sized.flatMap((one) => {
    const { kind, numAgents } = one;
    return Array.from({ length: one.numTurns }, (_, turn): SizePoint[] => {
      const vote = meanOverSeeds(votesAt(one, turn), intervals());
      const costs = [...one.rowsBySeed.values()].map((rows) =>
        costPerQuestion(costedAnswers(rows.filter((row) => row.turn <= turn)))
      );
      const meanOf = (values: readonly number[]) =>
        values.reduce((a, b) => a + b, 0) / values.length;
      const known = costs.flatMap(({ flops }) => flops ?? []);
      const cost = {
        tokens: meanOf(costs.map(({ tokens }) => tokens)),
        flops: known.length < costs.length ? null : meanOf(known),
      };
      return vote === null ? [] : [{ kind, numAgents, numTurns: turn + 1, vote, ...cost }];
    }).flat();
  });
}

/**
 * The vote of every number of agents and turns, before and after training, and what trained ones cost.
 *
 * @param runs Runs of some or all arms.
 * @returns One row per size.
 */
export function sizesTable(runs: readonly ArmRun[]): Table {
  const sized = sizedDiscussions(runs);
  const points = sizePoints(sized);
  const of = (kind: Kind, numAgents: number) =>
    sized.find((one) => one.kind === kind && one.numAgents === numAgents);
  const sizes = [
    ...new Map(points.map((point) => [`${point.numAgents} ${point.numTurns}`, point])).values(),
  ]
    .sort((a, b) => a.numAgents - b.numAgents || a.numTurns - b.numTurns);
  const rows = sizes.map(({ numAgents, numTurns }) => {
    const [before, after] = KINDS.map((kind) =>
      points.find((point) =>
        point.kind === kind && point.numAgents === numAgents && point.numTurns === numTurns
      )
    );
    const difference = before && after
      ? differenceOverSeeds(
        votesAt(of("trained", numAgents)!, numTurns - 1),
        votesAt(of("off the shelf", numAgents)!, numTurns - 1),
        intervals(),
      )
      : null;
    const { tokens, flops } = (after ?? before)!;
    return [
      numAgents,
      numTurns,
      before?.vote ?? null,
      after?.vote ?? null,
      difference,
      tokens,
      flops === null ? null : flops / 1e9,
    ];
  });
  return adjustedTable({
    title: `Accuracy of the vote by agents and turns (${askedQuestions(runs)}, 95 % intervals)`,
    columns: [
      { title: "agents", digits: 0 },
      { title: "turns", digits: 0 },
      { title: "off the shelf", digits: 3 },
      { title: "trained", digits: 3 },
      { title: "trained - off the shelf", digits: 3 },
      { title: "tokens", digits: 0 },
      { title: "GFLOP" },
    ],
    rows,
    ...(rows.length === 0 ? {} : {
      caption:
        `${
          seriesNote(runs)
        } Tokens and operations are per question, of trained discussions where there are ` +
        "some: prompts as computed, and all that was sampled; scoring is not counted.",
    }),
  });
}

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ComparedWay } from "../../lib/evaluation/mod.ts";
import { baselinesOverview, type ComparedArm } from "../../lib/tracking/mod.ts";

const at = (estimate: number, p?: number) => ({
  estimate,
  low: estimate - 0.1,
  high: estimate + 0.1,
  level: 0.95,
  ...(p === undefined ? {} : { p }),
});
type Given = Partial<Omit<ComparedWay, "model" | "way" | "accuracy">>;
const way = (model: string, name: string, accuracy: number, given: Given = {}): ComparedWay =>
  ({
    model,
    way: name,
    kind: "baseline",
    accuracy: at(accuracy),
    difference: null,
    overSeeds: { accuracy: null, difference: null },
    creditsQ: [],
    questions: [],
    numAnswers: 1,
    cost: { tokens: 1, flops: 1 },
    ...given,
  }) as ComparedWay;
const trained = (difference: number, p: number): Given => ({
  kind: "trained",
  difference: at(difference, p),
  overSeeds: { accuracy: null, difference: at(difference, p) },
});

const GREEDY = way("off-the-shelf", "one answer, greedy", 0.7);
const arm = (model = "MAPoRL"): ComparedArm => ({
  all: {
    ways: [
      GREEDY,
      way("off-the-shelf", "best at equal tokens, by an oracle (ceiling)", 0.9, {
        kind: "ceiling",
      }),
      way(model, "best of all sampled, at fewer tokens, by an oracle (ceiling)", 0.95, {
        kind: "ceiling",
      }),
      way("off-the-shelf", "discussion, all turns: best by an oracle (ceiling)", 0.99, {
        kind: "ceiling",
      }),
      way(model, "discussion, last turn: mean of the agents", 0.6, trained(-0.1, 0.01)),
      way(model, "discussion, last turn: vote", 0.75, trained(0.05, 0.5)),
      way(model, "discussion, all turns: best by the verifier", 0.8, trained(0.1, 0.04)),
      way(model, "discussion, all turns: best by an oracle (ceiling)", 0.85, { kind: "ceiling" }),
    ],
    best: GREEDY,
  },
  bySeed: new Map(),
  numQuestions: 10,
});

Deno.test("baselinesOverview() has each trained discussion beside the best baseline, and both ceilings", () => {
  const { rows, columns, caption } = baselinesOverview({ one: new Map([["MAPoRL", arm()]]) });
  const cells = Object.fromEntries(
    columns.map(({ title }, i) => [`${i} ${title}`, rows[0]![i]!]),
  );
  const shown = Object.values(cells).map((cell) =>
    typeof cell === "object" && cell !== null ? (cell as { estimate: number }).estimate : cell
  );
  // Of both p-values: 0.01 twice, and 0.04. The ceiling is that of the trained discussion, and the better model's.
  assertEquals(shown, [
    "one",
    "MAPoRL",
    "one answer, greedy, off-the-shelf",
    0.7,
    -0.1,
    "[-0.200, 0.000]",
    "0.020",
    0.1,
    "[0.000, 0.200]",
    "0.040",
    0.85,
    0.95,
  ]);
  assertEquals(rows.length, 1);
  // The same runs stand once; other answers to the same questions are others.
  const other = arm();
  const ways = other.all.ways.map((way) => ({ ...way, creditsQ: [1] }));
  const all = baselinesOverview({
    one: new Map([["a", arm()]]),
    two: new Map([["b", arm()], ["c", { ...other, all: { ...other.all, ways } }]]),
  });
  assertEquals(all.rows.map(([name, arm]) => [name, arm]), [["one", "a"], ["two", "c"]]);
  assertStringIncludes(caption!, "No way of reading a discussion gets above its ceiling");
});

Deno.test("baselinesOverview() leaves out who was not trained, nobody asked alone, and who does not discuss", () => {
  const one = arm();
  const measuredTwice = arm("off-the-shelf again");
  const notAsked = { ...one, all: { ...one.all, best: undefined } };
  const alone = {
    ...one,
    all: { ...one.all, ways: one.all.ways.filter(({ way }) => !way.startsWith("discussion")) },
  };
  const arms = new Map(Object.entries({ measuredTwice, notAsked, alone }));
  assertEquals(baselinesOverview({ one: arms, two: new Map() }).rows, []);
  assertEquals(baselinesOverview({}).rows, []);
});

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { claims } from "../../experiments/claims.ts";
import { figureColumns } from "../../experiments/collaboration_game/exact_result.ts";
import { claimOf, runsOf } from "../../experiments/make_report.ts";
import { paperTables } from "../../experiments/paper_tables.ts";
import { readmeIntro } from "../../experiments/readme_intro.ts";
import { allResults } from "../../experiments/results.ts";
import { verdictOf } from "../../lib/report/mod.ts";
import { type ArmRun, frameOf, framesOfRuns, terminalTable } from "../../lib/tracking/mod.ts";
import { answersOf, smallRows } from "../tracking/evaluations_row.ts";

const claimNamed = (id: string) => claims.find((claim) => claim.id === id)!;

Deno.test("without frames every claim is not run, and says which command would", () => {
  assertEquals(claims.length, 7);
  for (const claim of claims) {
    const shown = claimOf(claim, {});
    assertEquals([verdictOf(shown), shown.section], ["not run", undefined]);
    assertEquals(shown.command, `deno task reproduce ${claim.decidedBy[0]!.result}`);
  }
});

Deno.test("claims and tables of the paper name results that there are", async () => {
  const results = await allResults();
  const named = [
    ...claims.flatMap(({ decidedBy }) => decidedBy.map(({ result }) => result)),
    ...paperTables.flatMap(({ beside }) => beside),
  ];
  assertEquals(named.filter((name) => !Object.hasOwn(results, name)), []);
  const places = paperTables.map(({ place }) => place);
  assertEquals(new Set(places).size, places.length);
  for (const table of paperTables) assert(terminalTable(table).length > 0); // as many cells as columns
});

/** A run with 40 questions of two turns: how many of them are right in each turn, before and after training. */
function runOf(
  { arm = "arm", seed = 0 }: { arm?: string; seed?: number },
  models: Readonly<Record<string, readonly [number, number]>>,
): ArmRun {
  const evaluations = Object.entries(models).flatMap(([model, right], update) => {
    const questions = Array.from({ length: 40 }, (_, q) => right.map((number) => q < number));
    return smallRows(answersOf(model, update, questions));
  });
  return { arm, seed, evaluations, baselines: [] };
}

Deno.test("claim 1 wants the vote to rise after training and not before", () => {
  const shown = (before: readonly [number, number], after: readonly [number, number]) =>
    claimOf(claimNamed("claim-1"), {
      off_the_shelf: {
        frames: framesOfRuns([runOf({}, { "off-the-shelf": before, "MAPoRL": after })]),
      },
    });
  const rises = shown([20, 20], [20, 36]);
  assertEquals(rises.evidence.map(({ interval }) => interval.estimate), [0, 0.4]); // 16 of 40
  assertEquals(rises.evidence[1]!.verdict, "reproduced");
  const falls = shown([20, 20], [36, 20]);
  assertEquals(verdictOf(falls), "not reproduced");
  const both = shown([20, 36], [20, 36]);
  assertEquals(verdictOf(both), "not reproduced"); // off the shelf it rises, too
});

Deno.test("claim 2 wants the bare question answered as before, in both domains", () => {
  /** So many of 400 questions are right when the base model is asked, and when the later turns are. */
  const runOfSolo = (domain: string, [before, after]: readonly [number, number]): ArmRun => {
    const rows = (method: string, update: number, right: number) =>
      smallRows(answersOf("m", update, Array.from({ length: 400 }, (_, q) => [q < right])))
        .map((row) => ({ ...row, method }));
    const baselines = [
      ...rows("sampled", 0, before),
      ...rows("parameters_of_rest", 2, after),
    ];
    return { ...runOf({ arm: `${domain}, alpha 0` }, { "off-the-shelf": [20, 20] }), baselines };
  };
  const shown = (entailment: readonly [number, number]) =>
    claimOf(claimNamed("claim-2"), {
      off_the_shelf: {
        frames: framesOfRuns([
          runOfSolo("arithmetic", [200, 200]),
          runOfSolo("entailment", entailment),
        ]),
      },
    });
  const same = shown([300, 300]);
  assertEquals(same.evidence.map(({ interval }) => interval.estimate), [0, 0]);
  assertEquals(verdictOf(same), "reproduced");
  // 40 of 400 questions more: 0.1, far from zero.
  const learnt = shown([300, 340]);
  assertAlmostEquals(learnt.evidence[1]!.interval.estimate, 0.1);
  assertEquals(verdictOf(learnt), "not reproduced");
});

Deno.test("claim 6 compares the last turns of those trained together and alone", () => {
  const arms = (together: number) =>
    framesOfRuns([
      runOf({ arm: "MAPoRL" }, { "off-the-shelf": [20, 20], "MAPoRL": [20, together] }),
      runOf({ arm: "alone" }, { "off-the-shelf": [20, 20], "MAPoRL": [20, 20] }),
    ]);
  const [better, worse] = [38, 2].map((together) =>
    claimOf(claimNamed("claim-6"), { single_agent: { frames: arms(together) } })
  );
  assertAlmostEquals(better!.evidence[0]!.interval.estimate, 0.45); // 38 − 20 of 40
  assertEquals([verdictOf(better!), verdictOf(worse!)], ["reproduced", "not reproduced"]);
});

Deno.test("claim 3 compares those trained elsewhere with the base model, in both domains", () => {
  const before = [20, 20] as const;
  const elsewhere = (
    right: number,
  ) => ({ "as they began": [20, right], "MAPoRL": [20, right] } as const);
  const frames = framesOfRuns([
    runOf({ arm: "arithmetic" }, { "off-the-shelf": before, "MAPoRL": [20, 40] }),
    runOf({ arm: "entailment" }, { "off-the-shelf": before, "MAPoRL": [20, 40] }),
    runOf({ arm: "entailment to arithmetic" }, elsewhere(36)),
    runOf({ arm: "arithmetic to entailment" }, elsewhere(4)),
  ]);
  const shown = claimOf(claimNamed("claim-3"), { transfer: { frames } });
  assertEquals(shown.evidence.map(({ interval }) => interval.estimate), [0.4, -0.4]); // ±16 of 40
  assertEquals(verdictOf(shown), "not reproduced");
});

Deno.test("claim 4 wants scores above final answers, and these above no training", () => {
  const shown = (withVerifier: number, final: number) => {
    const runs = ["arithmetic", "entailment"].flatMap((domain) => [
      runOf({ arm: `${domain}, with verifier` }, {
        "off-the-shelf": [20, 20],
        "MAPoRL": [20, withVerifier],
      }),
      runOf({ arm: `${domain}, final answers` }, {
        "off-the-shelf": [20, 8],
        "MAPoRL": [20, final],
      }),
    ]);
    return claimOf(claimNamed("claim-4"), { verifier: { frames: framesOfRuns(runs) } });
  };
  const estimates = shown(40, 24).evidence.map(({ interval }) => interval.estimate);
  assertEquals(estimates, [0.4, 0.4, 0.4, 0.4]); // 40 - 24, and 24 - 8, of 40
  assertEquals(verdictOf(shown(40, 24)), "reproduced");
  assertEquals(verdictOf(shown(4, 24)), "not reproduced");
});

Deno.test("claim 5 wants later turns below those of the base model after imitation", () => {
  const shown = (after: number) => {
    const run = runOf({ arm: "supervised on discussions" }, {
      "off-the-shelf": [20, 20],
      "supervised": [20, after],
    });
    return claimOf(claimNamed("claim-5"), { sft: { frames: framesOfRuns([run]) } });
  };
  assertEquals(shown(4).evidence.map(({ interval }) => interval.estimate), [0.4]); // 20 - 4 of 40
  assertEquals([verdictOf(shown(4)), verdictOf(shown(36))], ["reproduced", "not reproduced"]);
});

Deno.test("an open figure tells how many seeds would decide it, where there are several", () => {
  // 20 of 40 right before, in each seed; after it 18, 16 and 23: differences of 0.05, 0.1 and -0.075.
  const runs = [18, 16, 23].map((after, seed) =>
    runOf({ arm: "supervised on discussions", seed }, {
      "off-the-shelf": [20, 20],
      "supervised": [20, after],
    })
  );
  const [figure] = claimOf(claimNamed("claim-5"), { sft: { frames: framesOfRuns(runs) } }).evidence;
  const { estimate, low } = figure!.interval;
  assertAlmostEquals(estimate, 0.025);
  // Half of the interval is t(2)·0.0901 / √3 = 0.224: the deviation of the means is 0.0901.
  assertAlmostEquals(estimate - low, 0.2239, 1e-4);
  // 53 seeds: 2.007·0.0901 / √53 = 0.02484, 52 seeds: 2.008·0.0901 / √52 = 0.02509.
  assertEquals(figure!.seedsToDecide, 53);
  const one = claimOf(claimNamed("claim-5"), { sft: { frames: framesOfRuns(runs.slice(0, 1)) } });
  assertEquals(one.evidence[0]!.seedsToDecide, undefined);
});

Deno.test("claim 7 is decided by the place where the lead is smallest", () => {
  const row = {
    ...{ numTurns: 10, threshold: 4, jointError: 0.01 },
    ...{ softly: [], lead: 0.3, leadError: 0.1 },
  };
  const frames = {
    figure: frameOf(figureColumns, [
      { ...row, joint: 0.7, against: [0.1, 0.2, 0.3] },
      { ...row, threshold: 5, joint: 0.5, against: [0.1, 0.495, 0.3] },
    ]),
  };
  const shown = claimOf(claimNamed("claim-7"), { collaboration_game: { frames } });
  assertEquals(verdictOf(shown), "not distinguishable");
  assertAlmostEquals(shown.evidence[0]!.interval.estimate, 0.005);
  // 0.01 of both that learn, and 1.96 · √(0.495 · 0.505 / 5000) of the best partner.
  assertAlmostEquals(shown.evidence[0]!.interval.high, 0.005 + 0.01 + 0.01386, 1e-5);
});

Deno.test("a claim that another result decides says so", () => {
  const frames = framesOfRuns([runOf({}, { "off-the-shelf": [20, 20], "MAPoRL": [20, 36] })]);
  const { note, section } = claimOf(claimNamed("claim-1"), { closed_book: { frames } });
  assertEquals(section, "closed_book");
  assertStringIncludes(note!, "Decided by closed_book until off_the_shelf is run.");
});

Deno.test("runsOf() names the runs of a manifest with the code that made each", () => {
  const run = { arm: "a", seed: 1, command: "deno task experiment a" };
  const runs = runsOf({
    uses: [{ code: "c0" }, { code: "c1" }],
    runs: [{ ...run, uses: "1" }, { ...run, uses: "0, 1" }],
  });
  assertEquals(runs, [{ ...run, code: "c1" }, { ...run, code: "c0, c1" }]);
  assertEquals(runsOf({ result: "game" }), []);
});

Deno.test("readmeIntro() takes the first paragraph where there is no question", () => {
  assertEquals(readmeIntro("# a\n\nIt **is**\n\nmore"), { title: "a", question: "It is" });
});

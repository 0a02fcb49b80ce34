import { assertEquals } from "@std/assert";
import { questionKey } from "../../lib/evaluation/mod.ts";
import {
  type ArmRun,
  type DiscussionSeries,
  repeatedInSeries,
  repeatedQuestionsBy,
} from "../../lib/tracking/mod.ts";
import { answersOf } from "./evaluations_row.ts";

/** Runs of arms whose two questions are the same in each seed, and are called by the seed. */
const run = (arm: string, seed: number): ArmRun => ({
  arm,
  seed,
  baselines: [],
  evaluations: answersOf("off-the-shelf", 0, [[true], [false]]).map((row) => ({
    ...row,
    questionId: `${seed}/${row.questionId}`,
    questionHash: `${arm} ${row.questionHash}`,
  })),
});

Deno.test("repeatedQuestionsBy() counts questions and texts of each kind, and names it unless all are alike", () => {
  const byArm = (runs: readonly ArmRun[]) => repeatedQuestionsBy(runs, ({ arm }) => arm);
  const end = "have 2 different texts; intervals take those of the same text together.";
  assertEquals(byArm([run("sums", 0), run("claims", 0), run("claims", 1)]), [
    `The 4 questions of claims ${end}`,
  ]);
  // Both kinds have four questions of two texts each.
  const both = [run("sums", 0), run("sums", 1), run("claims", 0), run("claims", 1)];
  assertEquals(byArm(both), [`The 4 questions ${end}`]);
  assertEquals(byArm([run("sums", 0), run("claims", 0)]), []);
});

Deno.test("repeatedInSeries() counts over the seeds of a series", () => {
  const series = (name: string, content: (seed: number) => string): DiscussionSeries => ({
    name,
    counting: {},
    bySeed: new Map([0, 1].map((seed) => [
      seed,
      [0, 1].map((turn) => ({
        ...{ question: questionKey("q", content(seed)), agent: 0, turn },
        ...{ answer: "1", gold: "1", correct: true, length: 1 },
      })),
    ])),
  });
  const shared = series("claims: base", () => "x");
  assertEquals(repeatedInSeries([shared, series("other", String)]), [
    "The 2 questions of claims have 1 different texts; intervals take those of the same text together.",
  ]);
  assertEquals(repeatedInSeries([series("other", String)]), []);
});

import { assertEquals } from "@std/assert";
import { isMeasured, propertiesTable } from "../../experiments/closed_book/properties.ts";
import type { Interval } from "../../lib/evaluation/mod.ts";
import type { ArmRun } from "../../lib/tracking/mod.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";

const MODEL = "off-the-shelf";

/** First answers of three agents to each question: the score, and whether it is right. */
function measuredRun(arm: string, answersQA: readonly (readonly [number, boolean])[][]): ArmRun {
  const rowsOf = (model: string) =>
    answersQA.flatMap((answers, question) =>
      answers.map(([score, correct], agent) => ({
        ...evaluationsRow({ model, update: 0, question, turn: 0, correct }),
        evaluation: "validation",
        agent,
        score,
      }))
    );
  const baselines = [
    ...rowsOf(MODEL).map((row) => ({ ...row, method: "sampled" })),
    ...answersQA.map((_, question) => ({
      ...evaluationsRow({ model: MODEL, update: 0, question, turn: 0, correct: question === 0 }),
      evaluation: "validation",
      method: "greedy",
    })),
  ];
  return { arm, seed: 0, evaluations: [...rowsOf(MODEL), ...rowsOf(`${MODEL} again`)], baselines };
}

Deno.test("propertiesTable() says what the base model and the verifier do at first", () => {
  const runs = [
    measuredRun("sums, first answers", [
      [[0.9, true], [0.8, true], [0.6, false]], // 2 of 3 right, 2 of 3 verdicts right, one beside a right one
      [[0.1, false], [0.2, false], [0.7, false]], // none right, 2 of 3 verdicts right
      [[0.9, true], [0.9, true], [0.9, true]],
      [[0.2, true], [0.9, false], [0.1, false]], // the verifier chooses a wrong one, an oracle the right one
    ]),
    { ...measuredRun("sums", [[[0.9, true], [0.9, true], [0.9, true]]]), baselines: [] },
  ];
  assertEquals(runs.map(isMeasured), [true, false]);
  const { rows } = propertiesTable(runs);
  assertEquals(rows.length, 1);
  const [domain, ...cells] = rows[0]!;
  assertEquals(domain, "sums");
  // Differences 1/3, 0, -1, -1/3: with w = z², 1 + w/(4 + w/2) = w·(11/9 + w/2) at w = 0.735, z = 0.857.
  assertEquals(cells.splice(2, 1), ["0.391‡"]);
  const estimates = (cells as Interval[]).map(({ estimate }) => Number(estimate.toFixed(3)));
  assertEquals(estimates, [
    0.5, // (2/3 + 0 + 1 + 1/3) / 4
    -0.25, // one of four greedy answers is right
    0.5, // the best by the verifier: right, wrong, right, wrong
    0.75, // by an oracle
    0.667, // verdicts: (2/3 + 2/3 + 1 + 1/3) / 4
    0.667, // of three questions with a wrong answer, two have a right one
  ]);
});

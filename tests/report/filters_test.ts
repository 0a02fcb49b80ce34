import { assertEquals } from "@std/assert";
import { discussionSets, statedBy } from "../../lib/report/viewer/discussions.ts";
import { annotationChoices, countOutcomes, matching } from "../../lib/report/viewer/filters.ts";
import { OUTCOMES, outcomesOf } from "../../lib/report/viewer/outcomes.ts";
import type { JudgedAnswer } from "../../lib/report/viewer/outcomes.ts";
import { discussionRows, rowsTA, viewedRow } from "./viewed.ts";

const namesOf = (answersTA: readonly (readonly JudgedAnswer[])[]) => {
  const bits = outcomesOf(answersTA);
  return OUTCOMES.filter((_, i) => (bits & 1 << i) !== 0).map(({ name }) => name);
};

Deno.test("outcomesOf() says what is true of a discussion", () => {
  assertEquals(namesOf(rowsTA([["4", "3"], ["4", "4"]])), [
    "wrong_right",
    "persuaded_rightly",
    "end_right",
  ]);
  assertEquals(namesOf(rowsTA([["4", "3"], ["3", "3"]])), [
    "right_wrong",
    "persuaded_wrongly",
    "end_wrong",
  ]);
  // Found by itself: nobody had given 4.
  assertEquals(namesOf(rowsTA([["5", "3"], ["5", "4"]])), ["wrong_right", "end_split"]);
  // From wrong to another's wrong answer: no change of right and wrong, but persuaded.
  assertEquals(namesOf(rowsTA([["5", "3"], ["3", "3"]])), ["persuaded_wrongly", "end_wrong"]);
  assertEquals(namesOf(rowsTA([["4"]])), ["end_right"]);
  const penalised = viewedRow({ penalties: "missing_box" });
  assertEquals(namesOf([[penalised]]), ["end_right", "penalised"]);
  assertEquals(namesOf([[viewedRow({ penalties: "" })]]), ["end_right"]);
});

const strategy = (value: string | null) => JSON.stringify({ strategy: value, choice: null });
const [set] = discussionSets([
  ...discussionRows([["4", "3"], ["4", "4"]], { questionId: "a", annotations: strategy("tell") }),
  ...discussionRows([["3", "3"], ["3", "3"]], { questionId: "b", annotations: strategy("guess") }),
  ...discussionRows([["4", "3"], ["3", "3"]], {
    questionId: "c",
    questionText: "What is TWO and two?",
    annotations: strategy(null),
  }),
]);
const all = set!.discussions;
const found = (filter: Partial<Parameters<typeof matching>[1]>) =>
  matching(all, { outcomes: [], annotations: {}, query: "", ...filter })
    .map(({ questionId }) => questionId);

Deno.test("matching() keeps what has all outcomes, all annotations and all words", () => {
  assertEquals(found({}), ["a", "b", "c"]);
  assertEquals(found({ outcomes: ["wrong_right"] }), ["a"]);
  assertEquals(found({ outcomes: ["wrong_right", "end_wrong"] }), []);
  assertEquals(found({ outcomes: ["end_wrong"] }), ["b", "c"]);
  assertEquals(found({ outcomes: ["no such outcome"] }), ["a", "b", "c"]);
  assertEquals(found({ annotations: { strategy: "guess" } }), ["b"]);
  assertEquals(found({ annotations: { strategy: "guess", choice: "me" } }), []);
  assertEquals(found({ query: "two What" }), ["c"]);
  assertEquals(found({ query: "IT IS" }), ["a", "b", "c"]);
  assertEquals(found({ query: "two 9" }), []);
});

Deno.test("statedBy() leaves out what an answer does not say", () => {
  assertEquals(statedBy(viewedRow()), []);
  assertEquals(statedBy(viewedRow({ annotations: strategy("tell") })), [["strategy", "tell"]]);
});

Deno.test("countOutcomes() and annotationChoices() count discussions, not answers", () => {
  const counts = Object.fromEntries(countOutcomes(all).map(({ name, count }) => [name, count]));
  assertEquals(counts, {
    wrong_right: 1,
    right_wrong: 1,
    persuaded_rightly: 1,
    persuaded_wrongly: 1,
    end_right: 1,
    end_split: 0,
    end_wrong: 2,
    penalised: 0,
  });
  assertEquals(annotationChoices(all, [all[1]!]), [{
    name: "strategy",
    values: [{ name: "guess", count: 1 }, { name: "tell", count: 0 }],
  }]);
});

Deno.test("annotationChoices() offers no annotation that nearly every answer has its own of", () => {
  const rows = Array.from(
    { length: 61 },
    (_, i) => viewedRow({ questionId: `q${i}`, annotations: `{"choice":"${i}"}` }),
  );
  const [many] = discussionSets(rows);
  assertEquals(annotationChoices(many!.discussions, many!.discussions), []);
});

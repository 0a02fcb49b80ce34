import { assertEquals } from "@std/assert";
import { shownDiscussion } from "../../lib/tracking/mod.ts";
import { smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";
import { evaluationsRow } from "./evaluations_row.ts";

/** Two agents, two turns; right answers of turn 1 by agent. */
function discussion(model: string, question: number, last: readonly boolean[]) {
  const update = model === "MAPoRL" ? 8 : 0;
  return [0, 1].flatMap((turn) =>
    last.map((right, agent) => {
      const correct = turn === 1 && right;
      const row = evaluationsRow({ model, update, question, turn, correct });
      return { ...row, agent, text: `a${agent} t${turn}\n ${right}`, score: 0.25 };
    })
  );
}

Deno.test("shownDiscussion() shows the first question whose vote training turned right", () => {
  const rows = [
    ...discussion("off-the-shelf", 0, [true, true]), // right before
    ...discussion("off-the-shelf", 1, [false, false]), // still wrong after
    ...discussion("off-the-shelf", 2, [false, false]),
    ...discussion("off-the-shelf", 3, [false, false]),
    ...discussion("MAPoRL", 0, [true, true]),
    ...discussion("MAPoRL", 1, [false, false]),
    ...discussion("MAPoRL", 2, [true, true]),
    ...discussion("MAPoRL", 3, [true, true]),
  ];
  assertEquals(shownDiscussion(rows, smallWorldFormat), [
    "One discussion, off-the-shelf and MAPoRL: the first test question whose vote was wrong and became right.",
    "",
    "question: question 2",
    "right answer: 1",
    "",
    "off-the-shelf:",
    "  turn 1, agent 1 (wrong, score 0.25): a0 t0 false",
    "  turn 1, agent 2 (wrong, score 0.25): a1 t0 false",
    "  turn 2, agent 1 (wrong, score 0.25): a0 t1 false",
    "  turn 2, agent 2 (wrong, score 0.25): a1 t1 false",
    "",
    "MAPoRL:",
    "  turn 1, agent 1 (wrong, score 0.25): a0 t0 true",
    "  turn 1, agent 2 (wrong, score 0.25): a1 t0 true",
    "  turn 2, agent 1 (right, score 0.25): a0 t1 true",
    "  turn 2, agent 2 (right, score 0.25): a1 t1 true",
  ]);
});

Deno.test("shownDiscussion() shows the first question where no vote changed, and nothing of nothing", () => {
  const rows = [
    ...discussion("off-the-shelf", 0, [true, false]), // a tie, half right
    ...discussion("MAPoRL", 0, [true, true]),
  ];
  const lines = shownDiscussion(rows, smallWorldFormat);
  assertEquals(lines[0], "One discussion, off-the-shelf and MAPoRL: the first test question.");
  assertEquals(shownDiscussion([], smallWorldFormat), []);
  // An oracle's scores say no more than the grade.
  const byOracle = shownDiscussion(rows, smallWorldFormat, [null, null, null]);
  assertEquals(lines.filter((line) => line.includes(", score ")).length > 0, true);
  assertEquals(byOracle, lines.map((line) => line.replace(/, score \d\.\d\d/, "")));
});

Deno.test("shownDiscussion() says what each agent is told where this differs, and marks no answers", () => {
  const rows = discussion("off-the-shelf", 0, [false, false])
    .map((row) => ({ ...row, answer: null }));
  const format = {
    ...smallWorldFormat,
    firstMessage: (_: unknown, reader?: { readonly agent: number }) => `part ${reader?.agent}`,
  };
  const lines = shownDiscussion(rows, format);
  assertEquals(lines.slice(4, 6), ["agent 1 is told: part 0", "agent 2 is told: part 1"]);
  assertEquals(lines[8], "  turn 1, agent 1 (no answer, score 0.25): a0 t0 false");
});

Deno.test("shownDiscussion() keeps what models and files say on one line, and from moving a terminal's cursor", () => {
  const rows = discussion("off-the-shelf", 0, [false]).map((row) => ({
    ...row,
    questionText: "how many\n```\nso?",
    gold: "1\n2",
    text: "one\x1b[2J\n```\n# two",
  }));
  const lines = shownDiscussion(rows, smallWorldFormat);
  assertEquals(lines.slice(2, 4), ["question: how many ``` so?", "right answer: 1 2"]);
  assertEquals(lines.at(-1), "  turn 2, agent 1 (wrong, score 0.25): one\\u001b[2J ``` # two");
});

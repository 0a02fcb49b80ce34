import { assertEquals } from "@std/assert";
import type { AnswersRow } from "../../lib/tracking/mod.ts";
import {
  describeBaselines,
  describeTurns,
  describeUnread,
  describeUpdate,
} from "../../lib/training/mod.ts";
import { evaluationsRow } from "../tracking/evaluations_row.ts";

/** Two agents and turns, two questions: agent 0 is right 1 then 2 times of 2, agent 1 never. */
const ROWS = [0, 1].flatMap((question) =>
  [0, 1].flatMap((turn) =>
    [0, 1].map((agent) => ({
      ...evaluationsRow({
        ...{ model: "MAPoRL", update: 2, question, turn },
        correct: agent === 0 && (turn === 1 || question === 0),
      }),
      agent,
    }))
  )
);

Deno.test("describeTurns() tells the mean of agents that are alike, and each beside it where they differ", () => {
  const mean = "MAPoRL: mean accuracy 0.250 → 0.500 over the turns";
  assertEquals(describeTurns("MAPoRL", ROWS, { titles: ["agent 1", "agent 2"] }), mean);
  assertEquals(
    describeTurns("MAPoRL", ROWS, { titles: ["agent 1, small", "agent 2, large"] }),
    `${mean}; agent 1, small 0.500 → 1.000; agent 2, large 0.000 → 0.000`,
  );
  const first = ROWS.filter(({ turn }) => turn === 0);
  assertEquals(
    describeTurns("MAPoRL", first, { titles: ["agent 1, small", "agent 2, large"] }),
    "MAPoRL: mean accuracy 0.250; agent 1, small 0.500; agent 2, large 0.000",
  );
});

Deno.test("describeUpdate() tells what was done in the first turn and later, what it was paid, and who was penalised", () => {
  const row = (turn: number, strategy: string | null, penalties = "") =>
    ({
      ...evaluationsRow({ model: "", update: 0, question: 0, turn, correct: turn === 1 }),
      annotations: JSON.stringify({ strategy }),
      penalties,
      reward: turn === 1 ? 1 : 0,
    }) as unknown as AnswersRow;
  const later = [row(1, "solve"), row(1, "solve"), row(1, "guess"), row(1, null, "missing_box")];
  assertEquals(
    describeUpdate(
      3,
      [row(0, "tell"), row(0, "guess"), row(0, "tell"), row(0, "tell"), ...later],
      new Map(),
    ),
    "update 3: accuracy 0.00 → 1.00 · reward 0.50, 13 % of the answers penalised · " +
      "turn 1: tell 75 %, guess 25 %; later: solve 50 %, guess 25 %, none 25 %",
  );
  // A first turn that states nothing is not told.
  assertEquals(
    describeUpdate(1, [row(0, null), row(1, "own")], new Map()),
    "update 1: accuracy 0.00 → 1.00 · reward 0.50 · own 100 %",
  );
});

Deno.test("describeBaselines() tells how often each way of answering is right, after its last turn", () => {
  const row = (method: string, turn: number, correct: boolean) => ({
    method,
    ...evaluationsRow({ model: "off-the-shelf", update: 0, question: 0, turn, correct }),
  });
  const rows = [
    ...[row("sampled", 0, true), row("sampled", 0, false), row("temperature_0.7", 0, true)],
    ...[row("self_refinement", 0, false), row("self_refinement", 1, true)],
  ];
  assertEquals(describeBaselines(rows), [
    "off-the-shelf without discussion: accuracy of an answer 0.500 (as sampled), " +
    "1.000 (temperature 0.7), 1.000 (self-refinement)",
  ]);
});

Deno.test("describeUnread() shows an answer where none could be read, so that a terminal is safe from it", () => {
  const unread = (text: string) => ({ answer: null, text });
  assertEquals(
    describeUnread([unread(" "), unread('\x1b[2Ja \u202e"b"\n')]),
    '0 of 2 answers could be read, for example: "\\u001b[2Ja \\u202e\\"b\\"\\n"',
  );
  assertEquals(describeUnread([unread("")]), '0 of 1 answers could be read, for example: ""');
  assertEquals(describeUnread([unread("a"), { answer: "3", text: "3" }]), undefined);
  assertEquals(describeUnread([]), undefined);
});

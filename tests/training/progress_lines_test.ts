import { assertEquals } from "@std/assert";
import { describeTurns } from "../../lib/training/mod.ts";
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

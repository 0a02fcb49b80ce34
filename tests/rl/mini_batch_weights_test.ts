import { assertAlmostEquals, assertEquals } from "@std/assert";
import { miniBatchWeights } from "../../lib/rl/mod.ts";

const row = (turn: number, agent: number, tokens: number) => ({ row: { turn, agent }, tokens });
const count = ({ tokens }: { tokens: number }) => tokens;

// Pair (turn 1, agent 0) has 3 + 1 = 4 tokens, pair (1, 1) has 5, pair (2, 0) has 2.
const ROWS = [row(1, 0, 3), row(1, 1, 5), row(1, 0, 1), row(2, 0, 2)];

Deno.test("miniBatchWeights() gives every (turn, agent) the same say, whatever its number of tokens", () => {
  // mean: a third for each pair, spread over its tokens: 1/(3·4), 1/(3·5), 1/(3·4), 1/(3·2)
  const mean = miniBatchWeights(ROWS, { aggregation: "mean", count });
  [1 / 12, 1 / 15, 1 / 12, 1 / 6].forEach((w, i) => assertAlmostEquals(mean[i]!, w, 1e-15));
  assertEquals(miniBatchWeights(ROWS, { aggregation: "sum", count }), [1 / 4, 1 / 5, 1 / 4, 1 / 2]);
});

Deno.test("miniBatchWeights() summed over all tokens are 1, or the number of pairs", () => {
  const total = (aggregation: "mean" | "sum") =>
    miniBatchWeights(ROWS, { aggregation, count })
      .reduce((sum, weight, i) => sum + weight * ROWS[i]!.tokens, 0);
  assertAlmostEquals(total("mean"), 1, 1e-15);
  assertAlmostEquals(total("sum"), 3, 1e-15);
});

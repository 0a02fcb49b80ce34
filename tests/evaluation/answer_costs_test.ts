import { assertEquals } from "@std/assert";
import {
  costOfAnswers,
  costOfIndependent,
  costOfOneSeat,
  costPerQuestion,
  matchedNumbers,
} from "../../lib/evaluation/mod.ts";
import { costed } from "./costed.ts";

const answer = { answer: "1", score: 0.5 };
/** Two questions, two agents, two turns. */
const discussed = ["a", "b"].flatMap((question) =>
  [0, 1].flatMap((turn) => [0, 1].map((agent) => costed({ ...answer, question, agent, turn })))
);
const firstTurn = discussed.filter(({ turn }) => turn === 0);
const independent = discussed.map((row, i) => ({ ...row, turn: 0, sample: i, responseFlops: 9 }));

Deno.test("costPerQuestion() adds up what was computed and sampled", () => {
  // Of each question four answers of 4 + 2 tokens, three operations each.
  assertEquals(costPerQuestion(discussed), { tokens: 24, flops: 72 });
  assertEquals(costPerQuestion([]), { tokens: 0, flops: 0 });
});

Deno.test("costOfOneSeat() counts the whole first prompt, as nobody shares it", () => {
  // 10 + 2 tokens at the first turn, 4 + 2 at the second: 18; 3 operations each.
  assertEquals(costOfOneSeat(discussed), { tokens: 18, flops: 54 });
  assertEquals(costOfOneSeat(firstTurn), { tokens: 12, flops: 36 });
});

Deno.test("what answers cost is not known where one of them does not tell, and what is known stays", () => {
  const [first, ...others] = discussed;
  const rows = [{ ...first!, responseFlops: null }, ...others];
  assertEquals(costPerQuestion(rows), { tokens: 24, flops: null });
  assertEquals(costOfOneSeat(rows), { tokens: 18, flops: null });
  const unread = firstTurn.map((row) => ({ ...row, promptFlops: null }));
  assertEquals(costOfOneSeat(unread), { tokens: 12, flops: null });
  const cost = costOfIndependent(independent, unread);
  assertEquals(cost, { shared: { tokens: 8, flops: null }, each: { tokens: 2, flops: 9 } });
  assertEquals(costOfAnswers(cost, 5), { tokens: 18, flops: null });
});

Deno.test("costOfIndependent() counts shared prompts once, and every answer", () => {
  const cost = costOfIndependent(independent, firstTurn);
  // Two agents' prompts of 4 computed tokens, and answers of 2.
  assertEquals(cost, { shared: { tokens: 8, flops: 24 }, each: { tokens: 2, flops: 9 } });
  assertEquals(costOfAnswers(cost, 5), { tokens: 18, flops: 69 });
});

Deno.test("matchedNumbers() gives as many answers as a discussion, and as cost its tokens", () => {
  const sizes = { numAgents: 2, numTurns: 2, firstTurn };
  // A discussion has 24 tokens; 8 + 2 n reach them with n = 8.
  const matched = matchedNumbers(discussed, independent, sizes);
  assertEquals(matched, { atEqualAnswers: 4, atEqualTokens: 8 });
  // One token more takes one answer more, so that the baseline never has less.
  const longer = [{ ...discussed[0]!, length: 4 }, ...discussed.slice(1)];
  assertEquals(matchedNumbers(longer, independent, sizes).atEqualTokens, 9);
});

Deno.test("matchedNumbers() of answers that did not fit are those of a discussion", () => {
  const empty = discussed.map((row) => ({ ...row, length: 0, computedPromptTokens: 0 }));
  assertEquals(matchedNumbers(empty, empty, { numAgents: 2, numTurns: 2, firstTurn: empty }), {
    atEqualAnswers: 4,
    atEqualTokens: 4,
  });
});

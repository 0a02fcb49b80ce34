import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { perSequence, rowBatches } from "../../lib/models/mod.ts";
import { criticValues, groupParams, ppoRows, responseSequence } from "../../lib/rl/mod.ts";
import { tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";
import { onlyGroup, ppoOptions, randomRows, scatter, tinyPolicies } from "./ppo_toys.ts";

await startTestDevice();

const ROWS = randomRows({ numQuestions: 4, numAgents: 2, turns: [0, 1] });
/** Enough answers of each (turn, agent) to be whitened by themselves. */
const MANY = randomRows({ numQuestions: 16, numAgents: 2, turns: [0, 1] });
const decoder = tinyDecoder();
const policies = tinyPolicies(decoder);
const group = onlyGroup(policies);

Deno.test("responseSequence() counts the response and nothing else", () => {
  const { tokens, mask } = responseSequence(Int32Array.of(4, 5), Int32Array.of(6, 7, 1));
  assertEquals([[...tokens], [...mask]], [[4, 5, 6, 7, 1], [0, 0, 1, 1, 1]]);
});

Deno.test("ppoRows() of fresh parameters has no divergence, values of 0 and the reward as return", async () => {
  const options = ppoOptions({ klCoef: 0.5, whitenAdvantages: false });
  for (const prepared of await ppoRows(group, ROWS, options)) {
    const { row, kl, advantages } = prepared;
    const { oldValues, returns } = prepared.values!;
    const numTokens = row.tokens.length;
    assertEquals([...kl], new Array(numTokens).fill(0));
    assertEquals([...oldValues], new Array(numTokens).fill(0));
    // γ = λ = 1 and V = 0: every token's advantage and return is the whole reward.
    const reward = Math.fround(row.reward);
    assertEquals([...advantages], new Array(numTokens).fill(reward));
    assertEquals([...returns], new Array(numTokens).fill(reward));
  }
});

Deno.test("ppoRows() whitens the advantages of each (turn, agent) by themselves", async () => {
  scatter(groupParams(group), 0.3);
  const shifted = MANY.map((row) => ({
    ...row,
    // Another level and scale for each pair: whitening over all of them would keep these apart.
    reward: row.reward * (1 + row.turn) + 10 * row.agent,
  }));
  const prepared = await ppoRows(group, shifted, ppoOptions());
  const pairs = Map.groupBy(prepared, ({ row }) => `${row.turn}/${row.agent}`);
  assertEquals(pairs.size, 4);
  for (const members of pairs.values()) {
    const all = members.flatMap(({ advantages }) => [...advantages]);
    const mean = all.reduce((a, b) => a + b) / all.length;
    const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (all.length - 1);
    assertAlmostEquals(mean, 0, 1e-5);
    assertAlmostEquals(variance, 1, 1e-4);
  }
});

Deno.test("ppoRows() gives the rows in their order, however they are batched", async () => {
  scatter(groupParams(group), 0.3);
  const [whole, cut] = await Promise.all(
    [1000, 1].map((maxBatchTokens) => ppoRows(group, ROWS, ppoOptions({ maxBatchTokens }))),
  );
  for (const [i, prepared] of whole!.entries()) {
    assertEquals(prepared.row, ROWS[i]);
    assertClose(cut![i]!.oldLogProbs, prepared.oldLogProbs);
    assertClose(cut![i]!.values!.oldValues, prepared.values!.oldValues);
  }
});

Deno.test("ppoRows() lets the value function read its own prompt", async () => {
  scatter(groupParams(group), 0.3);
  const [row] = ROWS;
  const twin = { ...row!, promptTokens: Int32Array.of(9, 8, 7) };
  const other = { ...row!, valuePromptTokens: Int32Array.of(9, 8, 7) };
  const [a, b, c] = await ppoRows(group, [row!, twin, other], ppoOptions());
  assertClose(b!.values!.oldValues, a!.values!.oldValues, 1e-6);
  assert(Math.abs(b!.oldLogProbs[0]! - a!.oldLogProbs[0]!) > 1e-3);
  assert(Math.abs(c!.values!.oldValues[0]! - a!.values!.oldValues[0]!) > 1e-3);
  assertClose(c!.oldLogProbs, a!.oldLogProbs, 1e-6);
});

Deno.test("ppoRows() in official mode has one more value where there is room behind the answer", async () => {
  scatter(groupParams(group), 0.3);
  const rows = [5, 6].map((length) => ({
    ...ROWS[0]!,
    tokens: Int32Array.from({ length }, (_, i) => 2 + i),
  }));
  const options = ppoOptions({ compat: "official", maxNewTokens: 6, whitenAdvantages: false });
  const [short, full] = await ppoRows(group, rows, options);
  const lengths = [short, full].map((row) => [
    row!.oldLogProbs.length,
    row!.advantages.length,
    row!.values!.oldValues.length,
    row!.values!.returns.length,
  ]);
  assertEquals(lengths, [[5, 5, 6, 6], [6, 6, 6, 6]]);
  // The value behind is that of the state after the last token: what follows it does not matter.
  const sequences = [
    responseSequence(rows[0]!.valuePromptTokens, Int32Array.of(...rows[0]!.tokens, 9)),
  ];
  const [values] = await perSequence(
    rowBatches(sequences, { padTokenId: 0, maxTokens: 100 }),
    ({ batch }) =>
      criticValues(group.critic!, { decoder }, {
        batch,
        turns: new Int32Array(batch.targets.length).fill(rows[0]!.turn),
      }),
  );
  assertClose(short!.values!.oldValues, values!, 1e-6);
  // The score is paid there: return of the last state = reward, as nothing follows.
  assertAlmostEquals(short!.values!.returns[5]!, ROWS[0]!.reward, 1e-6);
});

Deno.test("ppoRows() leaks no tensors", () =>
  assertNoLeak(() => ppoRows(group, ROWS, ppoOptions())));

/** First token's advantage of answers of one token each that earn `rewards`, one per agent. */
async function advantagesOf(rewards: readonly number[]): Promise<number[]> {
  const rows = rewards.map((reward, agent) => ({
    ...ROWS[0]!,
    tokens: Int32Array.of(3),
    agent,
    reward,
  }));
  const prepared = await ppoRows(group, rows, ppoOptions());
  return prepared.map(({ advantages }) => advantages[0]!);
}

Deno.test("ppoRows() keeps apart what single answers earn, and gives equal ones no advantage", async () => {
  for (const variable of groupParams(group).values()) variable.assign(variable.zerosLike());
  // One answer in the update: nothing to compare it with, so its reward stands.
  for (const reward of [0, 1, -10]) assertEquals(await advantagesOf([reward]), [reward]);
  // One answer of each of three agents: the mean −3 is taken out, and nothing is scaled.
  assertEquals(await advantagesOf([0, 1, -10]), [3, 4, -7]);
  for (const count of [2, 3, 16, 40]) {
    assertEquals(await advantagesOf(new Array(count).fill(1)), new Array(count).fill(0));
  }
  // Two answers that hardly differ are not blown up to ±0.7.
  assertClose(await advantagesOf([0.5, 0.51]), [-0.005, 0.005], 1e-6);
});

import { assert, assertEquals } from "@std/assert";
import {
  demonstrationBatch,
  type DemonstrationBatchOptions,
} from "../../lib/worlds/demonstrations/mod.ts";
import {
  makeArithmetic,
  type SmallWorldQuestion,
  smallWorldText,
  smallWorldTokenizer as tokenizer,
  strategyDemonstrator,
} from "../../lib/worlds/small_world/mod.ts";
import { Random } from "../../lib/core/mod.ts";

const USER = tokenizer.encode("<|user|>")[0]!;

function optionsOf(
  changes: Partial<DemonstrationBatchOptions<SmallWorldQuestion>> = {},
): DemonstrationBatchOptions<SmallWorldQuestion> {
  const task = makeArithmetic({ seed: 0, difficulty: 2 });
  return {
    task,
    demonstrator: strategyDemonstrator({ task, slipRate: 0.2 }),
    random: Random.fromSeed(2),
    solutionSteps: 3,
    batchSize: 8,
    discussionShare: 0.5,
    agentChances: [0.25, 0.75],
    text: smallWorldText,
    numTurns: 3,
    ...changes,
  };
}

/** Turns of each sequence: user messages. */
const turnsOf = (batch: ReturnType<typeof demonstrationBatch>) =>
  batch.map(({ tokens }) => tokens.filter((token) => token === USER).length);

Deno.test("demonstrationBatch() is a function of the step, whatever came before", () => {
  const options = optionsOf();
  const straight = [0, 1, 2, 3, 4, 5].map((step) => demonstrationBatch(step, options));
  for (const step of [5, 2, 4]) assertEquals(demonstrationBatch(step, optionsOf()), straight[step]);
  const other = demonstrationBatch(4, optionsOf({ random: Random.fromSeed(3) }));
  assert(JSON.stringify(other) !== JSON.stringify(straight[4]));
});

Deno.test("demonstrationBatch() asks other questions at every step and place", () => {
  const options = optionsOf({ solutionSteps: 10 });
  const questions = [0, 1, 2].flatMap((step) =>
    demonstrationBatch(step, options).map(({ tokens, mask }) =>
      tokenizer.decode(tokens.filter((_, i) => mask[i] === 0))
    )
  );
  const expected = Array.from(
    { length: 24 },
    (_, i) => options.task.questions("pretrain").at(i).text,
  );
  assertEquals(questions, expected);
});

Deno.test("demonstrationBatch() brings solutions alone first, then its share of discussions", () => {
  const options = optionsOf({ batchSize: 200 });
  for (const step of [0, 2]) {
    assertEquals(new Set(turnsOf(demonstrationBatch(step, options))), new Set([1]));
  }
  const turns = turnsOf(demonstrationBatch(3, options));
  assertEquals(new Set(turns), new Set([1, 3]));
  const share = turns.filter((count) => count === 3).length / 200;
  assert(Math.abs(share - 0.5) < 0.15, `${share}`); // 4 deviations of √(¼ / 200)
  for (const [discussionShare, count] of [[0, 1], [1, 3]] as const) {
    const batch = demonstrationBatch(3, optionsOf({ discussionShare }));
    assertEquals(new Set(turnsOf(batch)), new Set([count]));
  }
});

Deno.test("demonstrationBatch() draws the number of agents by its chances", () => {
  const agentsOf = (agentChances: number[]) => {
    const options = optionsOf({ discussionShare: 1, batchSize: 200, agentChances, numTurns: 2 });
    const others = demonstrationBatch(3, options).map(({ tokens }) => {
      const words = tokenizer.decode(tokens).split(" verdict ")[0]!;
      return Math.max(...[...words.matchAll(/agent(\d) :/g)].map(([, k]) => Number(k)));
    });
    return new Map([...Map.groupBy(others, (k) => k + 1)].map(([k, all]) => [k, all.length / 200]));
  };
  assertEquals(agentsOf([1]), new Map([[2, 1]]));
  assertEquals(agentsOf([0, 0, 5]), new Map([[4, 1]]));
  const mixed = agentsOf([1, 3]);
  assert(Math.abs(mixed.get(2)! - 0.25) < 0.13, `${mixed.get(2)}`); // 4 · √(3/16 / 200)
  assertEquals(mixed.get(2)! + mixed.get(3)!, 1);
});

Deno.test("demonstrationBatch() lets its share of discussions read nobody else, and draws the others as without it", () => {
  const agent1 = tokenizer.encode("agent1")[0]!;
  const numQuoting = (batch: ReturnType<typeof demonstrationBatch>) =>
    batch.filter(({ tokens }) => tokens.includes(agent1)).length;
  const all = { discussionShare: 1, solutionSteps: 0, batchSize: 200 };
  assertEquals(numQuoting(demonstrationBatch(3, optionsOf({ ...all, aloneShare: 1 }))), 0);
  assertEquals(numQuoting(demonstrationBatch(3, optionsOf(all))), 200);
  const half = numQuoting(demonstrationBatch(3, optionsOf({ ...all, aloneShare: 0.5 })));
  // 4 deviations of √(200 · ½ · ½) = 7.1
  assert(half > 71 && half < 129, `${half}`);
});

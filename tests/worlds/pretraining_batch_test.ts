import { assert, assertEquals } from "@std/assert";
import {
  makeArithmetic,
  pretrainingBatch,
  type PretrainingBatchOptions,
  smallWorldTokenizer as tokenizer,
  strategyDemonstrator,
} from "../../lib/worlds/small_world/mod.ts";
import { Random } from "../../lib/core/mod.ts";

const USER = tokenizer.encode("<|user|>")[0]!;

function optionsOf(changes: Partial<PretrainingBatchOptions> = {}): PretrainingBatchOptions {
  const task = makeArithmetic({ seed: 0, difficulty: 2 });
  return {
    task,
    demonstrator: strategyDemonstrator({ task, slipRate: 0.2 }),
    random: Random.fromSeed(2),
    solutionSteps: 3,
    batchSize: 8,
    discussionShare: 0.5,
    agentChances: [0.25, 0.75],
    numTurns: 3,
    ...changes,
  };
}

/** Turns of each sequence: user messages. */
const turnsOf = (batch: ReturnType<typeof pretrainingBatch>) =>
  batch.map(({ tokens }) => tokens.filter((token) => token === USER).length);

Deno.test("pretrainingBatch() is a function of the step, whatever came before", () => {
  const options = optionsOf();
  const straight = [0, 1, 2, 3, 4, 5].map((step) => pretrainingBatch(step, options));
  for (const step of [5, 2, 4]) assertEquals(pretrainingBatch(step, optionsOf()), straight[step]);
  const other = pretrainingBatch(4, optionsOf({ random: Random.fromSeed(3) }));
  assert(JSON.stringify(other) !== JSON.stringify(straight[4]));
});

Deno.test("pretrainingBatch() asks other questions at every step and place", () => {
  const options = optionsOf({ solutionSteps: 10 });
  const questions = [0, 1, 2].flatMap((step) =>
    pretrainingBatch(step, options).map(({ tokens, mask }) =>
      tokenizer.decode(tokens.filter((_, i) => mask[i] === 0))
    )
  );
  const expected = Array.from(
    { length: 24 },
    (_, i) => options.task.questions("pretrain").at(i).text,
  );
  assertEquals(questions, expected);
});

Deno.test("pretrainingBatch() brings solutions alone first, then its share of discussions", () => {
  const options = optionsOf({ batchSize: 200 });
  for (const step of [0, 2]) {
    assertEquals(new Set(turnsOf(pretrainingBatch(step, options))), new Set([1]));
  }
  const turns = turnsOf(pretrainingBatch(3, options));
  assertEquals(new Set(turns), new Set([1, 3]));
  const share = turns.filter((count) => count === 3).length / 200;
  assert(Math.abs(share - 0.5) < 0.15, `${share}`); // 4 deviations of √(¼ / 200)
  for (const [discussionShare, count] of [[0, 1], [1, 3]] as const) {
    const batch = pretrainingBatch(3, optionsOf({ discussionShare }));
    assertEquals(new Set(turnsOf(batch)), new Set([count]));
  }
});

Deno.test("pretrainingBatch() draws the number of agents by its chances", () => {
  const agentsOf = (agentChances: number[]) => {
    const options = optionsOf({ discussionShare: 1, batchSize: 200, agentChances, numTurns: 2 });
    const others = pretrainingBatch(3, options).map(({ tokens }) => {
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

Deno.test("pretrainingBatch() lets its share of discussions read nobody else, and draws the others as without it", () => {
  const agent1 = tokenizer.encode("agent1")[0]!;
  const numQuoting = (batch: ReturnType<typeof pretrainingBatch>) =>
    batch.filter(({ tokens }) => tokens.includes(agent1)).length;
  const all = { discussionShare: 1, solutionSteps: 0, batchSize: 200 };
  assertEquals(numQuoting(pretrainingBatch(3, optionsOf({ ...all, aloneShare: 1 }))), 0);
  assertEquals(numQuoting(pretrainingBatch(3, optionsOf(all))), 200);
  const half = numQuoting(pretrainingBatch(3, optionsOf({ ...all, aloneShare: 0.5 })));
  // 4 deviations of √(200 · ½ · ½) = 7.1
  assert(half > 71 && half < 129, `${half}`);
});

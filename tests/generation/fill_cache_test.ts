import { assertEquals, assertRejects } from "@std/assert";
import { fillCache, lastOfRows } from "../../lib/generation/fill_cache.ts";
import { forwardFlops, KvCache } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

const decoder = tinyDecoder();
const adapter = tinyAdapter(decoder.config);
const { padTokenId: pad } = decoder.config;
/** Two left-padded prompts of seven and three tokens. */
const IDS = Int32Array.of(3, 4, 5, 6, 7, 8, 9, pad, pad, pad, pad, 2, 3, 4);
const STARTS = Int32Array.of(0, 4);
/** Operations of so many positions of both rows. */
const flopsOf = (numPositions: number) =>
  forwardFlops(decoder.config, { numTokens: 2 * numPositions, context: 7 / 2 });

/** States of the last tokens, and how many positions the last pass took. */
async function lastStates(maxFlops: number | undefined) {
  const cache = new KvCache(decoder.config, { numRows: 2, capacity: 7 });
  const batch = { model: { decoder, adapter }, cache, starts: STARTS };
  const rest = await fillCache(IDS, { ...batch, ...maxFlops === undefined ? {} : { maxFlops } });
  const at = lastOfRows(2, rest.length);
  const states = decoder.forward(rest, { numRows: 2, starts: STARTS, cache, adapter, at });
  assertEquals(cache.length, 7);
  cache.dispose();
  return { states: await take(states), rest };
}

Deno.test("fillCache() cuts a long pass into pieces that give the same states", async () => {
  const whole = await lastStates(undefined);
  assertEquals(whole.rest, IDS);
  for (
    const [maxFlops, last] of [
      [flopsOf(6.5), [9, 4]],
      [flopsOf(3), [9, 4]],
      [flopsOf(4), [7, 8, 9, 2, 3, 4]],
      [1, [9, 4]],
    ] as const
  ) {
    const { states, rest } = await lastStates(maxFlops);
    assertEquals([...rest], [...last]);
    assertClose(states, whole.states, 1e-5);
  }
});

Deno.test("fillCache() stops between two pieces, and leaks nothing", async () => {
  const cache = new KvCache(decoder.config, { numRows: 2, capacity: 7 });
  const controller = new AbortController();
  const run = () =>
    fillCache(IDS, {
      ...{ model: { decoder }, cache, starts: STARTS, maxFlops: 1 },
      signal: controller.signal,
    });
  const advance = cache.advance.bind(cache);
  cache.advance = (numPositions) => {
    advance(numPositions);
    if (cache.length === 2) controller.abort(new RangeError("the reason"));
  };
  await assertRejects(run, RangeError, "the reason");
  assertEquals(cache.length, 2);
  cache.dispose();
  await assertNoLeak(() => lastStates(1));
});

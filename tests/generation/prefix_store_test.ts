import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { openCache } from "../../lib/generation/open_cache.ts";
import { PrefixStore } from "../../lib/generation/mod.ts";
import { KvCache } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

const decoder = tinyDecoder();
const of = (...ids: number[]) => Int32Array.from(ids);
/** A cache of one row of eight positions: 2 layers × keys and values × 8 × 4 × 4 bytes. */
const cacheOf = (numRows = 1) => new KvCache(decoder.config, { numRows, capacity: 8 });
const ROW_BYTES = 2 * 2 * 8 * 4 * 4;

function add(store: PrefixStore, ...rows: Int32Array[]): boolean {
  return store.add(
    undefined,
    cacheOf(rows.length),
    rows.map((tokens, row) => ({ tokens, row, start: 8 - tokens.length })),
  );
}

Deno.test("PrefixStore.find() finds the row with the longest common prefix, by adapter", () => {
  const store = new PrefixStore(decoder);
  const adapter = tinyAdapter(decoder.config);
  assertEquals(store.find(undefined, of(1, 2)), undefined);
  add(store, of(1, 2, 3, 4), of(1, 2, 9), of(5));
  add(store, of(1, 2, 3, 7, 7, 7));
  const found = (...ids: number[]) => {
    const known = store.find(undefined, of(...ids));
    return known && [[...known.tokens], known.length];
  };
  assertEquals(found(1, 2, 3, 4, 5), [[1, 2, 3, 4], 4]);
  assertEquals(found(1, 2, 3, 7), [[1, 2, 3, 7, 7, 7], 4]);
  assertEquals(found(1, 2, 9, 9), [[1, 2, 9], 3]);
  assertEquals(found(5, 5), [[5], 1]);
  assertEquals(found(1, 8)?.[1], 1);
  assertEquals(found(6), undefined);
  assertEquals(found(), undefined);
  assertEquals(store.find(adapter, of(1, 2, 3, 4)), undefined);
  store.dispose();
  adapter.dispose();
});

Deno.test("PrefixStore keeps within its bytes, and drops what was not used for longest", () => {
  const store = new PrefixStore(decoder, { maxBytes: 2 * ROW_BYTES });
  const before = tf.memory().numTensors;
  const knows = (id: number) => store.find(undefined, of(id)) !== undefined;
  store.beginCall();
  assertEquals([add(store, of(1)), add(store, of(2))], [true, true]);
  assertEquals(store.numBytes, 2 * ROW_BYTES);
  // Of the same call: nothing gives way.
  assertEquals(add(store, of(3)), false);
  assertEquals([knows(1), knows(2), knows(3)], [true, true, false]);
  store.beginCall();
  knows(1); // used again, so that 2 is the older one
  assertEquals(add(store, of(3)), true);
  assertEquals(store.numBytes, 2 * ROW_BYTES);
  assertEquals([knows(1), knows(2), knows(3)], [true, false, true]);
  store.beginCall();
  assertEquals(add(store, of(4), of(5), of(6)), false); // larger than all, so that nothing is dropped for it
  assertEquals(store.numBytes, 2 * ROW_BYTES);
  store.dispose();
  assertEquals([store.numBytes, tf.memory().numTensors], [0, before]);
});

Deno.test("PrefixStore of no bytes keeps nothing, and refuses fewer", () => {
  const store = new PrefixStore(decoder, { maxBytes: 0 });
  const before = tf.memory().numTensors;
  assertEquals(add(store, of(1)), false);
  assertEquals(tf.memory().numTensors, before);
  assertThrows(() => new PrefixStore(decoder, { maxBytes: -1 }), RangeError, "got -1");
});

Deno.test("openCache() with known prefixes leaves the states of a full pass", async () => {
  const adapter = tinyAdapter(decoder.config);
  const known = [[3, 4, 5, 6, 7], [9, 10, 3]].map((ids) => Int32Array.from(ids));
  const prompts = [[3, 4, 5, 6, 7, 8, 2], [9, 10, 4], [3, 4], [2, 9, 9, 9, 9]]
    .map((ids) => Int32Array.from(ids));
  await assertNoLeak(async () => {
    const store = new PrefixStore(decoder);
    const lastStates = async (rows: Int32Array[]) => {
      const opened = openCache(store, rows, { adapter, numNew: 0 });
      const numTokens = opened.ids.length / rows.length;
      const states = await take(decoder.forward(opened.ids, {
        numRows: rows.length,
        starts: opened.starts,
        cache: opened.cache,
        adapter,
        at: Int32Array.from(rows, (_, row) => (row + 1) * numTokens - 1),
      }));
      return { ...opened, states, numTokens };
    };
    const first = await lastStates(known);
    assertEquals([first.numTokens, first.numPadded], [5, 2]);
    store.add(
      adapter,
      first.cache,
      known.map((tokens, row) => ({ tokens, row, start: first.starts[row]! })),
    );
    for (
      const rows of [prompts.slice(0, 3), prompts, prompts.slice(0, 1), [known[0]!, known[1]!]]
    ) {
      const { states, numTokens, cache, starts } = await lastStates(rows);
      // The first lacks two tokens, the second and third one, the fourth all of its five.
      assertEquals(numTokens, rows.length === 4 ? 5 : rows.length === 2 ? 1 : 2);
      assertEquals([...starts], rows.map(({ length }) => cache.length - length));
      cache.dispose();
      for (const [row, ids] of rows.entries()) {
        const whole = await take(decoder.forward(ids, {
          numRows: 1,
          starts: of(0),
          adapter,
          at: of(ids.length - 1),
        }));
        assertClose(states.subarray(row * 8, row * 8 + 8), whole);
      }
    }
    store.dispose();
  });
  adapter.dispose();
});

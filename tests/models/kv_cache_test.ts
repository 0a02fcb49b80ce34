import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { type DecoderConfig, type ForwardOptions, KvCache } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyConfig, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";

await startTestDevice();

const D = 8;
// Two rows of six tokens, the second with two pad tokens.
const ROWS = [[3, 4, 5, 6, 7, 8], [0, 0, 9, 10, 3, 2]];
const STARTS = Int32Array.of(0, 2);

/** Columns from..to of both rows, row-major. */
function columns(from: number, to: number): Int32Array {
  return Int32Array.from(ROWS.flatMap((row) => row.slice(from, to)));
}

/** Without a window, and with one that is shorter than the rows. */
const WINDOWS = [{}, { slidingWindow: 2 }];

for (const options of WINDOWS) {
  const name = JSON.stringify(options);
  Deno.test(`KvCache gives the states of an uncached pass, however the tokens are split ${name}`, () =>
    splitTokens(options));
  Deno.test(`KvCache continues some rows by different numbers of tokens, each at its slot ${name}`, () =>
    continueRows(options));
}

async function splitTokens(config: Partial<DecoderConfig>): Promise<void> {
  const decoder = tinyDecoder(config);
  const adapter = tinyAdapter(decoder.config);
  const options = { numRows: 2, starts: STARTS, adapter };
  const whole = await take(decoder.forward(columns(0, 6), options));
  for (const split of [[0, 3, 4, 5, 6], [0, 4, 6], [0, 1, 6]]) {
    const cache = new KvCache(decoder.config, { numRows: 2, capacity: 7 });
    for (let part = 1; part < split.length; part++) {
      const [from, to] = [split[part - 1]!, split[part]!];
      const states = await take(decoder.forward(columns(from, to), { ...options, cache }));
      assertEquals(cache.length, to);
      for (const [row, start] of STARTS.entries()) {
        const first = Math.max(from, start); // states of pad tokens are meaningless
        if (first >= to) continue;
        assertClose(
          states.subarray((row * (to - from) + first - from) * D, (row + 1) * (to - from) * D),
          whole.subarray((row * 6 + first) * D, (row * 6 + to) * D),
        );
      }
    }
    cache.dispose();
  }
  adapter.dispose();
  decoder.dispose();
}

async function continueRows(config: Partial<DecoderConfig>): Promise<void> {
  const decoder = tinyDecoder(config);
  const adapter = tinyAdapter(decoder.config);
  const options = { numRows: 2, starts: STARTS, adapter };
  const whole = await take(decoder.forward(columns(0, 6), options));
  const cache = new KvCache(decoder.config, { numRows: 2, capacity: 6 });
  decoder.forward(columns(0, 3), { ...options, cache }).dispose();
  // Row and position of single tokens: of both rows, of one, twice in the same slot, which overwrites.
  const passes: (readonly [row: number, position: number])[][] = [
    [[0, 3], [0, 4], [1, 3]],
    [[1, 4]],
    [[0, 5]],
    [[0, 4], [0, 5], [1, 4], [1, 5]],
  ];
  for (const slots of passes) {
    const ids = Int32Array.from(slots, ([row, position]) => ROWS[row]![position]!);
    const states = await take(decoder.forward(ids, {
      cache,
      adapter,
      numRows: slots.length,
      slots: Int32Array.from(slots.flat()),
      starts: Int32Array.from(slots, ([row]) => STARTS[row]!),
    }));
    const at = slots.map(([row, position]) => (row * 6 + position) * D);
    assertClose(states, at.flatMap((from) => [...whole.subarray(from, from + D)]));
    assertEquals(cache.length, 3); // the positions that all rows share
  }
  cache.dispose();
  adapter.dispose();
  decoder.dispose();
}

Deno.test("KvCache refuses slots that it does not have, or that are not in order", () => {
  const decoder = tinyDecoder();
  const cache = new KvCache(decoder.config, { numRows: 2, capacity: 4 });
  const refuse = (slots: number[], message: string, changes: Partial<ForwardOptions> = {}) => {
    const numRows = Math.ceil(slots.length / 2);
    const options = { numRows, starts: new Int32Array(numRows), cache, ...changes };
    assertThrows(
      () =>
        decoder.forward(new Int32Array(numRows).fill(3), {
          ...options,
          slots: Int32Array.from(slots),
        }),
      RangeError,
      message,
    );
  };
  const order = "slots must go up within 2 rows of 4 positions, those of a row one by one";
  refuse([2, 0], `${order}: got row 2, position 0 for token 0`);
  refuse([0, 4], `${order}: got row 0, position 4 for token 0`);
  refuse([0, -1], `${order}: got row 0, position -1`);
  refuse([1, 0, 0, 0], `${order}: got row 0, position 0 for token 1`);
  refuse([0, 0, 0, 2], `${order}: got row 0, position 2 for token 1`);
  refuse([0, 0, 0], "slots need a cache, one token a row");
  cache.dispose();
  decoder.dispose();
});

Deno.test("KvCache.copyFrom() moves positions within their row without changing what comes next", async () => {
  const decoder = tinyDecoder({ slidingWindow: 3 });
  const whole = await take(decoder.forward(columns(0, 6), { numRows: 2, starts: STARTS }));
  await assertNoLeak(async () => {
    const source = new KvCache(decoder.config, { numRows: 2, capacity: 6 });
    decoder.forward(columns(0, 5), { numRows: 2, starts: STARTS, cache: source }).dispose();
    // The second row alone, three positions of it, without its padding.
    const cache = new KvCache(decoder.config, { numRows: 1, capacity: 4 });
    cache.copyFrom(source, [{ fromRow: 1, fromPosition: 2, toRow: 0, toPosition: 0, count: 3 }]);
    cache.advance(3);
    source.dispose();
    const states = await take(
      decoder.forward(Int32Array.of(2), { numRows: 1, starts: Int32Array.of(0), cache }),
    );
    assertClose(states, whole.subarray(11 * D, 12 * D));
    cache.dispose();
  });
  decoder.dispose();
});

Deno.test("KvCache refuses more positions than it has room for, and other rows than it holds", () => {
  const decoder = tinyDecoder();
  const cache = new KvCache(decoder.config, { numRows: 2, capacity: 4 });
  decoder.forward(columns(0, 3), { numRows: 2, starts: STARTS, cache }).dispose();
  assertThrows(
    () => decoder.forward(columns(3, 5), { numRows: 2, starts: STARTS, cache }),
    RangeError,
    "Cannot cache 2 more positions as at most 4 fit: 3 are filled",
  );
  assertThrows(
    () => decoder.forward(Int32Array.of(3), { numRows: 1, starts: Int32Array.of(0), cache }),
    RangeError,
    "the cache must hold the batch's rows: got 2 for 1 rows",
  );
  cache.dispose();
  decoder.dispose();
});

Deno.test("KvCache leaks no tensors and outlives the tidy it is used in", async () => {
  const decoder = tinyDecoder();
  await assertNoLeak(() => {
    const cache = new KvCache(decoder.config, { numRows: 2, capacity: 6 });
    tf.tidy(() => {
      decoder.forward(columns(0, 3), { numRows: 2, starts: STARTS, cache });
    });
    tf.tidy(() => {
      decoder.forward(Int32Array.of(5), {
        numRows: 1,
        starts: STARTS.slice(1),
        cache,
        slots: Int32Array.of(1, 3),
      });
    });
    cache.dispose();
  });
  decoder.dispose();
});

Deno.test("KvCache made inside a tidy is not freed with it", () => {
  const before = tf.memory().numTensors;
  const made: KvCache[] = [];
  tf.tidy(() => {
    made.push(new KvCache(tinyConfig(), { numRows: 1, capacity: 2 }));
  });
  assertEquals(tf.memory().numTensors, before + 4); // keys and values of two layers
  made[0]!.dispose();
  assertEquals(tf.memory().numTensors, before);
});

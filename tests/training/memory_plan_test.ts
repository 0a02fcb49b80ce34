import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { KvCache, numWeights } from "../../lib/models/mod.ts";
import {
  cacheBytes,
  countWeights,
  describeMemory,
  formatBytes,
  machineMemory,
} from "../../lib/training/mod.ts";
import { tinyConfig } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

const GIB = 2 ** 30;

Deno.test("describeMemory() adds up what is there together and names the setting of the largest part", () => {
  const parts = [
    { name: "weights", bytes: 2 * GIB, setting: "base" },
    { name: "keys and values", bytes: 3 * GIB, setting: "sampling.maxRows" },
    { name: "crumbs", bytes: 100, setting: "none" },
  ];
  assertEquals(
    describeMemory(parts, 8 * GIB),
    "memory: at most 5 GiB (weights 2 GiB, keys and values 3 GiB) of 8 GiB",
  );
  assertEquals(describeMemory(parts.slice(2), null), "memory: at most 1 MiB");
  const error = assertThrows(() => describeMemory(parts, 5 * GIB), ConfigError);
  assertEquals(
    error.message,
    "Cannot run this within the memory of this machine, 5 GiB: it takes up to 5 GiB, " +
      "of which keys and values 3 GiB\n  Lower sampling.maxRows",
  );
});

Deno.test("countWeights() and cacheBytes() count what is made, and any number of layers at once", () => {
  for (const numHiddenLayers of [1, 2, 3]) {
    const config = tinyConfig({ numHiddenLayers });
    assertEquals(countWeights(config), numWeights(config));
    const cache = new KvCache(config, { numRows: 3, capacity: 5 });
    assertEquals(cacheBytes(config, 3 * 5), cache.numBytes);
    cache.dispose();
  }
  assert(countWeights({ ...tinyConfig(), numHiddenLayers: 1e9 }) > 1e9);
});

Deno.test("machineMemory() is what a process can have here, and formatBytes() says it", () => {
  const bytes = machineMemory();
  assert(bytes === null || bytes > 2 ** 27, `${bytes}`);
  assertEquals([0, 1, 1.5 * 2 ** 20, 7.81 * GIB].map(formatBytes), [
    "0 MiB",
    "1 MiB",
    "2 MiB",
    "7.81 GiB",
  ]);
});

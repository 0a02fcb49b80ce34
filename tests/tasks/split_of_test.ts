import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { endlessSets, SPLIT_SHARES, splitOf, SPLITS } from "../../lib/tasks/mod.ts";

Deno.test("SPLIT_SHARES adds up to 1", () => {
  assertAlmostEquals(Object.values(SPLIT_SHARES).reduce((sum, share) => sum + share), 1, 1e-12);
});

Deno.test("splitOf() gives each split its share of the contents", () => {
  const counts = new Map<string, number>();
  const total = 50_000;
  for (let i = 0; i < total; i++) {
    const split = splitOf(`${i % 97}+${i}`);
    counts.set(split, (counts.get(split) ?? 0) + 1);
  }
  // Standard deviation of a share at 50 000 draws is at most 0.0022: five of them.
  for (const [split, share] of Object.entries(SPLIT_SHARES)) {
    assertAlmostEquals((counts.get(split) ?? 0) / total, share, 0.011, split);
  }
});

Deno.test("splitOf() keeps the assignment that checkpoints were trained with", () => {
  // Computed once by a second implementation of the hash (Python integers).
  const pinned: Record<string, string> = {
    "20+14-9": "pretrain",
    "25+14-9": "verifier",
    "27+14-9": "validation",
    "29+14-9": "train",
    "47+14-9": "test",
    "all pens are red": "verifier",
    "": "verifier",
  };
  for (const [content, split] of Object.entries(pinned)) {
    assertEquals(splitOf(content), split, content);
  }
});

Deno.test("endlessSets() draws by split and index, without end, and knows no other split", () => {
  const questions = endlessSets("digits", (split, index) => ({
    id: `${split}/${index}`,
    text: "",
    gold: String(index),
  }));
  for (const split of SPLITS) {
    const set = questions(split);
    assertEquals([set.size, set.at(1e9).id], [null, `${split}/1000000000`]);
    assertThrows(() => set.at(-1), RangeError, "must be a natural number: current value is -1");
  }
  assertThrows(() => questions("tests"), ConfigError, "its splits are pretrain, verifier, train");
});

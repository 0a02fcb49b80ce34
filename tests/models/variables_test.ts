import { assertEquals, assertThrows } from "@std/assert";
import {
  assignVariables,
  compareWeights,
  describeMismatch,
  disposeVariables,
  makeVariable,
} from "../../lib/models/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { assertClose, assertNoLeak } from "../support/tensors.ts";

await startTestDevice();

Deno.test("describeMismatch() names missing, unexpected and misshaped tensors", () => {
  const wanted = new Map([["a", [2, 3]], ["b", [4]], ["c", []]]);
  const actual = new Map([["a", { shape: [3, 2] }], ["c", { shape: [] }], ["d", { shape: [1] }]]);
  assertEquals(
    describeMismatch(compareWeights(wanted, actual)),
    "missing: b; unexpected: d; misshaped: a: wanted [2, 3], got [3, 2]",
  );
  const same = new Map([...wanted].map(([name, shape]) => [name, { shape }]));
  assertEquals(describeMismatch(compareWeights(wanted, same)), undefined);
});

Deno.test("describeMismatch() shortens long lists", () => {
  const wanted = new Map(Array.from("abcdefgh", (name) => [name, [1]] as const));
  assertEquals(
    describeMismatch(compareWeights(wanted, new Map())),
    "missing: a, b, c, d, e and 3 more",
  );
});

Deno.test("assignVariables() copies in place, or changes nothing", async () => {
  const variables = new Map([["a", makeVariable(Float32Array.of(1, 2), [2])]]);
  const values = Float32Array.of(3, 4);
  assignVariables(variables, new Map([["a", { shape: [2], values }]]));
  values.fill(9); // the variable has its own copy
  assertClose(await variables.get("a")!.data(), [3, 4], 0);
  const wrong = new Map([["a", { shape: [1, 2], values }]]);
  assertThrows(() => assignVariables(variables, wrong), RangeError, "wanted [2], got [1, 2]");
  assertClose(await variables.get("a")!.data(), [3, 4], 0);
  await assertNoLeak(() =>
    assignVariables(variables, new Map([["a", { shape: [2], values: Float32Array.of(5, 6) }]]))
  );
  disposeVariables(variables);
});

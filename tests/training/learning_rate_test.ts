import { assertAlmostEquals, assertEquals } from "@std/assert";
import { learningRateOf } from "../../lib/training/mod.ts";
import { assertClose } from "../support/tensors.ts";

const linear = { schedule: "linear", warmupSteps: 0, learningRate: 1, compat: "paper" } as const;

/** Rates of every step of a run whose updates take these numbers of steps. */
function ratesOf(algorithm: Parameters<typeof learningRateOf>[0], steps: readonly number[]) {
  let taken = 0;
  return steps.map((total, done) => {
    const rate = learningRateOf(algorithm, { done, total: steps.length });
    return Array.from({ length: total }, (_, index) => rate(taken++, { index, total }));
  });
}

Deno.test("learningRateOf() falls from 1 to its end over updates of any number of steps", () => {
  const rates = ratesOf(linear, [4, 0, 2, 8]);
  const firsts = [rates[0]![0]!, rates[2]![0]!, rates[3]![0]!];
  assertClose(firsts, [1, 1 - 0.9 / 2, 1 - 0.9 * 3 / 4]);
  assertAlmostEquals(rates.at(-1)!.at(-1)!, 1 - 0.9 * 31 / 32, 1e-12);
  const all = rates.flat();
  assertEquals(all, all.toSorted((a, b) => b - a));
});

Deno.test("learningRateOf() in official mode stays within an update", () => {
  const rates = ratesOf({ ...linear, compat: "official" }, [2, 2, 3]);
  // LinearLR from 1.0 to 0.1 over three updates, stepped once after each
  assertClose(rates.flat(), [1, 1, 0.7, 0.7, 0.4, 0.4, 0.4]);
});

Deno.test("learningRateOf() warms up over the steps that a group takes", () => {
  for (const compat of ["paper", "official"] as const) {
    const [first, second] = ratesOf({ ...linear, warmupSteps: 4, compat }, [3, 3, 3]);
    assertEquals([...first!, second![0]], [1 / 4, 2 / 4, 3 / 4, 1], compat);
  }
  // 4 of 9 steps: the rest falls from 1 over the 5 that are left
  const rates = ratesOf({ ...linear, warmupSteps: 4 }, [3, 3, 3]).flat();
  assertAlmostEquals(rates[4]!, 1, 1e-12);
  assertAlmostEquals(rates[8]!, 1 - 0.9 * 4 / 5, 1e-12);
  const constant = ratesOf({ ...linear, schedule: "constant", warmupSteps: 2 }, [1, 1, 5]).flat();
  assertEquals(constant, [0.5, 1, 1, 1, 1, 1, 1]);
});

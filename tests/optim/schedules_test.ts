import { assertThrows } from "@std/assert";
import { makeSchedule, type ScheduleName } from "../../lib/optim/mod.ts";
import { assertClose } from "../support/tensors.ts";

function values(
  name: ScheduleName,
  options: Parameters<typeof makeSchedule>[1],
  steps: number[],
  totalSteps: number,
): number[] {
  const schedule = makeSchedule(name, options);
  return steps.map((step) => schedule(step, totalSteps));
}

Deno.test("makeSchedule() constant rises over the warm-up and stays", () => {
  assertClose(values("constant", { warmupSteps: 4 }, [0, 1, 3, 4, 99], 10), [.25, .5, 1, 1, 1]);
  assertClose(values("constant", {}, [0, 5], 10), [1, 1]);
});

Deno.test("makeSchedule() linear falls to the final fraction", () => {
  // The official code: 1.0 → 0.1 over 10 updates, 1 − 0.9 · step / 10.
  assertClose(values("linear", { finalFraction: 0.1 }, [0, 1, 5, 10], 10), [1, 0.91, 0.55, 0.1]);
  // Two steps of warm-up leave eight: at step 6 half of them are done.
  assertClose(values("linear", { warmupSteps: 2 }, [0, 1, 2, 6, 10], 10), [0.5, 1, 1, 0.5, 0]);
});

Deno.test("makeSchedule() cosine falls by half a period", () => {
  // ½(1 + cos(π/4)) = 0.853553 after a quarter, ½ after half.
  assertClose(values("cosine", {}, [0, 2, 4, 8], 8), [1, 0.853553, 0.5, 0]);
  assertClose(values("cosine", { finalFraction: 0.2 }, [4], 8), [0.6]); // 0.2 + 0.8 · ½
});

Deno.test("makeSchedule() stays at the end beyond the last step, and survives a warm-up of all steps", () => {
  assertClose(values("linear", { finalFraction: 0.1 }, [11, 100], 10), [0.1, 0.1]);
  assertClose(values("cosine", { warmupSteps: 4 }, [3, 4], 4), [1, 1]);
});

Deno.test("makeSchedule() names impossible settings", () => {
  assertThrows(() => makeSchedule("step" as ScheduleName), RangeError, "constant, linear, cosine");
  assertThrows(() => makeSchedule("linear", { warmupSteps: -1 }), RangeError, "got -1");
  assertThrows(() => makeSchedule("linear", { finalFraction: 2 }), RangeError, "[0, 1]: got 2");
});

import { assertEquals, assertThrows } from "@std/assert";
import { changeable, fixed, maporlSchema } from "../../experiments/maporl/config.ts";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";
import { checkChanges } from "../../lib/tracking/mod.ts";

Deno.test("checkChanges() lets a resumption change what may change, and says why other options may not", () => {
  const before = { work: { steps: 3, mode: "count" }, every: 1 };
  const check = (changes: object, experiment: Parameters<typeof checkChanges>[2]) => () =>
    checkChanges("r", { before, after: { ...before, ...changes } }, experiment);
  const steps = { work: { ...before.work, steps: 4 } };
  check({}, {})();
  check(steps, { changeable: ["work.steps"] })();
  check({ ...steps, every: 2 }, { changeable: ["work", "every"] })();
  const none = assertThrows(
    check({ every: 2 }, {}),
    ConfigError,
    "Cannot resume r with another every as that would be another run",
  );
  assertEquals(none.remedy, "Start a new run without --resume");
  const other = assertThrows(check({ ...steps, every: 2 }, { changeable: ["work"] }), ConfigError);
  assertEquals([other.thing, other.remedy], ["every", "On --resume may change: work"]);
  const held = { changeable: ["work.steps", "every"], fixed: () => ({ every: "it is odd" }) };
  check(steps, held)();
  const kept = assertThrows(
    check({ every: 2 }, held),
    ConfigError,
    "Cannot resume r with another every as that would be another run: it is odd",
  );
  assertEquals(kept.remedy, "Leave out every, or start a new run without --resume");
});

/** Resumes a run of MAPoRL with other settings, as the command line does. */
function resume(started: readonly string[], ...changes: readonly string[]): void {
  const before = resolveConfig(maporlSchema, [], [...started]);
  const after = resolveConfig(maporlSchema, [before], [...changes]);
  checkChanges("r", { before, after }, { changeable, fixed });
  // What it goes on with is what a run has that is started so.
  assertEquals(after, resolveConfig(maporlSchema, [], [...started, ...changes]));
}

Deno.test("a run of maporl gets more updates, unless its learning rate depends on how many there are", () => {
  resume([], "algorithm.updates=9");
  resume(["algorithm.turnBased=true"], "algorithm.updates=9");
  const linear = ["algorithm.schedule=linear"];
  resume(linear, "evaluation.every=2");
  for (const updates of [7, 9]) {
    const error = assertThrows(() => resume(linear, `algorithm.updates=${updates}`), ConfigError);
    assertEquals(error.thing, "algorithm.updates");
  }
});

Deno.test("a run of maporl changes how votes are counted, not how answers to a task of the evaluation are read", () => {
  resume([], "evaluation.compat=official");
  resume(["compat=official"], "evaluation.compat=paper", "evaluation.resamples=1000");
  const sections = ["task", "reward", "algorithm"].map((name) => `${name}.compat=paper`);
  resume(["compat=official", ...sections], "evaluation.compat=paper");
  const own = ["evaluation.task.name=entailment"];
  resume(own, "algorithm.updates=9");
  const error = assertThrows(() => resume(own, "evaluation.compat=official"), ConfigError);
  assertEquals(error.thing, "evaluation.compat");
});

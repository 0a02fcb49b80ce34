import { assert, assertEquals } from "@std/assert";
import { ConfigError, MaporlError, NumericError } from "../../lib/core/mod.ts";

Deno.test("MaporlError carries thing, value and remedy, and shows the remedy", () => {
  const cause = new Error("below");
  const error = new NumericError("Cannot clip as the norm must be finite: NaN", {
    thing: "lm_head.weight",
    value: NaN,
    remedy: "Lower the learning rate",
    cause,
  });
  assert(error instanceof MaporlError && error instanceof Error);
  assertEquals(error.name, "NumericError");
  assertEquals(
    error.message,
    "Cannot clip as the norm must be finite: NaN\n  Lower the learning rate",
  );
  assertEquals([error.thing, error.value, error.cause], ["lm_head.weight", NaN, cause]);
});

Deno.test("MaporlError without details has its message alone", () => {
  const error = new ConfigError("Cannot use it");
  assertEquals([error.message, error.thing, error.remedy, error.cause], [
    "Cannot use it",
    undefined,
    undefined,
    undefined,
  ]);
});

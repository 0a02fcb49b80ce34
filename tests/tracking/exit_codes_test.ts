import { assertEquals } from "@std/assert";
import { CheckpointError, ConfigError, DeviceError, RunError } from "../../lib/core/mod.ts";
import { exitCodeOf } from "../../lib/tracking/mod.ts";

Deno.test("exitCodeOf() is 2 for what cannot be used whenever that shows, 1 for mistakes and failures", () => {
  const codesOf = (error: Error) =>
    [false, true].map((isRunning) => exitCodeOf(error, { isRunning }));
  assertEquals(codesOf(new ConfigError("settings")), [2, 2]);
  assertEquals(codesOf(new CheckpointError("a foreign model")), [2, 2]);
  assertEquals(codesOf(new RunError("a folder that is there; a full disk")), [2, 1]);
  assertEquals(codesOf(new DeviceError("none; one that is lost")), [2, 1]);
  assertEquals(codesOf(new TypeError("a mistake in code")), [1, 1]);
});

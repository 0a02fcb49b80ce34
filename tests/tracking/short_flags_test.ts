import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { parseCommandLine } from "../../lib/tracking/command_line.ts";
import { withFlagsAsSettings } from "../../lib/tracking/short_flags.ts";

const experiment = { name: "talk", flags: { model: "base", task: "task.name" } } as const;

Deno.test("withFlagsAsSettings() turns flags into settings, below those of --set", () => {
  const command = parseCommandLine([
    "talk",
    "--set",
    "base=b",
    "--model",
    "a",
    "--task=sums",
    "--model",
    "-c", // the last one counts, also with a dash
  ]);
  assertEquals(command.shorts, { model: "-c", task: "sums" });
  assertEquals(withFlagsAsSettings(command, experiment).sets, [
    "base=-c",
    "task.name=sums",
    "base=b",
  ]);
});

Deno.test("withFlagsAsSettings() refuses a flag that the experiment does not have", () => {
  const command = parseCommandLine(["talk", "--limit", "3"]);
  const error = assertThrows(() => withFlagsAsSettings(command, experiment), ConfigError);
  assertStringIncludes(error.message, "--limit as talk has no such flag");
});

Deno.test("parseCommandLine() refuses --model without a value", () => {
  const error = assertThrows(() => parseCommandLine(["talk", "--model"]), ConfigError);
  assertStringIncludes(error.message, "--model as it needs a value");
});

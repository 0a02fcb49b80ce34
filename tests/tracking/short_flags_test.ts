import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import { ConfigError } from "../../lib/core/mod.ts";
import { parseCommandLine } from "../../lib/tracking/command_line.ts";
import { resolveWithFlags, withFlagsAsSettings } from "../../lib/tracking/short_flags.ts";

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

Deno.test("resolveWithFlags() names the flag of a setting that is missing", () => {
  const schema = z.strictObject({
    base: z.string(),
    task: z.strictObject({ name: z.enum(["sums", "products"]) }),
    other: z.string(),
  });
  const resolve = (...sets: string[]) => resolveWithFlags({ ...experiment, schema }, [{}], sets);
  const remedyOf = (...sets: string[]) => assertThrows(() => resolve(...sets), ConfigError).remedy;
  assertEquals(remedyOf("other=a", "task.name=sums"), "Give base with --model");
  assertEquals(remedyOf(), "Give base with --model, task.name with --task");
  assertEquals(remedyOf("base=a", "task.name=sums"), undefined); // other has no flag
  const error = assertThrows(() => resolve("task.name=Sum", "base=a", "other=b"), ConfigError);
  assertStringIncludes(
    error.message,
    'task.name must be "sums" | "products": "Sum". Did you mean sums?',
  );
  assertEquals(error.remedy, undefined);
  assertEquals(resolve("task.name=sums", "base=a", "other=b").base, "a");
});

Deno.test("parseCommandLine() refuses --model without a value", () => {
  const error = assertThrows(() => parseCommandLine(["talk", "--model"]), ConfigError);
  assertStringIncludes(error.message, "--model as it needs a value");
});

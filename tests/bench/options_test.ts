import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { readOptions } from "../../bench/peers/options.ts";
import { readFlags } from "../../bench/support/flags.ts";
import { realModelPath } from "../../bench/support/real_model.ts";
import { startLlamaPeer } from "../../bench/peers/llama_peer.ts";
import { ConfigError, RunError } from "../../lib/core/mod.ts";

Deno.test("readOptions() measures everything unless told otherwise", () => {
  assertEquals(readOptions([]), {
    python: "python3",
    only: ["products", "step", "rollout", "update", "real_rollout", "real_step", "real_update"],
    dtypes: ["float32", "bfloat16"],
    modes: ["eager", "compile"],
  });
});

Deno.test("readOptions() takes lists, pairs and the last interpreter", () => {
  const args = ["--only", "step,update", "--dtype=bfloat16", "--modes", "eager", "--pairs", "7"];
  assertEquals(readOptions([...args, "--python", "a", "--python", "b"]), {
    python: "b",
    only: ["step", "update"],
    dtypes: ["bfloat16"],
    modes: ["eager"],
    pairs: 7,
  });
  assertEquals(readOptions(["--help"]), null);
  const { model, llama } = readOptions(["--model", "m.gguf", "--llama", "node"])!;
  assertEquals([model, llama], ["m.gguf", "node"]);
});

Deno.test("readOptions() names what it does not know", () => {
  for (
    const [args, message] of [
      [["--only", "steps"], "Did you mean step?"],
      [["--pairs", "0"], "--pairs must be a positive integer: 0"],
      [["--pairs", "many"], "--pairs must be a positive integer: many"],
      [["--dtypes", "float32"], "every argument must be known: --dtypes"],
    ] as const
  ) {
    assertThrows(() => readOptions(args), ConfigError, message);
  }
});

Deno.test("readFlags() refuses what a measurement does not take", () => {
  assertEquals(readFlags(["--minutes", "3"], { task: "gpu", names: ["minutes"] }), {
    minutes: "3",
  });
  assertEquals(readFlags(["--help"], { task: "costs", names: [] }), null);
  for (const args of [["--size", "tiny"], ["tiny"]]) {
    assertThrows(() => readFlags(args, { task: "costs", names: [] }), ConfigError, args[0]!);
  }
});

Deno.test("realModelPath() refuses a model that is not there", async () => {
  const error = await assertRejects(() => realModelPath("no/such.gguf"), ConfigError);
  assertEquals(error.message.includes("no/such.gguf"), true);
});

Deno.test("startLlamaPeer() says what to install where there is no llama.cpp", async () => {
  const error = await assertRejects(() => startLlamaPeer("no/such/folder"), RunError);
  assertEquals(
    error.message.includes("npm install --prefix no/such/folder node-llama-cpp"),
    true,
    error.message,
  );
});

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseServe, SERVE_USAGE } from "../../experiments/serve_flags.ts";
import { ConfigError } from "../../lib/core/mod.ts";
import { startServe, untilLine } from "./serve_process.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const BASE = "data/checkpoints/arithmetic/base";
const VERIFIER = "data/checkpoints/arithmetic/verifier";

Deno.test({
  name: "deno task serve answers and scores with its own permissions, and ends at Ctrl-C",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (folder) => {
      const [key, file] = ["a-key-that-nobody-sees", `${folder}/key`];
      await Deno.writeTextFile(file, `${key}\n`);
      const args = ["--model", BASE, "--verifier", VERIFIER, "--port", "0", "--device", "cpu"];
      const process = startServe([...args, "--api-key-file", file]);
      const { line: example, text, rest } = await untilLine(process, "try: curl ");
      const url = /http:\S+:\d+/.exec(text)![0];
      assertStringIncludes(example, `${url}/v1/chat/completions`);
      assertStringIncludes(example, "$MAPORL_SERVE_KEY");
      const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
      const post = (path: string, body: object | string) =>
        fetch(url + path, {
          method: "POST",
          headers,
          body: typeof body === "string" ? body : JSON.stringify(body),
        });
      const sent = /-d '(.*)'$/.exec(example)![1]!; // the example is a request that works
      const answer = await (await post("/v1/chat/completions", sent)).json();
      assert(
        ["stop", "length"].includes(answer.choices?.[0].finish_reason),
        JSON.stringify(answer),
      );
      const items = [{ question: "Max has 35 nuts .", solution: "35" }];
      const { scores } = await (await post("/score", { items })).json();
      assert(scores[0] >= 0 && scores[0] <= 1);
      const refused = await fetch(`${url}/v1/models`);
      assertEquals(refused.status, 401);
      await refused.body?.cancel();
      process.kill("SIGINT");
      const { code } = await process.status;
      const err = await new Response(process.stderr).text();
      assertEquals(code, 130, err);
      assertStringIncludes(err, "Ending: answers have 5 seconds");
      assert(!(await rest() + err).includes(key), "the key is printed nowhere");
    }),
});

Deno.test("deno task serve says in one sentence what it cannot do", async () => {
  const cases: [string[], Record<string, string>, string][] = [
    [["--port", "0"], {}, "neither --model nor --run is"],
    [["--model", `${BASE}/none`], {}, `${BASE}/none`],
    [["--model", BASE, "--host", "0.0.0.0"], {}, "must have a key: there is none"],
    [
      ["--model", BASE, "--host", "0.0.0.0", "--device", "cpu"],
      { MAPORL_SERVE_KEY: "k" },
      "--allow-net=0.0.0.0",
    ],
    [
      ["--model", BASE],
      { MAPORL_SERVE_KEY: "two words" },
      "one word of printable ASCII: it is not",
    ],
    [["--model", BASE, "--answers", "number"], {}, "must stand beside --verifier"],
    [["--run", "none"], {}, "none"],
    [["--model", BASE, "--turn-group", "first"], {}, "must stand beside --run"],
  ];
  await Promise.all(cases.map(async ([args, env, words]) => {
    const { code, stderr } = await startServe(args, env).output();
    const err = new TextDecoder().decode(stderr);
    assertEquals(code, 2, err);
    assertStringIncludes(err, words);
    assert(!err.includes("    at "), `no stack: ${err}`);
  }));
});

Deno.test("parseServe() reads flags, and refuses what is none with the nearest", () => {
  const command = parseServe(["--run", "r", "--agent=2", "--max-rows", "4", "--port", "0"]);
  assertEquals([command.run, command.agent, command.maxRows, command.port], ["r", 2, 4, 0]);
  assertEquals([command.host, command.maxTokens, command.device], ["127.0.0.1", 1024, "auto"]);
  assertEquals(["-h", "--help"].map((flag) => parseServe([flag]).help), [true, true]);
  const wrong: [string[], string][] = [
    [["--modle", "a"], "Did you mean --model?"],
    [["model"], "there is no such flag"],
    [["--port", "70000"], "from 0 to 65535"],
    [["--port", "http"], "http"],
    [["--agent", "0.5"], "whole number"],
    [["--device", "gpu"], "auto, webgpu, cpu"],
    [["--answers", "box"], "number, label"],
    [["--base-dtype", "int4"], "float32, bfloat16, float16, int8, nf4, auto"],
    [["--model"], "its value must follow"],
    [["--api-key", "secret"], "Cannot take --api-key as there is no such flag\n"],
  ];
  for (const [args, words] of wrong) {
    assertThrows(() => parseServe(args), ConfigError, words);
  }
  for (const flag of SERVE_USAGE.matchAll(/^ {2}(--[a-z-]+)/gm)) {
    if (flag[1] === "--help") continue;
    const choices: Readonly<Record<string, string>> = {
      "--answers": "label",
      "--base-dtype": "nf4",
    };
    const value = /port|rows|tokens|agent/.test(flag[1]!) ? "3" : "cpu";
    parseServe([flag[1]!, choices[flag[1]!] ?? value]);
  }
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { parseCommandLine } from "../../lib/tracking/mod.ts";

Deno.test("parseCommandLine() takes values that start with one dash", () => {
  const { seed, sets, out, configs } = parseCommandLine([
    ...["quickstart", "--seed", "-0", "--set", "reward.penaltyValue=-10", "--out", "-runs"],
    ...["--config", "-a.yaml", "--set", "-x=1"],
  ]);
  assertEquals([seed, sets, out, configs], [
    0,
    ["reward.penaltyValue=-10", "-x=1"],
    "-runs",
    ["-a.yaml"],
  ]);
  assertEquals(parseCommandLine(["--out=--odd"]).out, "--odd");
  assertEquals(parseCommandLine(["a", "-h"]).help, true);
});

Deno.test("parseCommandLine() reads --seed as a setting's number is read", () => {
  const cases: [string, number][] = [["010", 10], ["0o20", 16], ["0x1F", 31], ["1e3", 1000]];
  for (const [text, seed] of cases) assertEquals(parseCommandLine(["--seed", text]).seed, seed);
  assert(Object.is(parseCommandLine(["--seed", "-0"]).seed, 0));
  assertEquals(parseCommandLine(["--seed", "9007199254740991"]).seed, Number.MAX_SAFE_INTEGER);
  const wrong = ["0b11", "1_000", "1.5", " ", "one", "1e300", ".nan", "-1", "9007199254740992"];
  for (const text of wrong) {
    for (const args of [["--seed", text], [`--seed=${text}`]]) {
      const message = "--seed as it must be an integer in [0, 9007199254740991]: ";
      assertThrows(() => parseCommandLine(args), ConfigError, message);
    }
  }
});

Deno.test("parseCommandLine() says what is missing, and a remedy that can be followed", () => {
  const cases: [string[], string][] = [
    [
      ["--out", ""],
      "--out as it needs a value: it is empty\n  Write --out DIR, or leave --out out",
    ],
    [["--out="], "--out as it needs a value: it is empty"],
    [
      ["--seed"],
      "--seed as it needs a value: none is given\n  Write --seed N, or leave --seed out",
    ],
    [["--seed", "--quiet"], "--seed as it needs a value: none is given"],
    [["--resume", "--debug"], "--resume as it needs a value: none is given\n  Write --resume RUN"],
    [Array(1001).fill("--set=a=1"), "--set more than 1000 times: 1001 times"],
    [["pretrain", "--_=1"], "--_ as there is no such flag"],
    [["-__1", "--out=x"], "as there is no such flag"],
    [["-x"], "-x as there is no such flag"],
    [["--\x1b[31m"], '"--\\u001b[31m" as there is no such flag'],
    [["a", "b c"], 'several experiments as one at a time is run: a, "b c"'],
    [[..."abcdefg"], "several experiments as one at a time is run: a, b, c, d, e and 2 more"],
  ];
  for (const [args, message] of cases) {
    assertThrows(() => parseCommandLine(args), ConfigError, `Cannot `);
    assertThrows(() => parseCommandLine(args), ConfigError, message);
  }
});

Deno.test("parseCommandLine() proposes the choice that was probably meant", () => {
  const remedyOf = (...args: string[]) =>
    assertThrows(() => parseCommandLine(args), ConfigError).remedy;
  assertEquals(remedyOf("--device", "gpu"), "Write --device webgpu"); // one letter from cpu
  assertEquals(remedyOf("--device", "cpuu"), "Write --device cpu");
  assertEquals(remedyOf("--device", "tensor"), "Write --device auto");
});

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseReproduce } from "../../experiments/reproduce_flags.ts";
import { ConfigError } from "../../lib/core/mod.ts";

const RESULTS = ["quickstart", "critic"];
const parse = (...args: string[]) => parseReproduce(args, RESULTS);
const nothing = {
  names: [],
  all: false,
  quick: false,
  commit: false,
  documents: false,
  report: false,
  allowOtherDevice: false,
  help: false,
};

Deno.test("parseReproduce() reads names, all of them, and flags in any order", () => {
  assertEquals(parse(), nothing);
  assertEquals(parse("critic", "critic"), { ...nothing, names: ["critic"] });
  assertEquals(parse("--quick", "all"), { ...nothing, names: RESULTS, all: true, quick: true });
  assertEquals(parse("critic", "--seeds", "2", "--out=a/b/"), {
    ...nothing,
    names: ["critic"],
    seeds: 2,
    out: "a/b",
  });
  assertEquals(parse("--report", "--out", "/"), { ...nothing, report: true, out: "/" });
  assertEquals(parse("--help", "--quick").help, true);
});

Deno.test("parseReproduce() refuses what cannot be used, with the value and a remedy", () => {
  const cases: [args: string[], says: string, remedy: string][] = [
    [["critc"], `critc as there is no such result`, "Did you mean critic?"],
    [["--quik"], `--quik as there is no such flag`, "Did you mean --quick?"],
    [["critic", "--seeds", "0"], `--seeds 0 as it must be a whole number`, "--seeds 2"],
    [["critic", "--seeds=2.5"], `--seeds 2.5 as it must be`, "--seeds 2"],
    [["critic", "--seeds"], "its value must follow: nothing does", "--seeds 2"],
    [["critic", "--out", "--quick"], "its value must follow: --quick", "--out FOLDER"],
    [["--report", "--out="], `--out "" as it must name a folder`, "--out FOLDER"],
    [["--documents", "critic"], "--documents beside critic", "Give --documents alone"],
    [["--report", "critic"], "--report beside critic", "Leave out --report"],
    [["critic", "--quick", "--commit"], "--commit beside --quick", "Leave out --quick"],
    [["critic", "--seeds=1", "--commit"], "--commit beside --seeds", "Leave out --seeds"],
    [["critic", "--quick", "--seeds=1"], "--seeds beside --quick", "Leave out --seeds"],
    [["--quick"], "--quick as no result is named", "all --quick"],
    [["--commit"], "--commit as no result is named", "all --commit"],
    [["--allow-other-device"], "--allow-other-device as no result is named", "Name results"],
  ];
  for (const [args, says, remedy] of cases) {
    const { message } = assertThrows(() => parse(...args), ConfigError);
    assertStringIncludes(message, says);
    assertStringIncludes(message.split("\n")[1]!, remedy);
  }
});

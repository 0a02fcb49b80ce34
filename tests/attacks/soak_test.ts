import { assert, assertEquals } from "@std/assert";
import { startTestDevice } from "../support/device.ts";
import { SOAK_FOUND } from "./found_cases.ts";
import { differences } from "./run_outcome.ts";
import { soak } from "./soak.ts";
import { makePlan } from "./soak_plan.ts";
import type { Setup } from "./soak_setups.ts";
import { faultsOf } from "./soak_verdict.ts";

await startTestDevice();

const SETUP: Setup = { name: "a", start: [], stages: [{ args: [] }], weight: 1 };
const CHOICE = { setups: [SETUP], libraries: ["wasm"] } as const;

Deno.test("makePlan() gives the same case for a seed, and every kind within some hundred", () => {
  assertEquals(makePlan(7, CHOICE), makePlan(7, CHOICE));
  const kinds = new Set<string>();
  for (let seed = 0; seed < 500; seed++) {
    for (const { kind } of makePlan(seed, CHOICE).rounds) kinds.add(kind);
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    assert(kinds.has(signal) && kinds.has(`${signal} twice`), signal);
  }
  for (const error of ["ENOSPC", "EDQUOT", "EIO", "EROFS", "EPERM", "EACCES"]) {
    assert(kinds.has(`${error} once`) && kinds.has(`${error} from an operation on`), error);
  }
  for (const kind of ["SIGKILL", "SIGKILL at a file operation", "output closed", "output full"]) {
    assert(kinds.has(kind), kind);
  }
});

Deno.test("faultsOf() sees crashes, hangs, stack traces, lost updates and refusals", () => {
  const ended = { code: 130, signal: null, out: "", err: "", hangs: false, times: [], total: 1 };
  const moment = { line: 0, delay: 0 };
  const ctrlC = { kind: "SIGINT", signal: { name: "SIGINT", twice: false, when: moment } } as const;
  const kinds = (changes: object, round: Parameters<typeof faultsOf>[1] = ctrlC, saved = 0) =>
    faultsOf({ ...ended, ...changes }, round, { saved }).map(({ kind }) => kind);
  assertEquals(kinds({}), []);
  assertEquals(kinds({ code: 134, signal: "SIGABRT" }), ["crash"]);
  assertEquals(kinds({ err: "thread 'main' panicked at x.rs" }), ["crash"]);
  assertEquals(kinds({ hangs: true, code: 137, signal: "SIGKILL" }), ["hang"]);
  assertEquals(kinds({ err: "Error: x\n    at f (file:///a.ts:1:2)" }), ["stack"]);
  assertEquals(kinds({ code: 77 }), ["crash"]);
  assertEquals(kinds({ out: "update 1: a\nupdate 2: b\n" }, ctrlC, 2), []);
  assertEquals(kinds({ out: "update 1: a\nupdate 2: b\n" }, ctrlC, 1), ["update lost"]);
  const full = { kind: "", output: { how: "full", streams: ["stdout"] } } as const;
  assertEquals(kinds({ code: 1 }, full), ["ended by its output"]);
  const disk = { kind: "", operation: { at: 0.5, among: "steps", error: "EIO" } } as const;
  assertEquals(kinds({ code: 1 }, disk), ["refused"]);
  assertEquals(kinds({ code: 1, err: "attack: at operation 3, write\n" }, disk), []);
});

Deno.test("differences() names what is missing, unexpected and other", () => {
  const before = new Map([["a", "1\n2"], ["b", "x"]]);
  assertEquals(differences(before, new Map(before)), []);
  const after = new Map([["a", "1\n3"], ["c", "y"]]);
  assertEquals(differences(before, after).map((line) => line.slice(0, 12)), [
    "a: 2 and 2 r",
    "b: missing",
    "c: unexpecte",
  ]);
});

Deno.test({
  name: "soak: what it found before does not happen again",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: async () => {
    const tally = await soak({ minutes: 1, seed: 1, only: SOAK_FOUND, quiet: true });
    assertEquals(tally.failures, []);
  },
});

Deno.test({
  name: "soak: half a minute of interruptions loses nothing and changes nothing",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const tally = await soak({ minutes: 0.5, seed: 1, quiet: true });
    assertEquals(tally.failures, []);
    assert(tally.total("interrupted") > 0);
  },
});

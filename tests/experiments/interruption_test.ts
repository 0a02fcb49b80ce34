import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readRecord } from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/small_world.ts";

const main = new URL("./dummy_main.ts", import.meta.url);
const config = new URL("../../deno.json", import.meta.url).pathname;
const hangUp = new URL("../../lib/device/hang_up.ts", import.meta.url).pathname;
const steps = ["--set", "work.steps=400", "--set", "work.milliseconds=20"];

/** Starts the dummy experiment behind a few lines that prepare its process. */
async function start(
  cwd: string,
  args: readonly string[],
  { prelude = "", before = "" } = {},
): Promise<Deno.ChildProcess> {
  const [script, first] = [`${cwd}/main.ts`, `${cwd}/first.ts`];
  await Deno.writeTextFile(script, `${prelude}\nawait import("${main}");\n`);
  await Deno.writeTextFile(first, before);
  const preloads = [first, hangUp].map((path) => `--preload=${path}`);
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "-A", "--no-check", "--config", config, ...preloads],
      ...[script, "dummy", ...args],
    ],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Reads what a process prints. */
function readerOf(stream: ReadableStream<Uint8Array>) {
  const reader = stream.pipeThrough(new TextDecoderStream() as never).getReader();
  let text = "";
  const more = async () => {
    const { value, done } = await reader.read() as { value?: string; done: boolean };
    text += value ?? "";
    return !done;
  };
  return {
    async until(part: string) {
      while (!text.includes(part)) assert(await more(), text);
    },
    async rest() {
      while (await more());
      return text;
    },
  };
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Signals and what becomes of the run. */
const ENDINGS: readonly [string, readonly Deno.Signal[], number][] = [
  ["Ctrl-C", ["SIGINT"], 130],
  ["kill", ["SIGTERM"], 143],
  ["a closed terminal", ["SIGHUP"], 129],
  ["Ctrl-C that a task passes on as well", ["SIGINT", "SIGINT"], 130],
  ["a closed terminal that the shell tells of as well", ["SIGHUP", "SIGHUP"], 129],
];

Deno.test({
  name: "a run ends after its step and is saved, whichever signal ends it",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: async (t) => {
    for (const [name, signals, code] of ENDINGS) {
      await t.step(name, () =>
        withTempFolder(async (cwd) => {
          const process = await start(cwd, ["--out", "r", ...steps]);
          const out = readerOf(process.stdout);
          await out.until("step 2\n");
          for (const signal of signals) {
            process.kill(signal);
            await pause(3); // or the system would make one of both
          }
          assertStringIncludes(await out.rest(), "Stopping after this step and saving");
          const err = await new Response(process.stderr).text();
          assertEquals((await process.status).code, code, err);
          assertStringIncludes(err, "Go on with it: deno task experiment --resume r\n");
          assertEquals((await readRecord(`${cwd}/r`)).status, "interrupted");
        }));
    }
  },
});

Deno.test({
  name: "a run that was started with nohup goes on when its terminal is closed",
  ignore: Deno.build.os !== "linux", // the script below names Linux's C library
  fn: () =>
    withTempFolder(async (cwd) => {
      const before = `Deno.dlopen("libc.so.6", {
          signal: { parameters: ["i32", "usize"], result: "usize" },
        }).symbols.signal(1, 1n);`;
      const process = await start(cwd, ["--out", "r", "--set", "work.milliseconds=50"], { before });
      const out = readerOf(process.stdout);
      await out.until("step 1\n");
      process.kill("SIGHUP");
      assertStringIncludes(await out.rest(), "done after 3 steps");
      assertEquals(await new Response(process.stderr).text(), "");
      assertEquals((await process.status).code, 0);
    }),
});

/** Lines that show progress all the time, as long runs do every few seconds. */
const PROGRESS = `const { standardOutput } = await import("${new URL(
  "../../lib/tracking/progress.ts",
  import.meta.url,
)}");
  setInterval(() => standardOutput().write("progress\\n"), 20);`;

Deno.test({
  name: "Ctrl-C to a whole pipeline ends the run after its step, though nobody reads on",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (cwd) => {
      const process = await start(cwd, ["--out", "r", ...steps], { prelude: PROGRESS });
      const reader = process.stdout.getReader();
      await reader.read();
      await pause(300);
      await reader.cancel(); // tee has ended
      await process.stderr.cancel();
      process.kill("SIGINT");
      assertEquals((await process.status).code, 130);
      assertEquals((await readRecord(`${cwd}/r`)).status, "interrupted");
    }),
});

/** Lines that put the outputs of a process in a bad state. */
const REDIRECT = `const { symbols } = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    dup2: { parameters: ["i32", "i32"], result: "i32" },
    fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  });`;
const FULL = `${REDIRECT}
  const full = symbols.open(new TextEncoder().encode("/dev/full\\0"), 1);
  for (const output of [1, 2]) symbols.dup2(full, output);`;
const STUCK = `${REDIRECT}
  for (const output of [1, 2]) symbols.fcntl(output, 4, 2048); // not to wait for the reader
  try {
    for (;;) Deno.stdout.writeSync(new Uint8Array(4096));
  } catch { /* the pipe is full */ }`;

const GONE = `const { standardOutput } = await import("${new URL(
  "../../lib/tracking/progress.ts",
  import.meta.url,
)}");
  await new Promise((resolve) => setTimeout(resolve, 300));
  standardOutput().write("progress");`;

Deno.test({
  name: "a run goes on to its end whatever becomes of its output",
  ignore: Deno.build.os !== "linux", // the scripts name Linux's C library
  fn: async (t) => {
    for (
      const [name, prelude] of [
        ["a full disk", FULL],
        ["a reader that has stopped", STUCK],
        ["a reader that has gone", GONE],
      ] as const
    ) {
      await t.step(name, () =>
        withTempFolder(async (cwd) => {
          const process = await start(cwd, ["--out", "r", "--set", "work.mode=warn"], { prelude });
          const isGone = name === "a reader that has gone";
          if (isGone) await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
          assertEquals((await process.status).code, 0);
          if (!isGone) await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
          assertEquals((await readRecord(`${cwd}/r`)).status, "finished");
          assertEquals(JSON.parse(await Deno.readTextFile(`${cwd}/r/state.json`)), { step: 3 });
        }));
    }
  },
});

Deno.test("a run that fails says so, not what else went wrong because of it", () =>
  withTempFolder(async (cwd) => {
    const process = await start(cwd, ["--out", "r", "--set", "work.mode=twice"]);
    await process.stdout.cancel();
    const err = await new Response(process.stderr).text();
    assertEquals((await process.status).code, 1);
    assertStringIncludes(err, "error: Cannot go on\n  Try again\n");
    assert(!err.includes("suppressed"), err);
    assertEquals((await readRecord(`${cwd}/r`)).error, "Cannot go on\n  Try again");
  }));

import { assert, assertEquals } from "@std/assert";
import { isDumbTerminal } from "../../lib/tracking/dumb_terminal.ts";
import { type ProgressOutput, reportProgress, silentProgress } from "../../lib/tracking/mod.ts";

interface Fake extends ProgressOutput {
  written: string[];
  printed: string[];
  time: number;
}

function fakeOutput(options: { isTerminal: boolean; hasColor?: boolean; columns?: number }): Fake {
  const { isTerminal, hasColor = false, columns = 120 } = options;
  const fake: Fake = {
    written: [],
    printed: [],
    time: 0,
    isTerminal,
    hasColor,
    columns: () => columns,
    write: (text) => fake.written.push(text),
    print: (line) => fake.printed.push(line),
    now: () => fake.time,
  };
  return fake;
}

Deno.test("reportProgress() overwrites one line on a terminal with bar, rate and remaining time", () => {
  const output = fakeOutput({ isTerminal: true });
  const task = reportProgress(output).task("answers", { total: 40, unit: "answers" });
  output.time = 2000;
  task.advance(10); // 10 in 2 s: 5 a second, 30 more take 6 s; a quarter of 16 squares
  assertEquals(output.written, [
    "\r████░░░░░░░░░░░░ answers 10/40 answers, 5 answers/s, 6.0 s left\x1b[K",
  ]);
  task.end();
  assertEquals(output.written.at(-1), "\r\x1b[K");
});

Deno.test("reportProgress() shows outer tasks, slow rates and notes", () => {
  const output = fakeOutput({ isTerminal: true });
  const progress = reportProgress(output);
  using update = progress.task("update", { total: 10 });
  update.advance(3);
  using steps = progress.task("optimise", { total: 4, unit: "steps" });
  steps.note("loss 0.12");
  output.time = 40_000;
  steps.advance(); // one in 40 s, three more take 120 s
  assertEquals(
    output.written.at(-1),
    "\r████░░░░░░░░░░░░ update 3/10 · optimise 1/4 steps, 40 s each, 2 min 00 s left · loss 0.12\x1b[K",
  );
});

Deno.test("reportProgress() writes at most ten lines a second on a terminal", () => {
  const output = fakeOutput({ isTerminal: true });
  const task = reportProgress(output).task("tokens", { total: 1000 });
  for (; output.time < 1000; output.time++) task.advance();
  assertEquals(output.written.length, 9); // at 100, 200 … 900 ms
});

Deno.test("reportProgress() never writes more than a line holds", () => {
  for (const columns of [0, 10, 30, 50]) {
    const output = fakeOutput({ isTerminal: true, columns });
    const task = reportProgress(output).task("a long label ".repeat(9), { total: 3 });
    output.time = 1000;
    task.advance();
    const text = output.written[0]!.replace("\r", "").replace("\x1b[K", "");
    assert(text.length < Math.max(1, columns), `${columns}: ${text.length}`);
  }
});

Deno.test("reportProgress() uses colours only where they are wanted", () => {
  for (const hasColor of [true, false]) {
    const output = fakeOutput({ isTerminal: true, hasColor });
    const task = reportProgress(output).task("x", { total: 2 });
    output.time = 200;
    task.advance();
    assertEquals(output.written.join("").includes("\x1b[36m"), hasColor);
  }
});

Deno.test("reportProgress() elsewhere writes plain lines every five seconds and when long work ends", () => {
  const output = fakeOutput({ isTerminal: false });
  const progress = reportProgress(output);
  const task = progress.task("sample", { total: 12_000, unit: "tokens" });
  while (output.time < 12_000) {
    output.time += 10;
    task.advance(10);
  }
  task.end();
  assertEquals(output.written, [
    "sample 5000/12000 tokens, 1000 tokens/s, 7.0 s left\n",
    "sample 10000/12000 tokens, 1000 tokens/s, 2.0 s left\n",
    "sample 12000/12000 tokens, 1000 tokens/s, 0.0 s left\n",
  ]);
  progress.task("short").end();
  assertEquals(output.written.length, 3);
});

Deno.test("reportProgress() counts what was done before resuming, but not for the rate", () => {
  const output = fakeOutput({ isTerminal: true });
  const task = reportProgress(output).task("update", { total: 10, done: 6 });
  output.time = 2000;
  task.advance(2); // 2 in 2 s, 2 more take 2 s
  assert(output.written[0]!.includes("update 8/10, 1/s, 2.0 s left"), output.written[0]);
});

Deno.test("reportProgress() prints lines between without leaving pieces of the bar", () => {
  const output = fakeOutput({ isTerminal: true });
  const progress = reportProgress(output);
  const task = progress.task("x", { total: 2 });
  output.time = 200;
  task.advance();
  progress.log("saved");
  assertEquals(output.printed, ["saved"]);
  assertEquals(output.written[1], "\r\x1b[K"); // cleared before the line
  assertEquals(output.written[2], output.written[0]); // and shown again
});

Deno.test("reportProgress() ends inner tasks with the outer one, and twice without harm", () => {
  const output = fakeOutput({ isTerminal: true });
  const progress = reportProgress(output);
  const outer = progress.task("outer"), inner = progress.task("inner");
  outer.end();
  inner.end();
  outer.end();
  const next = progress.task("next", { total: 1 });
  output.time = 500;
  next.advance();
  assert(output.written.at(-1)!.includes("█ next 1/1"), output.written.at(-1));
});

Deno.test("silentProgress shows nothing", () => {
  using task = silentProgress.task("x", { total: 1 });
  task.advance();
  silentProgress.log("nothing");
});

Deno.test("isDumbTerminal() goes by the terminal's name", () => {
  assertEquals(["dumb", "xterm-256color", ""].map(isDumbTerminal), [true, false, false]);
});

Deno.test("reportProgress() leaves out a rate and a remaining time that nobody knows", () => {
  const shown = (options: { total?: number; done?: number }, units: number) => {
    const output = fakeOutput({ isTerminal: true });
    using task = reportProgress(output).task("steps", options);
    output.time = 10_000;
    task.advance(units);
    return output.written.at(-1)!;
  };
  const lines = [
    shown({ total: NaN }, 5),
    shown({ total: Infinity }, 5),
    shown({ total: 10 }, NaN),
    shown({ total: 10, done: NaN }, 1),
  ];
  assertEquals(lines.map((line) => line.slice(line.indexOf("steps"), line.lastIndexOf("\x1b"))), [
    "steps 5/?, 0.5/s",
    "steps 5/∞, 0.5/s",
    "steps ?/10",
    "steps ?/10",
  ]);
});

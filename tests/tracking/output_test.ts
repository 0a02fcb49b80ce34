import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  guardConsole,
  type OutputStream,
  printErrorLine,
  printLine,
  writeOutput,
} from "../../lib/tracking/mod.ts";

/** An output that takes a text in pieces, or refuses it as the n-th answer says. */
function scripted(answers: readonly (number | Error)[]): OutputStream & { text: string } {
  let call = 0;
  return {
    text: "",
    writeSync(bytes) {
      const answer = answers[Math.min(call++, answers.length - 1)]!;
      if (typeof answer !== "number") throw answer;
      this.text += new TextDecoder().decode(bytes.subarray(0, answer));
      return Math.min(answer, bytes.length);
    },
  };
}

const full = () => new Error("No space left on device (os error 28)");
const behind = () => new Deno.errors.WouldBlock("Resource temporarily unavailable (os error 11)");

Deno.test("writeOutput() writes everything to an output that takes a few bytes at a time", () => {
  const output = scripted([3]);
  assert(writeOutput(output, "update 1: accuracy\n"));
  assertEquals(output.text, "update 1: accuracy\n");
});

Deno.test("writeOutput() leaves out what a full disk, a reader who is gone or a terminal refuses", () => {
  const errors = [
    full(),
    new Deno.errors.BrokenPipe("Broken pipe (os error 32)"),
    new Error("Input/output error (os error 5)"),
    new Deno.errors.BadResource("closed"),
  ];
  for (const error of errors) {
    const output = scripted([2, error]);
    assertEquals(writeOutput(output, "text"), false, error.message);
    assertEquals(output.text, "te");
  }
});

Deno.test("writeOutput() waits a moment for a reader that is behind, and goes on when a signal came", () => {
  const output = scripted([2, behind(), behind(), new Deno.errors.Interrupted(), 9]);
  assert(writeOutput(output, "text"));
  assertEquals(output.text, "text");
});

Deno.test("writeOutput() waits only once for a reader that has stopped reading", () => {
  let calls = 0;
  const output: OutputStream = {
    writeSync() {
      calls++;
      throw behind();
    },
  };
  assertEquals(writeOutput(output, "one"), false);
  assert(calls > 1, `${calls}`);
  calls = 0;
  for (let line = 0; line < 10; line++) assertEquals(writeOutput(output, "more"), false);
  assertEquals(calls, 10);
});

Deno.test("guardConsole() keeps a full output from ending the run, until it is disposed of", () => {
  const warn = console.warn;
  console.warn = () => {
    throw full();
  };
  try {
    const guard = guardConsole();
    console.warn("a package's warning");
    guard[Symbol.dispose]();
    assertThrows(() => console.warn("a package's warning"), Error, "No space left");
  } finally {
    console.warn = warn;
  }
});

Deno.test("printLine() and printErrorLine() send no control characters, and all of a long text", () => {
  const table = "a row\n".repeat(5000);
  for (
    const [print, stream] of [[printLine, Deno.stdout], [printErrorLine, Deno.stderr]] as const
  ) {
    const { writeSync } = stream;
    let written = "";
    stream.writeSync = (bytes) => {
      written += new TextDecoder().decode(bytes);
      return bytes.length;
    };
    try {
      print("run: runs/\x1b]0;owned\x07");
      print(table);
    } finally {
      stream.writeSync = writeSync;
    }
    assertEquals(written, `run: runs/\\u001b]0;owned\\u0007\n${table}\n`);
  }
});

/**
 * `deno task serve` as a process of its own.
 *
 * @module
 */
import { assert } from "@std/assert";
import manifest from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);

/** Starts the task with its own permissions. */
export function startServe(
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.ChildProcess {
  const [, ...command] = manifest.tasks.serve.command.split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...args],
    cwd: root,
    env: { NO_COLOR: "1", MAPORL_THREADS: "1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** What a process prints until a line begins so; the end of that line, and a reader of the rest. */
export async function untilLine(process: Deno.ChildProcess, start: string) {
  const reader = process.stdout.pipeThrough(new TextDecoderStream() as never).getReader();
  let text = "";
  const line = () => text.split("\n").slice(0, -1).find((line) => line.startsWith(start));
  while (line() === undefined) {
    const { value, done } = await reader.read() as { value?: string; done: boolean };
    assert(!done, text + (done ? await new Response(process.stderr).text() : ""));
    text += value ?? "";
  }
  const rest = async () => {
    for (let read; !(read = await reader.read()).done;) text += read.value;
    return text;
  };
  return { line: line()!.slice(start.length), text, rest };
}

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, fileError, readTextWithin, RunError } from "../../lib/core/mod.ts";
import { withTempFolder } from "../support/small_world.ts";

Deno.test("fileError() says what stands in the way, and a remedy for what was tried", () => {
  const errorOf = (code: string, action: string) =>
    fileError(Object.assign(new Error("refused"), { code }), "runs/a", action);
  const cases: [string, string, string, string][] = [
    ["EACCES", "read", "you must have the right to", "right to read it"],
    ["EACCES", "create", "you must have the right to", "folder that you may write to"],
    ["ENOENT", "read", "the path must exist", "spelling"],
    ["ENOENT", "write", "the path must exist", "Make the folders above it"],
    ["ENOTDIR", "create", "all above it must be folders", "a part of it is a file"],
    ["EISDIR", "read", "it must be a file", "name a file in it"],
    ["ENAMETOOLONG", "write", "its name must be shorter", "shorter name"],
    ["ELOOP", "read", "links must lead to a file", "Remove the link"],
    ["ENOSPC", "write", "there must be space on the disk", "Free some space"],
  ];
  for (const [code, action, reason, remedy] of cases) {
    const { message } = errorOf(code, action);
    assertStringIncludes(message, `Cannot ${action} runs/a as ${reason}: refused\n`);
    assertStringIncludes(message, remedy);
    // The path may be a run that is resumed, or no run's at all.
    assert(!message.includes("--out"), message);
  }
  // Named once, without the system's own words for it.
  assertEquals(
    fileError(
      new Deno.errors.NotFound("No such file or directory (os error 2): open '/a'"),
      "/a",
      "read",
    ).message,
    "Cannot read /a as the path must exist: No such file or directory (os error 2)\n" +
      "  Check the path for spelling",
  );
  assertEquals(
    fileError(new Error("odd"), "my runs/\x1b[31m", "read").message,
    'Cannot read "my runs/\\u001b[31m": odd',
  );
});

Deno.test("fileError() goes by the system's words, not by what the file is called", () => {
  for (const name of ["ENOSPC", "EACCES, NotFound", "disk is full"]) {
    const path = `runs/${name}`;
    const messageOf = (error: Error) => fileError(error, path, "read").message;
    const missing = new Deno.errors.NotFound(
      `No such file or directory (os error 2): open '${path}'`,
    );
    assertStringIncludes(messageOf(missing), "as the path must exist");
    // Of another path than the one that was meant, such as the temporary file.
    const folder = new Deno.errors.IsADirectory(
      `Is a directory (os error 21): rename '/a/${name}'`,
    );
    assertStringIncludes(messageOf(folder), "as it must be a file");
    const node = Object.assign(new Error(`EISDIR: illegal, read '/b/${name}'`), { code: "EISDIR" });
    assertStringIncludes(messageOf(node), "as it must be a file");
    assertStringIncludes(messageOf(new Error(`odd: ${path}`)), `: odd: ${path}`);
    const quoted = fileError(new Error(`odd: "${name}"`), name, "read").message;
    assertStringIncludes(quoted, `: odd: "${name}"`);
  }
});

Deno.test("readTextWithin() reads a file, and stops at what is too long to be one", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/a`, "äb");
    assertEquals(await readTextWithin(`${folder}/a`, 3), "äb");
    await assertRejects(
      () => readTextWithin(`${folder}/a`, 2),
      ConfigError,
      "as such a file has at most 2 bytes: it has more",
    );
    // Deno keeps it from every task, so that no permission helps.
    if (Deno.build.os === "linux") {
      await assertRejects(
        () => readTextWithin("/proc/nothing", 9),
        RunError,
        'as Deno keeps the system\'s own files from it: Requires all access to "/proc/nothing"\n' +
          "  Choose a path elsewhere",
      );
    }
    await assertRejects(() => readTextWithin(folder, 9), RunError, "it must be a file");
    await assertRejects(() => readTextWithin(`${folder}/b`, 9), RunError, "the path must exist");
  }));

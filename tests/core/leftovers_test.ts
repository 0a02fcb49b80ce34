import { assertEquals, assertRejects } from "@std/assert";
import {
  createFolder,
  isLeftover,
  renameDurably,
  RunError,
  shellQuote,
  writeFileAtomic,
} from "../../lib/core/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("isLeftover() knows what writeFileAtomic() leaves when its process is killed, and nothing else", () =>
  withTempFolder(async (folder) => {
    const names: string[] = [];
    const writer = {
      write: (path: string) => Promise.resolve(void names.push(path)),
      rename: () => Promise.resolve(),
      remove: () => Promise.resolve(),
    };
    await writeFileAtomic(`${folder}/run.json`, "", writer);
    assertEquals(names.map(isLeftover), [true]);
    for (const name of ["run.json", "notes.tmp", "a.12345678.tmp.md", "a.1234567g.tmp"]) {
      assertEquals(isLeftover(name), false, name);
    }
  }));

/** Notes the folders that are opened to be flushed. */
async function opened(work: () => Promise<void>): Promise<string[]> {
  const open = Deno.open;
  const paths: string[] = [];
  Deno.open = (path, options) => {
    if (options === undefined) paths.push(String(path));
    return open(path, options);
  };
  try {
    await work();
  } finally {
    Deno.open = open;
  }
  return paths;
}

Deno.test("createFolder() and renameDurably() flush the folders in which names changed", () =>
  withTempFolder(async (folder) => {
    const created = await opened(() => createFolder(`${folder}/a/b/c`));
    assertEquals(created, [folder, `${folder}/a`, `${folder}/a/b`]);
    assertEquals(await opened(() => createFolder(`${folder}/a/b/c`)), []);
    const renamed = await opened(() => renameDurably(`${folder}/a/b/c`, `${folder}/a/d`));
    assertEquals(renamed, [`${folder}/a`]);
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(() => createFolder(`${folder}/file`), RunError, `create ${folder}/file`);
    await assertRejects(() => createFolder(`${folder}/file/x`), RunError, "create");
  }));

Deno.test("shellQuote() gives words that a shell takes as they are", () => {
  const words = ["runs/a", "my runs/a", "it's", "", "$HOME", "a;b", "*", "--set", "ü", "a\nb"];
  assertEquals(words.map((word) => shellQuote(word, "linux")), [
    "runs/a",
    "'my runs/a'",
    "'it'\\''s'",
    "''",
    "'$HOME'",
    "'a;b'",
    "'*'",
    "--set",
    "'ü'",
    "'a\nb'",
  ]);
  assertEquals(shellQuote("my runs\\a", "windows"), '"my runs\\a"');
});

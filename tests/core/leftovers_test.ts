import { assertEquals, assertRejects } from "@std/assert";
import {
  createFolder,
  isLeftover,
  removeLeftovers,
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

Deno.test("removeLeftovers() leaves what may be written to still, and what is of other files", () =>
  withTempFolder(async (folder) => {
    const [old, young, other, below] = [
      "page.html.00000001.tmp",
      "page.html.00000002.tmp",
      "other.html.00000003.tmp",
      "below/page.html.00000004.tmp",
    ].map((name) => `${folder}/${name}`) as [string, string, string, string];
    await Deno.mkdir(`${folder}/below`);
    for (const path of [old, young, other, below]) await Deno.writeTextFile(path, "");
    const began = Date.now() - 60_000;
    for (const path of [old, other, below]) await Deno.utime(path, 0, (began - 1) / 1000);
    const left = async () => {
      const names = await Promise.all(
        [folder, `${folder}/below`].map(async (path) =>
          (await Array.fromAsync(Deno.readDir(path))).map(({ name }) => name)
        ),
      );
      return names.flat().filter(isLeftover).map((name) => name.slice(-5, -4)).sort().join("");
    };
    await removeLeftovers(folder, { writtenBefore: began, of: "page.html" });
    assertEquals(await left(), "234");
    await removeLeftovers(folder, { writtenBefore: began });
    assertEquals(await left(), "2");
    await removeLeftovers(folder);
    assertEquals(await left(), "");
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
    // There is no place for folders: it is said so at once, not asked for again for ever.
    await Deno.symlink(`${folder}/gone`, `${folder}/dangling`);
    await assertRejects(() => createFolder(`${folder}/dangling/x`), RunError, "create");
    if (Deno.build.os === "linux") {
      await assertRejects(() => createFolder("/proc/self/no such"), RunError, "create");
    }
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

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { replaceFileAtomic, RunError, writeFileAtomic } from "../../lib/core/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const listed = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();

Deno.test("writeFileAtomic() writes text, bytes and chunks, and replaces what was there", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/a.bin`;
    await writeFileAtomic(path, "grün");
    assertEquals(await Deno.readTextFile(path), "grün");
    await writeFileAtomic(path, new Uint8Array([1, 2]));
    assertEquals([...await Deno.readFile(path)], [1, 2]);
    await writeFileAtomic(path, [new Uint8Array([3]), new Uint8Array(0), new Uint8Array([4, 5])]);
    assertEquals([...await Deno.readFile(path)], [3, 4, 5]);
    await writeFileAtomic(path, "");
    assertEquals((await Deno.stat(path)).size, 0);
    assertEquals(listed(folder), ["a.bin"]);
  }));

Deno.test({
  name: "writeFileAtomic() on a full disk keeps the old file, leaves no other and says what to do",
  ignore: Deno.build.os !== "linux", // only Linux has /dev/full
  fn: () =>
    withTempFolder(async (folder) => {
      const path = `${folder}/a.txt`;
      await writeFileAtomic(path, "old");
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          "--no-check",
          new URL("./full_disk.ts", import.meta.url).pathname,
          path,
        ],
      }).output();
      const error = JSON.parse(new TextDecoder().decode(stdout));
      const message = `Cannot write ${path} as there must be space on the disk`;
      assertStringIncludes(error.message, message);
      assertEquals(error.thing, path);
      assertStringIncludes(error.remedy, "Free some space");
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals(listed(folder), ["a.txt"]);
    }),
});

Deno.test("writeFileAtomic() leaves nothing behind when the data or the renaming fails", () =>
  withTempFolder(async (folder) => {
    function* broken() {
      yield new Uint8Array([1]);
      throw new RunError("Cannot read the tensor");
    }
    await assertRejects(() => writeFileAtomic(`${folder}/a`, broken()), RunError, "the tensor");
    await Deno.mkdir(`${folder}/taken`);
    const error = await assertRejects(() => writeFileAtomic(`${folder}/taken`, "x"), RunError);
    assertStringIncludes(error.message, `${folder}/taken`);
    assertEquals(listed(folder), ["taken"]);
  }));

Deno.test("writeFileAtomic() says it when the folder is missing or closed", () =>
  withTempFolder(async (folder) => {
    await assertRejects(() => writeFileAtomic(`${folder}/no/a`, "x"), RunError, "path must exist");
    for (
      const [code, text, remedy] of [
        ["ENOSPC", "space on the disk", "Free some space"],
        ["EACCES", "have the right", "a folder that you may write to"],
        ["EROFS", "must be writable", "another disk"],
      ] as const
    ) {
      const writer = {
        write: () => Promise.reject(Object.assign(new Error("refused"), { code })),
        rename: Deno.rename,
        remove: () => Promise.resolve(),
      };
      const error = await assertRejects(
        () => writeFileAtomic(`${folder}/a`, "x", writer),
        RunError,
        text,
      );
      assert(error.remedy?.includes(remedy) && !error.remedy.includes("--out"), error.message);
    }
  }));

Deno.test("replaceFileAtomic() passes on what other libraries say about a full disk", () =>
  withTempFolder(async (folder) => {
    await assertRejects(
      () =>
        replaceFileAtomic(
          `${folder}/t`,
          () => Promise.reject("No space left on device (os error 28)"),
        ),
      RunError,
      "space on the disk",
    );
    assertEquals(listed(folder), []);
  }));

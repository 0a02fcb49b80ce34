import { assertEquals, assertNotEquals } from "@std/assert";
import { codeHash, filesHash } from "../../lib/tracking/mod.ts";
import { withFolder } from "./tiny_run.ts";

/** A project of two files of lib and two scripts. */
async function makeProject(folder: string): Promise<void> {
  const files = {
    "lib/a/mod.ts": "export {};",
    "lib/a/kernels.wasm": "x",
    "lib/report/page.ts": "1",
    "lib/serving/mod.ts": "1",
    "experiments/one/run.ts": "1",
    "experiments/one/README.md": "words",
    "experiments/two/run.ts": "2",
    "deno.lock": "{}",
    "README.md": "words",
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]+$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}

Deno.test("codeHash() changes with all that decides a script's results, and with nothing else", () =>
  withFolder(async (folder) => {
    await makeProject(folder);
    const hash = () => codeHash("one", `${folder}/`);
    const before = await hash();
    assertEquals(await hash(), before);
    assertEquals(before.length, 16);
    const changes: [string, boolean][] = [
      ["lib/a/mod.ts", true],
      ["lib/a/kernels.wasm", true],
      ["lib/b.ts", true], // a new file
      ["experiments/one/run.ts", true],
      ["deno.lock", true],
      ["lib/report/page.ts", false],
      ["lib/report/style.ts", false],
      ["lib/serving/mod.ts", false],
      ["experiments/one/README.md", false],
      ["experiments/two/run.ts", false],
      ["README.md", false],
    ];
    for (const [name, decides] of changes) {
      const path = `${folder}/${name}`;
      const old = await Deno.readTextFile(path).catch(() => undefined);
      await Deno.writeTextFile(path, "changed");
      if (decides) assertNotEquals(await hash(), before, name);
      else assertEquals(await hash(), before, name);
      if (old === undefined) await Deno.remove(path);
      else await Deno.writeTextFile(path, old);
    }
    await Deno.rename(`${folder}/lib/a`, `${folder}/lib/c`);
    assertNotEquals(await hash(), before, "a file of another name");
  }));

Deno.test("filesHash() tells a missing file from an empty one", () =>
  withFolder(async (folder) => {
    const missing = await filesHash([`${folder}/weights`]);
    await Deno.writeTextFile(`${folder}/weights`, "");
    assertNotEquals(await filesHash([`${folder}/weights`]), missing);
  }));

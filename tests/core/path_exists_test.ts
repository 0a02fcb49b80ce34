import { assertEquals } from "@std/assert";
import { pathExists } from "../../lib/core/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("pathExists() follows links, and sees nothing behind one that leads nowhere", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await Deno.symlink(`${folder}/file`, `${folder}/link`);
    await Deno.symlink(`${folder}/nothing`, `${folder}/astray`);
    const paths = [folder, `${folder}/file`, `${folder}/link`, `${folder}/astray`, `${folder}/x`];
    assertEquals(await Promise.all(paths.map(pathExists)), [true, true, true, false, false]);
  }));

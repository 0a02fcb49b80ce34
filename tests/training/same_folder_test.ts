import { assert } from "@std/assert";
import { isSameFolder } from "../../lib/training/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("isSameFolder() knows a folder relative, absolute and with a slash at its end", () => {
  const written = [
    "lib/training",
    "./lib/training/",
    "lib/x/../training",
    `${Deno.cwd()}/lib/training`,
  ];
  for (const path of written) assert(isSameFolder("lib/training", path), path);
  assert(!isSameFolder("lib/training", "lib/models"));
  assert(isSameFolder("none/a", `${Deno.cwd()}/none/./a/`), "also where there is none");
  assert(!isSameFolder("none/a", "none/b"));
});

Deno.test({
  name: "isSameFolder() follows links",
  ignore: Deno.build.os === "windows", // links take rights there
  fn: () =>
    withTempFolder(async (folder) => {
      await Deno.mkdir(`${folder}/model`);
      await Deno.mkdir(`${folder}/other`);
      await Deno.symlink(`${folder}/model`, `${folder}/link`);
      assert(isSameFolder(`${folder}/model`, `${folder}/link/`));
      assert(!isSameFolder(`${folder}/other`, `${folder}/link`));
    }),
});

import { assert } from "@std/assert";

Deno.test("the README shows the screenshots, which are small", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  for (const name of ["report", "viewer"]) {
    const path = `tests/report/screenshots/${name}.png`;
    const { size } = await Deno.stat(new URL(`../../${path}`, import.meta.url));
    assert(readme.includes(`](${path})`), path);
    assert(size > 10_000 && size < 150_000, `${path}: ${size} bytes`);
  }
});

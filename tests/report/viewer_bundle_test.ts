import { assert, assertEquals } from "@std/assert";
import { BUNDLE_URL, bundleViewer } from "../../lib/report/viewer/build.ts";
import manifest from "../../deno.json" with { type: "json" };

Deno.test("viewer.js is what its sources bundle to", async () => {
  const committed = await Deno.readTextFile(BUNDLE_URL);
  let bundled: string;
  try {
    bundled = await bundleViewer();
  } catch (error) {
    // The bundler is a package that Deno fetches when it is first asked for.
    if (!`${error}`.includes("deno bundle failed")) throw error;
    console.warn(`SKIPPED: comparison of viewer.js with its sources, as nothing bundles: ${error}`);
    return;
  }
  assert(
    bundled === committed,
    "lib/report/viewer/viewer.js is stale: run deno task viewer and commit it",
  );
});

Deno.test("viewer.js names the packages that it holds, and stays small", async () => {
  const text = await Deno.readTextFile(BUNDLE_URL);
  const notice = text.slice(0, text.indexOf("*/"));
  for (const name of ["preact", "htm", "hyparquet", "fzstd"]) {
    const to = Object.values(manifest.imports).find((to) => to.startsWith(`npm:${name}@`))!;
    const [, version] = to.match(/@(\d+(?:\.\d+)?)\./)!;
    assert(
      new RegExp(`^${name} ${version!.split(".")[0]}\\b.*(Copyright)`, "m").test(notice),
      `the notice of ${BUNDLE_URL} must name ${name} ${version}`,
    );
  }
  assertEquals(text.length < 120_000, true, `${text.length} characters`);
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { writeRunPages } from "../../experiments/run_pages.ts";
import { silentProgress } from "../../lib/tracking/mod.ts";
import { makeDiscussedRun } from "../report/discussed_run.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("writeRunPages() writes settings and discussions of runs, and knows no others", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/run`;
    await makeDiscussedRun(path);
    const report = `${folder}/report`;
    const linksOf = await writeRunPages({ game: [{ arm: "first & last", seed: 3, path }] }, {
      folder: report,
      progress: silentProgress,
    });
    const links = linksOf({ result: "game", arm: "first & last", seed: 3 });
    assertEquals(links, {
      settings: "settings/game-first-last-s3.yaml",
      discussions: "discussions/game-first-last-s3.html",
    });
    const [settings, discussions] = await Promise.all(
      Object.values(links).map((href) => Deno.readTextFile(`${report}/${href}`)),
    );
    assertEquals(settings, await Deno.readTextFile(`${path}/config.yaml`));
    assertStringIncludes(discussions!, "game, first &amp; last, seed 3");
    assertEquals(linksOf({ result: "game", arm: "first & last", seed: 4 }), {});
  }));

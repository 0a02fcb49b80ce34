import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { committedFolder } from "../../experiments/documents.ts";
import { writeReport } from "../../experiments/make_report.ts";
import { readResults } from "../../experiments/read_results.ts";
import { allResults } from "../../experiments/results.ts";
import { silentProgress } from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("writeReport() decides claims by the frames that there are, and says what is not run", () =>
  withTempFolder(async (folder) => {
    const { collaboration_game, critic, heterogeneous } = await allResults();
    const results = {
      collaboration_game: collaboration_game!,
      critic: critic!,
      heterogeneous: heterogeneous!,
    };
    const progress = silentProgress;
    const read = await readResults(
      { collaboration_game: committedFolder("collaboration_game") },
      { results, progress, remedyOf: () => "" },
    );
    const write = async (name: string) => {
      const path = await writeReport({
        results,
        read,
        folder: `${folder}/${name}`,
        notes: ["A note on how it was made."],
      }, { progress });
      return await Deno.readTextFile(path);
    };
    const page = await write("one");
    assertStringIncludes(page, "1 reproduced, 6 not run");
    assertStringIncludes(page, "A note on how it was made.");
    assertMatch(page, /<section id="collaboration_game"[\s\S]*<svg[\s\S]*<caption>/);
    const [, critics] = page.split('<section id="critic"');
    assertStringIncludes(critics!, "Not run yet.");
    // The paper's tables stand in the report also where nothing of ours does.
    assertStringIncludes(page, "The paper, Figure 7.");
    assertEquals(await write("two"), page);
  }));

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { comparedCheckpoints, comparisonTable } from "../../experiments/compared_checkpoints.ts";
import { withTempFolder } from "../support/temp_folder.ts";

Deno.test("comparedCheckpoints() tells files that are the same from others", () =>
  withTempFolder(async (folder) => {
    for (const place of ["committed/base", "made/base"]) {
      await Deno.mkdir(`${folder}/${place}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${place}/config.json`, "{}");
      await Deno.writeTextFile(`${folder}/${place}/weights`, place); // 14 and 9 bytes
    }
    const files = await comparedCheckpoints(["base"], {
      folder: `${folder}/made`,
      committed: `${folder}/committed`,
    });
    assertEquals(comparisonTable(files).rows, [
      ["base/config.json", 2, "same bytes"],
      ["base/weights", 9, "other bytes"],
    ]);
  }));

Deno.test("deno task reproduce lists results, and refuses names that are none", async () => {
  const reproduce = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=experiment", "experiments/reproduce.ts", ...args],
      cwd: new URL("../..", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), err: text.decode(stderr) };
  };
  const [list, unknown, flags, folder] = await Promise.all([
    reproduce(),
    reproduce("quikstart", "--allow-other-device"),
    reproduce("--documents", "quickstart"),
    reproduce("checkpoints", "--commit"),
  ]);
  assertEquals(list.code, 0);
  assertMatch(list.out, /^ {2}quickstart +MAPoRL end to end/m);
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.err, "Did you mean quickstart?");
  assertEquals([flags.code, folder.code], [2, 2]);
  assertStringIncludes(flags.err, "Give --documents alone");
  assertStringIncludes(folder.err, "Leave out --commit");
});

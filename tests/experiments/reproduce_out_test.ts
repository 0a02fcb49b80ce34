import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { REPORT_MARK } from "../../lib/report/mod.ts";
import { pathExists } from "../../lib/core/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const root = new URL("../..", import.meta.url);
const program = new URL("./numbers_results.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

/** Starts `deno task reproduce` with results that take no time. */
async function reproduceIn(
  cwd: string | URL,
  args: readonly string[],
  env: Record<string, string> = {},
) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--config", config, "-P=experiment", program, ...args],
    cwd,
    clearEnv: true,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

Deno.test("reproduce --out replaces a report, and nobody else's page; refused before anything is made", () =>
  withTempFolder(async (folder) => {
    const reproduce = (...args: string[]) => reproduceIn(folder, args);
    await Deno.mkdir(`${folder}/site`);
    await Deno.writeTextFile(`${folder}/site/index.html`, "my own site");
    await Deno.writeTextFile(`${folder}/file`, "");
    const [foreign, taken] = [
      await reproduce("numbers", "--out", "site"),
      await reproduce("numbers", "--out", "file/inside"),
    ];
    assertEquals([foreign.code, taken.code], [2, 2]);
    assertMatch(foreign.err, /site\/index\.html as it would replace a page.*\n.*--out FOLDER/);
    assertStringIncludes(taken.err, "file/inside");
    assertEquals(await Deno.readTextFile(`${folder}/site/index.html`), "my own site");
    assertEquals(await pathExists(`${folder}/runs/reproduce/numbers`), false);

    const [first, again] = [
      await reproduce("numbers", "--out", "mine"),
      await reproduce("numbers", "others", "--out", "mine"),
    ];
    assertEquals([first.code, again.code], [0, 0], first.err + again.err);
    const page = await Deno.readTextFile(`${folder}/mine/index.html`);
    assertStringIncludes(page, `content="${REPORT_MARK}"`);
    assertStringIncludes(page, 'id="others-table-numbers"');
  }));

Deno.test("reproduce --out begins where the user stands", () =>
  withTempFolder(async (folder) => {
    const place = await Deno.realPath(folder);
    await Deno.writeTextFile(`${place}/taken`, "");
    // Refused, so that nothing is written into this checkout.
    const { code, err } = await reproduceIn(root, ["numbers", "--out", "taken"], {
      INIT_CWD: place,
    });
    assertEquals(code, 2);
    assertStringIncludes(err, `${place}/taken`);
  }));

Deno.test("damaged committed frames refuse a report before anything is made, with what mends them", () =>
  withTempFolder(async (folder) => {
    const reproduce = (...args: string[]) => reproduceIn(folder, args);
    await Deno.mkdir(`${folder}/experiments/others`, { recursive: true });
    const made = await reproduce("others", "--commit");
    assertEquals(made.code, 0, made.err);
    const results = `${folder}/experiments/others/results`;
    const [frame] = await Array.fromAsync(Deno.readDir(results))
      .then((all) => all.map(({ name }) => name).filter((name) => name.endsWith(".parquet")));
    const damages: Readonly<Record<string, () => Promise<void>>> = {
      "a manifest that is none": () => Deno.writeTextFile(`${results}/manifest.json`, "{}"),
      "no manifest": () => Deno.remove(`${results}/manifest.json`),
      "a byte that was changed": async () => {
        const bytes = await Deno.readFile(`${results}/${frame}`);
        bytes[bytes.length >> 1]! ^= 1;
        await Deno.writeFile(`${results}/${frame}`, bytes);
      },
    };
    for (const [what, damage] of Object.entries(damages)) {
      const before = await Deno.makeTempDir();
      for await (const { name } of Deno.readDir(results)) {
        await Deno.copyFile(`${results}/${name}`, `${before}/${name}`);
      }
      await damage();
      const { code, out, err } = await reproduce("numbers");
      assert(code !== 0, what);
      assertEquals(out, "", what);
      assertStringIncludes(err, "deno task reproduce others --commit", what);
      assertEquals(await pathExists(`${folder}/runs/reproduce/numbers`), false, what);
      for await (const { name } of Deno.readDir(before)) {
        await Deno.copyFile(`${before}/${name}`, `${results}/${name}`);
      }
      await Deno.remove(before, { recursive: true });
    }
    await damages["no manifest"]!();
    // That mends them.
    const [again, report] = [await reproduce("others", "--commit"), await reproduce("numbers")];
    assertEquals([again.code, report.code], [0, 0], again.err + report.err);
  }));

Deno.test("reproduce all --commit leaves out what no document shows, and refuses it by name", () =>
  withTempFolder(async (folder) => {
    for (const name of ["numbers", "others"]) {
      await Deno.mkdir(`${folder}/experiments/${name}`, { recursive: true });
    }
    const all = await reproduceIn(folder, ["all", "--commit"]);
    assertEquals(all.code, 0, all.err);
    const isCommitted = (name: string) => pathExists(`${folder}/experiments/${name}/results`);
    assertEquals(await Promise.all(["numbers", "others", "unshown"].map(isCommitted)), [
      ...[true, true, false],
    ]);
    const one = await reproduceIn(folder, ["unshown", "--commit"]);
    assertEquals(one.code, 2);
    assertStringIncludes(one.err, "name only the others");
  }));

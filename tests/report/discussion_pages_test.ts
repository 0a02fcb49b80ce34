import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { pageName, writeDiscussionPages, writeRunPage } from "../../lib/report/discussion_pages.ts";
import { viewerPage } from "../../lib/report/viewer_page.ts";
import { RunFolder } from "../../lib/tracking/mod.ts";
import { frameFromParquet } from "../../lib/tracking/parquet.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { description } from "../tracking/tiny_run.ts";
import { makeDiscussedRun } from "./discussed_run.ts";

Deno.test("viewerPage() escapes what others have named, and lets only its own script and style run", async () => {
  const script = "start()", style = "p { color: red }";
  const data = new Uint8Array([1, 2, 3]);
  const home = { href: '?a="b"&c', title: "<b>" };
  const html = viewerPage({ title: `"x" & </title><script>'y'`, home, data, script, style });
  assertStringIncludes(
    html,
    "<title>Discussions: &quot;x&quot; &amp; &lt;/title&gt;&lt;script&gt;&#39;y&#39;</title>",
  );
  assertStringIncludes(html, 'href="?a=&quot;b&quot;&amp;c">&lt;b&gt;</a>');
  assertStringIncludes(html, '<script type="application/octet-stream" id="answers">AQID</script>');
  const policy = html.match(/http-equiv="Content-Security-Policy" content="([^"]+)"/)![1]!;
  const hash = async (text: string) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return `'sha256-${new Uint8Array(digest).toBase64()}'`;
  };
  assertEquals(policy.split("; "), [
    "default-src 'none'",
    `script-src ${await hash(script)}`,
    `style-src ${await hash(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  assert(!viewerPage({ title: "", data, script, style }).includes('id="home"'));
});

Deno.test("writeDiscussionPages() writes a page for each run and says how to get there", () =>
  withTempFolder(async (folder) => {
    await makeDiscussedRun(`${folder}/run`);
    const run = { result: "arithmetic", arm: "2 agents: α < β", seed: 0, path: `${folder}/run` };
    const pages = await writeDiscussionPages([run, { ...run, seed: 1 }], `${folder}/report`);
    assertEquals(pages.map(({ href }) => href), [
      "discussions/arithmetic-2-agents-alpha-beta-s0.html",
      "discussions/arithmetic-2-agents-alpha-beta-s1.html",
    ]);
    for (const { href } of pages) {
      const html = await Deno.readTextFile(`${folder}/report/${href}`);
      assertStringIncludes(html, "arithmetic, 2 agents: α &lt; β, seed");
      assertStringIncludes(html, 'href="../index.html"');
    }
    await assertRejects(
      () => writeDiscussionPages([run, run], `${folder}/report`),
      RangeError,
      "two runs are arithmetic-2-agents-alpha-beta-s0.html",
    );
  }));

Deno.test("pageName() makes names of small letters, digits and dashes", () => {
  assertEquals(
    pageName({ result: "a_b", arm: "-Tell, then SOLVE!", seed: 12 }),
    "a_b-tell-then-solve-s12.html",
  );
});

/** The rows inside of a page. */
async function rowsIn(page: string): Promise<Record<string, unknown>[]> {
  const [, data] = (await Deno.readTextFile(page)).match(/id="answers">([^<]*)</)!;
  const bytes = Uint8Array.fromBase64(data!);
  return frameFromParquet(bytes, { path: page, remedy: "" }).toRecords();
}

Deno.test("writeRunPage() shows of a run that is not finished what it has saved, and says so", () =>
  withTempFolder(async (folder) => {
    const path = `${folder}/stopped`;
    await makeDiscussedRun(path, { status: "interrupted" });
    // As after a crash, when nothing has been put together yet.
    await Deno.remove(`${path}/evaluations.parquet`);
    const page = await writeRunPage(path);
    assertStringIncludes(
      await Deno.readTextFile(page),
      '<p id="note">This run is not finished: it was interrupted. The page shows what was saved, up to 0 updates.',
    );
    await makeDiscussedRun(`${folder}/finished`);
    const finished = await writeRunPage(`${folder}/finished`);
    assert(!(await Deno.readTextFile(finished)).includes("is not finished"));
    assertEquals(await rowsIn(page), await rowsIn(finished));
    assert((await rowsIn(page)).length > 0);

    // The report is of finished runs alone.
    const run = { result: "r", arm: "a", seed: 0, path };
    await assertRejects(
      () => writeDiscussionPages([run], folder),
      RunError,
      "must be finished: it is interrupted",
    );

    const parts = await Array.fromAsync(Deno.readDir(`${path}/parts/evaluations`));
    await Deno.writeTextFile(`${path}/parts/evaluations/${parts[0]!.name}`, "PAR1");
    await assertRejects(() => writeRunPage(path), CheckpointError);
  }));

Deno.test("writeRunPage() refuses runs that saved nothing, were changed, or are none", () =>
  withTempFolder(async (folder) => {
    const started = await RunFolder.create(description, { out: `${folder}/started` });
    const nothing = await assertRejects(() => writeRunPage(`${folder}/started`), RunError);
    assertStringIncludes(nothing.message, "must have saved some: it is running, or has crashed");
    assertStringIncludes(nothing.remedy!, `deno task experiment --resume ${folder}/started`);
    await started.finish("interrupted");

    await makeDiscussedRun(`${folder}/changed`);
    const path = `${folder}/changed/evaluations.parquet`;
    const bytes = await Deno.readFile(path);
    bytes[bytes.length >> 1]! ^= 1;
    await Deno.writeFile(path, bytes);
    await assertRejects(() => writeRunPage(`${folder}/changed`), CheckpointError);

    await assertRejects(() => writeRunPage(`${folder}/nowhere`), RunError, "no such folder");
  }));

Deno.test("deno task view writes the page of a run and prints where it lies", () =>
  withTempFolder(async (folder) => {
    await makeDiscussedRun(`${folder}/run`);
    const view = async (...args: string[]) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-q", "--no-prompt", "-P=view", "experiments/view.ts", ...args],
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
      return { code, out: out!.trim(), err: err! };
    };
    const { code, out } = await view(`${folder}/run/`);
    assertEquals([code, out], [0, `${folder}/run/discussions.html`]);
    assert((await Deno.stat(out)).size > 50_000);
    const two = await view("a", "b");
    assertEquals(two.code, 2);
    assertStringIncludes(two.err, "as it must be one");
    const none = await view(`${folder}/nowhere`);
    assertEquals(none.code, 2);
    assertStringIncludes(none.err, "no such folder");
    assertStringIncludes((await view("--help")).out, "Usage: deno task view RUN_FOLDER");
  }));

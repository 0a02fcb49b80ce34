import { assert, assertEquals, AssertionError, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { withTempFolder } from "../../support/temp_folder.ts";
import {
  codeOf,
  type Output,
  readNotebook,
  shownBy,
  shownIn,
  withOutputs,
} from "./notebook_file.ts";
import { makeScriptedRun } from "./scripted_run.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const notebookPath = new URL("../../../experiments/open_a_run.ipynb", import.meta.url);
const notebook = await readNotebook(notebookPath);
const config = pathOf("../../../deno.json");

/** The cells of the notebook, with the folder of other runs in them. */
function codeFor(runs: string): string[] {
  const said = '"../runs/quickstart"';
  const code = codeOf(notebook);
  assertEquals(code.join("").split(said).length, 2);
  return code.map((text) => text.replace(said, JSON.stringify(runs)));
}

/** Runs Deno in the notebook's folder, as Jupyter does. */
async function runDeno(args: readonly string[], input: string = ""): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: pathOf("../../../experiments"),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {}); // it may not listen
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await child.output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Numbers to eight digits: the order in which threads add may change the last. */
function rounded(shown: unknown): string {
  return JSON.stringify(shown)
    .replaceAll(/\d+\.\d{6,}(e-?\d+)?/g, (number) => Number(number).toPrecision(8));
}

/** Compares what is shown with what is committed; a difference is told in a line, as plots are long. */
function assertCommitted(shown: readonly unknown[]): void {
  const committed = shownIn(notebook).map(rounded);
  assertEquals(shown.length, committed.length);
  for (const [i, text] of shown.map(rounded).entries()) {
    const other = committed[i]!;
    if (text === other) continue;
    const at = Array.from(text).findIndex((sign, j) => sign !== other[j]);
    const [now, before] = [text, other].map((whole) => whole.slice(Math.max(0, at - 40), at + 40));
    throw new AssertionError(
      `Output ${i + 1} of the notebook shows …${now}… and not …${before}… as committed: ` +
        "read the difference that MAPORL_UPDATE_SNAPSHOTS=1 deno task test tests/experiments/notebook makes",
    );
  }
}

/** Makes the run that the notebook opens. */
function withRuns(test: (folder: string) => Promise<void>): Promise<void> {
  return withTempFolder(async (folder) => {
    await Deno.mkdir(`${folder}/runs`);
    await makeScriptedRun(`${folder}/runs/one`);
    await test(folder);
  });
}

Deno.test("the notebook's cells are a script with right types, and show the same as in Jupyter", () =>
  withRuns(async (folder) => {
    const script = `${folder}/script.ts`;
    await Deno.writeTextFile(script, codeFor(`${folder}/runs`).join("\n"));
    await runDeno(["check", "-q", "--config", config, script]);
    const lines = await runDeno([
      ...["run", "-q", "--no-prompt", "--config", config],
      `--preload=${pathOf("stand_in.ts")}`,
      `--allow-read=${pathOf("../../..")},${folder}`,
      "--allow-ffi",
      "--allow-sys=cpus,hostname,networkInterfaces,systemMemoryInfo",
      "--allow-env=POLARS_FMT_MAX_ROWS",
      script,
    ]);
    const shown = lines.trim().split("\n").map((line) => JSON.parse(line));
    assertCommitted(shown);
  }));

Deno.test("the notebook shows in Deno's kernel for Jupyter what is committed", () =>
  withRuns(async (folder) => {
    const text = await runDeno([
      ...["run", "-q", "--no-prompt", "--config", config],
      "--allow-net=127.0.0.1",
      `--allow-run=${Deno.execPath()}`,
      "--allow-read",
      `--allow-write=${folder}`,
      pathOf("kernel.ts"),
      folder,
    ], JSON.stringify(codeFor(`${folder}/runs`)));
    const outputs = JSON.parse(text) as Output[][];
    if (Deno.env.get("MAPORL_UPDATE_SNAPSHOTS") === "1") {
      const made = JSON.stringify(withOutputs(notebook, outputs), null, 1);
      await Deno.writeTextFile(notebookPath, made); // without a last line break, as `deno fmt` wants it
      return;
    }
    assertCommitted(outputs.flat().map(shownBy));
  }));

Deno.test("the notebook's outputs are tables, plots and a discussion, small, and of no machine", async () => {
  const types = new Set(shownIn(notebook).flatMap((shown) => Object.keys(shown as object)));
  for (const type of ["text/html", "image/svg+xml", "text/plain"]) assert(types.has(type), type);
  const text = await Deno.readTextFile(notebookPath);
  assert(text.length < 300_000, `${text.length} characters`);
  assertEquals(text.match(/(?<![\w.])\/(home|root|tmp|var|work|Users)\/|file:/g), null);
  assertMatch(text, /not results/);
});

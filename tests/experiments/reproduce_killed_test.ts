import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { runChild } from "../attacks/child_run.ts";
import type { Wish } from "../attacks/interfere.ts";
import { reportOutcome, withoutTimes } from "../attacks/report_outcome.ts";
import { differences } from "../attacks/run_outcome.ts";
import { unblockSignals } from "../../lib/device/signal_mask.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { saveTinyBase } from "./tiny_quickstart.ts";

await startTestDevice();

Deno.test("withoutTimes() empties cells below seconds and peaks, in Markdown and HTML, and no others", () => {
  const markdown = (seconds: string, tokens: string) =>
    `In 3 seconds:\n\n| arm | seconds | tokens |\n|---|---:|---:|\n| a | ${seconds} | ${tokens} |\n`;
  assertEquals(withoutTimes(markdown("12", "5")), withoutTimes(markdown("9", "5")));
  assertNotEquals(withoutTimes(markdown("12", "5")), withoutTimes(markdown("12", "6")));
  const page = (peak: string, tokens: string) =>
    `<table><tr><th scope="col">tokens</th><th>peak MiB</th></tr><tr><td class="number"><a>${tokens}</a></td><td>${peak}</td></tr></table>`;
  assertEquals(withoutTimes(page("12", "5")), withoutTimes(page("9", "5")));
  assertNotEquals(withoutTimes(page("12", "5")), withoutTimes(page("12", "6")));
});

/** What ends a process: a signal to itself at a file operation, or one from outside after a line. */
type End =
  & { readonly signal: "SIGKILL" | "SIGINT" }
  & (
    | Pick<Required<Wish>, "at" | "from" | "after">
    | { readonly line: string }
  );

/** One process after another. An operation opens a file, writes to it, flushes it, or renames it. */
const ENDS: Readonly<Record<string, End>> = {
  "while the first run saves a checkpoint": {
    signal: "SIGKILL",
    from: "checkpoints/",
    at: 3,
    after: false,
  },
  "while it learns": { signal: "SIGINT", line: "update 2:" },
  "between two runs": { signal: "SIGKILL", line: "=== tiny: goes on" },
  "while the second run learns": { signal: "SIGINT", line: "update 1:" },
  "while the second run writes its summary": {
    signal: "SIGKILL",
    from: "summary.md",
    at: 2,
    after: true,
  },
  "while the frames of the result are written": {
    signal: "SIGKILL",
    from: "tiny/results/evaluations.parquet",
    at: 2,
    after: true,
  },
  "before their manifest is in place": {
    signal: "SIGINT",
    from: "tiny/results/manifest.json",
    at: 3,
    after: true,
  },
  "while tables are written": { signal: "SIGINT", from: "tiny/costs.md", at: 1, after: true },
  "while discussions are written": {
    signal: "SIGKILL",
    from: "report/discussions/",
    at: 2,
    after: true,
  },
  "while the page is written": {
    signal: "SIGKILL",
    from: "report/index.html",
    at: 2,
    after: true,
  },
  "when the page is in place": { signal: "SIGINT", from: "report/index.html", at: 4, after: true },
};

const NUMBERS = { SIGKILL: 9, SIGINT: 2 } as const;
/** Seconds until a process hangs. */
const LIMIT = 300;

/** Starts `deno task reproduce tiny`, or the same command once more. */
async function reproduce(folder: string, end?: End) {
  const isInside = end !== undefined && "from" in end;
  let isOver = false;
  return await runChild(["tiny"], {
    program: "tests/experiments/tiny_results.ts",
    folder,
    env: { MAPORL_BLAS: "wasm", MAPORL_THREADS: "1" },
    wish: isInside
      ? {
        at: end.at,
        from: end.from,
        after: end.after,
        among: "operations",
        signal: NUMBERS[end.signal],
      }
      : { at: 0, among: "operations" },
    onLine(line, child) {
      if (end === undefined || isInside || isOver || !line.includes(end.line)) return;
      isOver = true;
      child.kill(end.signal);
    },
    limit: LIMIT,
  });
}

Deno.test({
  name: "deno task reproduce gives the same report however often it is killed and started again",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withTempFolder(async (folder) => {
      const [whole, killed] = [`${folder}/whole`, `${folder}/killed`];
      for (const place of [whole, killed]) {
        await Deno.mkdir(place);
        await saveTinyBase(place);
      }
      unblockSignals(); // so that Ctrl-C reaches the processes also where they do not listen to it
      const undisturbed = await reproduce(whole);
      assertEquals(undisturbed.code, 0, undisturbed.err);
      for (const [when, end] of Object.entries(ENDS)) {
        const { code, signal, out, err } = await reproduce(killed, end);
        const byPolite = end.signal === "SIGINT" && code === 130;
        assert(signal === end.signal || byPolite, `${when}: ${code}, ${signal}\n${out}\n${err}`);
      }
      const last = await reproduce(killed);
      assertEquals(last.code, 0, last.err);
      const outcomes = await Promise.all(
        [whole, killed].map((place) => reportOutcome(`${place}/runs/reproduce`)),
      );
      assertEquals(differences(outcomes[0]!, outcomes[1]!), []);
    }),
});

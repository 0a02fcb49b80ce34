import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Persuasion } from "../../lib/evaluation/mod.ts";
import { analysisPanels } from "../../lib/report/analysis_panels.ts";
import { persuasionTable } from "../../lib/report/model_analysis.ts";
import { persuasionPicture } from "../../lib/report/persuasion_picture.ts";
import { driftTable } from "../../lib/report/training_analysis.ts";
import {
  answersColumns,
  evaluationsColumns,
  frameOf,
  updatesColumns,
} from "../../lib/tracking/mod.ts";
import { readFrame } from "../../lib/tracking/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { updateRow } from "../tracking/tiny_run.ts";
import { config, discussionsOf, evaluatedRows, makeDiscussedRun } from "./discussed_run.ts";

const taken = (moved: number, disagreed: number) => ({
  moved,
  disagreed,
  rate: disagreed === 0 ? null : moved / disagreed,
});
const edge = (
  speaker: number,
  listener: number,
  counts: readonly [number, number, number, number],
): Persuasion => ({
  speaker,
  listener,
  rightly: taken(counts[0], counts[1]),
  wrongly: taken(counts[2], counts[3]),
});

Deno.test("persuasionTable() has a row for each ordered pair", () => {
  const graph = [edge(0, 1, [3, 4, 0, 1]), edge(1, 0, [0, 0, 2, 2])];
  assertEquals(persuasionTable(graph, { hasPicture: true }).rows, [
    ["agent 1 → agent 2", "3/4", "0/1"],
    ["agent 2 → agent 1", "0/0", "2/2"],
  ]);
});

Deno.test("persuasionPicture() draws what moved, the wider the more often, and nothing where nobody moved", () => {
  const picture = persuasionPicture([edge(0, 1, [1, 2, 0, 1]), edge(1, 0, [0, 0, 2, 2])])!.html;
  // From 1 to 6 wide: half of the times, and every time.
  assertEquals(
    [...picture.matchAll(/<g class="(\w+)">\s*<path\s+class="line"\s+stroke-width="([\d.]+)"/g)]
      .map(([, how, width]) => [how, width]),
    [["rightly", "3.5"], ["wrongly", "6"]],
  );
  assertEquals(picture.match(/<circle/g)?.length, 2);
  assert(!/NaN|Infinity|undefined/.test(picture));
  assertEquals(persuasionPicture([edge(0, 1, [0, 2, 0, 1]), edge(1, 0, [0, 0, 0, 2])]), null);
  // Five agents are a tangle.
  assertEquals(persuasionPicture([edge(4, 0, [1, 1, 0, 0])]), null);
});

Deno.test("driftTable() compares scores with the truth, at ten of many updates with the first and the last", () => {
  const answers = Array.from({ length: 21 }, (_, update) => [
    { update, score: 0.5, correct: true },
    { update, score: 0.9, correct: update < 20 },
  ]).flat();
  const { rows } = driftTable(answers);
  assertEquals(rows.length, 10);
  // Mean score 0.7; at first both are right, in the end one of two is.
  assertEquals(rows[0]!.slice(0, 3), [1, 0.7, 1]);
  assertEquals(rows.at(-1)!.slice(0, 3), [21, 0.7, 0.5]);
  assertEquals(driftTable(answers.slice(0, 2)).rows.length, 1);
});

/** Frames of a run whose first agent gives way before training, and whose second one does after it. */
async function framesOf(path: string) {
  await makeDiscussedRun(path);
  const names = ["evaluations", "answers", "updates"] as const;
  const frames = await Promise.all(names.map((name) => readFrame(`${path}/${name}.parquet`)));
  return Object.fromEntries(names.map((name, i) => [name, frames[i]!]));
}

Deno.test("analysisPanels() tells of each model who moved whom, with links to the discussions", () =>
  withTempFolder(async (folder) => {
    const frames = await framesOf(`${folder}/run`);
    const panels = analysisPanels(frames, config);
    assertEquals(panels.map(({ set }) => set), [
      "test:off-the-shelf:0",
      "test:MAPoRL:8",
      "training",
    ]);
    const [before, after, training] = panels.map(({ html }) => html.html);
    const cells = (page: string, row: string) =>
      [...page.split(row)[1]!.split("</tr>")[0]!.matchAll(/<td[^>]*>(.*?)<\/td>/gs)]
        .map(([, cell]) => cell);
    assertEquals(cells(before!, "agent 2 → agent 1"), [
      "0/0",
      '<a href="#?set=test%3Aoff-the-shelf%3A0&amp;moved=2-1-wrongly">3/3</a>',
    ]);
    assertEquals(cells(after!, "agent 2 → agent 1"), ["0/0", "0/3"]);
    assertEquals(cells(after!, "agent 1 → agent 2"), [
      '<a href="#?set=test%3AMAPoRL%3A8&amp;moved=1-2-rightly">3/3</a>',
      "0/0",
    ]);
    assertMatch(
      after!,
      /somebody is persuaded:\s*<a href="[^"]*persuaded_rightly">rightly<\/a>\s*<\/p>/,
    );
    assertStringIncludes(after!, "1.000 of the discussions come to agree, first at turn 2");
    assertStringIncludes(training!, "Drift of the verifier");
    assertStringIncludes(training!, "settings of another version");
  }));

/** Settings as `run.json` of the method holds them, as far as rewards are concerned. */
const trained = {
  algorithm: { learningRate: 1e-4, klCoef: 0, credit: { name: "gae" } },
  discussion: { numSamples: 1 },
  sampling: { maxNewTokens: 8 },
  reward: { source: "verifier" },
};

Deno.test("analysisPanels() tells of training what holds the reward back, and names no drift of the truth", () =>
  withTempFolder(async (folder) => {
    const frames = await framesOf(`${folder}/run`);
    const [first] = frames.answers!.toRecords();
    const rows = [0, 1, 2, 3, 4, 5].flatMap((update) =>
      [0, 1, 2, 3].map((question) => ({
        ...first,
        update,
        question,
        finished: false, // all are cut at the token limit
        reward: -1,
      }))
    );
    const updates = [0, 1, 2, 3, 4, 5].map(updateRow);
    const flat = {
      ...frames,
      answers: frameOf(answersColumns, rows as never),
      updates: frameOf(updatesColumns, updates),
    };
    const training = (settings: object) =>
      analysisPanels(flat, { ...trained, ...settings }).at(-1)!.html.html;
    const judged = training({ verifier: { kind: "trained", path: "v" } });
    assertStringIncludes(judged, "100 % of the answers are cut at the token limit");
    assertStringIncludes(judged, "sampling.maxNewTokens should be 16 instead of 8");
    assertStringIncludes(judged, "Drift of the verifier");
    assertStringIncludes(judged, "No alarm for reward hacking");
    const paid = training({ reward: { source: "label" } });
    assertStringIncludes(paid, "Ground truth is paid");
    const told = training({ verifier: { kind: "oracle" } });
    assertStringIncludes(told, "The scores are the truth");
    // A seat may have a verifier of its own.
    const mixed = training({
      verifier: { kind: "oracle" },
      seats: [{ verifier: { kind: "trained", path: "v" } }, {}],
    });
    assertStringIncludes(mixed, "Drift of the verifier");
  }));

Deno.test("analysisPanels() leaves out what older frames do not tell, and says where agents are alone", async () => {
  const rows = evaluatedRows(await discussionsOf(true), { model: "MAPoRL", update: 8 });
  const alone = rows.filter(({ agent }) => agent === 0);
  const [panel, ...others] = analysisPanels(
    { evaluations: frameOf(evaluationsColumns, alone) },
    config,
  );
  assertEquals(others, []);
  assertStringIncludes(panel!.html.html, "it takes two of them");
  const { questionHash: _, ...older } = evaluationsColumns;
  const frame = frameOf(older, rows.map(({ questionHash: _, ...row }) => row));
  assertEquals(analysisPanels({ evaluations: frame }, config), []);
});

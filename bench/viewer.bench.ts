/**
 * The viewer of discussions with 100 000 answers: what a browser does when a page is opened, and at every
 * letter that is typed.
 *
 *     deno task bench bench/viewer.bench.ts
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import { viewedColumns, type ViewedRow } from "../lib/report/viewed_columns.ts";
import { discussionSets } from "../lib/report/viewer/discussions.ts";
import { START } from "../lib/report/viewer/place.ts";
import { readAnswers, readSeen } from "../lib/report/viewer/read_answers.ts";
import { shownAt } from "../lib/report/viewer/shown.ts";
import { frameOf, parquetBytes } from "../lib/tracking/mod.ts";

const NUM_AGENTS = 2;
const NUM_TURNS = 3;
const NUM_DISCUSSIONS = Math.ceil(100_000 / NUM_AGENTS / NUM_TURNS);
const random = Random.fromSeed(0);
const number = () => String(Math.floor(100 * random.uniform())).padStart(2, "0");

/** Two sentences and an answer, as long as those of the small world, hardly two of them the same. */
function text(answer: string): string {
  return `best : me me . Ida nuts ${number()} . ${number()} - ${number()} = ${number()} . ` +
    `Bob eggs ${number()} . ${number()} - ${number()} = ${answer} . \\boxed{${answer}}`;
}

function row(discussion: number, turn: number, agent: number): ViewedRow {
  const answer = number();
  const said = text(answer);
  return {
    source: "test",
    model: "MAPoRL",
    update: 8,
    questionId: `question/${discussion}`,
    questionText: `Tim has ${number()} coins . Ida sells Tim ${number()} nuts . How many ?`,
    gold: "61",
    sample: 0,
    agent,
    baseModel: "base",
    turn,
    text: said,
    answer,
    finished: true,
    correct: answer === "61",
    score: random.uniform(),
    annotations: `{"strategy":"${turn === 0 ? "again" : "best"}","choice":"me me"}`,
    wordsLeftOut: 0,
    penalties: null,
    scoreReward: null,
    penaltyReward: null,
    ownRevisionReward: null,
    influenceReward: null,
    reward: null,
    asked: text(answer),
    remembered: said,
  };
}

const rows = Array.from(
  { length: NUM_DISCUSSIONS },
  (_, discussion) =>
    Array.from(
      { length: NUM_TURNS * NUM_AGENTS },
      (_, i) => row(discussion, Math.floor(i / NUM_AGENTS), i % NUM_AGENTS),
    ),
).flat();
const { buffer } = Uint8Array.from(parquetBytes(frameOf(viewedColumns, rows)));
const answers = await readAnswers(buffer);
const sets = discussionSets(answers);

Deno.bench("100 000 answers: read what is listed", { n: 5, warmup: 1 }, async () => {
  await readAnswers(buffer);
});
Deno.bench("100 000 answers: read what agents saw", { n: 5, warmup: 1 }, async () => {
  await readSeen(buffer, answers);
});
Deno.bench("100 000 answers: put discussions together", { n: 5, warmup: 1 }, () => {
  discussionSets(answers);
});
Deno.bench("100 000 answers: search", { n: 20 }, () => {
  shownAt(sets, { ...START, query: "nuts 61" });
});
Deno.bench("100 000 answers: filter", { n: 20 }, () => {
  shownAt(sets, { ...START, outcomes: ["wrong_right"], annotations: { strategy: "best" } });
});

import { assertEquals } from "@std/assert";
import { discussionSets } from "../../lib/report/viewer/discussions.ts";
import { formatPlace, parsePlace, START } from "../../lib/report/viewer/place.ts";
import { PAGE_SIZE, placeOf, shownAt } from "../../lib/report/viewer/shown.ts";
import { discussionRows } from "./viewed.ts";

const before = { model: "off-the-shelf", update: 0 };
const training = { source: "training", model: "training", questionId: "t" };
const sets = discussionSets([
  ...discussionRows([["3", "3"], ["3", "3"]], { ...before, questionId: "a" }),
  ...discussionRows([["3", "4"], ["3", "4"]], { ...before, questionId: "b" }),
  ...discussionRows([["3", "3"]], { source: "validation", update: 4, questionId: "v" }),
  ...discussionRows([["3", "4"], ["4", "4"]], { questionId: "a" }),
  ...discussionRows([["3", "4"], ["4", "4"]], { questionId: "b" }),
  ...discussionRows([["3", "4"]], { ...training, update: 0 }),
  ...discussionRows([["4", "4"]], { ...training, update: 0, sample: 1 }),
  ...discussionRows([["4", "3"]], { ...training, update: 1 }),
]);

Deno.test("discussionSets() puts answers together by evaluation, model, update, question and sample", () => {
  assertEquals(sets.map(({ name, title, discussions }) => [name, title, discussions.length]), [
    ["test:off-the-shelf:0", "off-the-shelf (test)", 2],
    ["validation:MAPoRL:4", "MAPoRL (validation, 4 updates)", 1],
    ["test:MAPoRL:8", "MAPoRL (test, 8 updates)", 2],
    ["training", "Training", 3],
  ]);
  const [, second] = sets[0]!.discussions;
  assertEquals(second!.row, 4);
  assertEquals(second!.answersTA.map((turn) => turn.map(({ answer }) => answer)), [
    ["3", "4"],
    ["3", "4"],
  ]);
});

Deno.test("shownAt() lists the last evaluation, and shows what a bare link to a question means", () => {
  const start = shownAt(sets, START);
  assertEquals([start.set.name, start.selected?.questionId, start.next?.questionId], [
    "test:MAPoRL:8",
    "a",
    "b",
  ]);
  const of = (hash: string) => {
    const { set, selected, index } = shownAt(sets, parsePlace(hash));
    return [set.name, selected?.update, index];
  };
  assertEquals(of("#a"), ["test:MAPoRL:8", 8, 0]);
  assertEquals(of("#v"), ["validation:MAPoRL:4", 4, 0]);
  assertEquals(of("#t"), ["training", 0, 0]);
  assertEquals(of("#b?set=test:off-the-shelf:0"), ["test:off-the-shelf:0", 0, 1]);
  assertEquals(of("#t?update=1"), ["training", 1, 2]);
  assertEquals(of("#t?sample=1"), ["training", 0, 1]);
  assertEquals(of("#nothing"), ["test:MAPoRL:8", undefined, -1]);
});

Deno.test("shownAt() opens on a discussion of the list in which something happens", () => {
  const opened = (discussions: Readonly<Record<string, string[][]>>, hash = "") => {
    const rows = Object.entries(discussions)
      .flatMap(([questionId, answersTA]) => discussionRows(answersTA, { questionId }));
    return shownAt(discussionSets(rows), parsePlace(hash)).selected?.questionId;
  };
  const still = [["4", "4"], ["4", "4"]], worse = [["4", "4"], ["4", "3"]];
  const better = [["3", "3"], ["4", "3"]], best = [["3", "4"], ["4", "4"]];
  assertEquals(opened({ still }), "still");
  assertEquals(opened({ still, worse }), "worse");
  assertEquals(opened({ still, worse, better }), "better");
  assertEquals(opened({ still, worse, better, best }), "best");
  // Of those that the filter leaves; the list begins at its first page all the same.
  assertEquals(opened({ still, worse, better, best }, "#?outcome=right_wrong"), "worse");
  assertEquals(opened({ still, worse }, "#?q=nowhere"), undefined);
  const many = Array.from({ length: PAGE_SIZE }, (_, i) => [`q${i}`, still]);
  const rows = [...many, ["best", best] as const].flatMap(([questionId, answersTA]) =>
    discussionRows(answersTA as string[][], { questionId: questionId as string })
  );
  const { selected, index, page } = shownAt(discussionSets(rows), START);
  assertEquals([selected?.questionId, index, page], ["best", PAGE_SIZE, 1]);
});

Deno.test("shownAt() goes through those that a filter leaves, also from one that it does not", () => {
  const hash = "#a?set=test:off-the-shelf:0&outcome=end_split";
  const { found, selected, index, previous, next } = shownAt(sets, parsePlace(hash));
  assertEquals(found.map(({ questionId }) => questionId), ["b"]);
  assertEquals([selected?.questionId, index], ["a", -1]);
  assertEquals([previous, next?.questionId], [undefined, "b"]);
});

Deno.test("shownAt() puts the first model beside the chosen one, and the last beside the first", () => {
  const columns = (hash: string) =>
    shownAt(sets, parsePlace(hash)).columns.map(({ set }) => set.name);
  const both = ["test:off-the-shelf:0", "test:MAPoRL:8"];
  assertEquals(columns("#a"), ["test:MAPoRL:8"]);
  assertEquals(columns("#a?beside=1"), both);
  assertEquals(columns("#a?beside=1&set=test:off-the-shelf:0"), both);
  // There is no other one to put beside it.
  assertEquals(columns("#v?beside=1"), ["validation:MAPoRL:4"]);
  assertEquals(columns("#t?beside=1"), ["training"]);
});

Deno.test("shownAt() turns to the page of the list that holds what is shown", () => {
  const count = 2 * PAGE_SIZE + 1;
  const long = discussionSets(
    Array.from({ length: count }, (_, i) => discussionRows([["4"]], { questionId: `q${i}` }))
      .flat(),
  );
  const pages = (hash: string) => {
    const { page, pages, listed } = shownAt(long, parsePlace(hash));
    return [page, pages, listed.length, listed[0]?.questionId];
  };
  assertEquals(pages(""), [1, 3, PAGE_SIZE, "q0"]);
  assertEquals(pages(`#q${PAGE_SIZE}`), [2, 3, PAGE_SIZE, `q${PAGE_SIZE}`]);
  assertEquals(pages("#q0?page=3"), [3, 3, 1, `q${2 * PAGE_SIZE}`]);
  assertEquals(pages("#?page=99"), [3, 3, 1, `q${2 * PAGE_SIZE}`]);
  assertEquals(pages("#?page=0"), [1, 3, PAGE_SIZE, "q0"]);
  assertEquals(pages("#?q=nowhere"), [1, 1, 0, undefined]);
});

Deno.test("placeOf() leads to one discussion and to no other", () => {
  for (const { discussions } of sets) {
    for (const discussion of discussions) {
      const hash = formatPlace(placeOf(START, discussion));
      assertEquals(shownAt(sets, parsePlace(hash)).selected, discussion, hash);
    }
  }
});

Deno.test("parsePlace() reads what formatPlace() writes", () => {
  const place = {
    id: "task/2/a b?c#d&e=100%",
    set: "test:MAPoRL:8",
    update: 0,
    sample: 2,
    isBeside: true,
    outcomes: ["wrong_right", "penalised"],
    annotations: { strategy: "tell", "a=b&c": "x y" },
    moved: "1-2-rightly",
    isAnalysis: true,
    query: "12 + 7 & ü",
    page: 3,
  };
  assertEquals(parsePlace(formatPlace(place)), place);
  assertEquals(formatPlace({ ...START, id: "task/2/0/test/1" }), "#task/2/0/test/1");
  assertEquals(formatPlace(START), "#");
  assertEquals(parsePlace("#"), START);
});

Deno.test("parsePlace() leaves out what it cannot understand", () => {
  assertEquals(parsePlace("#%E0%A4%A?page=-1&update=x&other=1"), { ...START, id: "%E0%A4%A" });
});

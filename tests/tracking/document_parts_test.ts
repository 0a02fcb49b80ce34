import { assertEquals } from "@std/assert";
import {
  checkDocument,
  fillDocument,
  partsOf,
  type ShownResults,
  typedNumbers,
  wrongMarkers,
} from "../../lib/tracking/mod.ts";

const shown: ShownResults = {
  tables: {
    "game/shares": {
      title: "Shares",
      columns: [{ title: "who" }, { title: "share", digits: 2 }],
      rows: [["a|b", 0.5], ["c", { estimate: 0.25, low: 0.125, high: 0.5, few: true }]],
    },
  },
  values: {
    "game/share": { value: 0.5, digits: 2, meaning: "share of a" },
    "game/gain": {
      value: { estimate: 0.25, low: -0.125, high: 0.5 },
      digits: 1,
      meaning: "gain of c",
      isSigned: true,
    },
  },
};
const linkTo = (result: string) => `../${result}/results`;

const before = [
  "It is [0.49][game/share] here, [+0.3 [−0.1,\n0.5]][game/gain] there, and again [?][game/share].",
  "",
  "<!-- table: game/shares -->",
  "<!-- /table -->",
  "",
  "After it `[1.23][game/share]`.",
  "",
].join("\n");

const after = [
  "It is [0.50][game/share] here, [+0.3 [−0.1,\n0.5]][game/gain] there, and again [0.50][game/share].",
  "",
  "<!-- table: game/shares -->",
  "",
  "**Shares**",
  "",
  "| who  |              share |",
  "| ---- | -----------------: |",
  "| a\\|b |               0.50 |",
  "| c    | 0.25 [0.13, 0.50]† |",
  "",
  "† Fewer than 15 questions differ here, so this interval is only a rough one: rather too wide for",
  "shares and their differences, too narrow for other means.",
  "",
  "<!-- /table -->",
  "",
  "After it `[1.23][game/share]`.",
  "",
  '[game/share]: ../game/results "share of a"',
  '[game/gain]: ../game/results "gain of c"',
  "",
].join("\n");

Deno.test("fillDocument() writes tables, numbers and where they lead, and leaves code alone", () => {
  // 0.125 is exact in binary, and toFixed() rounds it up.
  assertEquals(fillDocument(before, shown, linkTo), after);
});

Deno.test("checkDocument() finds nothing where a document was filled, however it is wrapped", () => {
  const filled = fillDocument(before, shown, linkTo);
  assertEquals(checkDocument(filled, shown, linkTo), []);
  assertEquals(fillDocument(filled, shown, linkTo), filled);
  const other = filled.replace("| c    |", "| c |").replace("rather too\nwide", "rather too wide");
  assertEquals(checkDocument(other, shown, linkTo), []);
  assertEquals(fillDocument(other, shown, linkTo), other);
});

Deno.test("checkDocument() names the line of each difference", () => {
  const filled = fillDocument(before, shown, linkTo);
  const check = (from: string, to: string) => {
    const changed = filled.replace(from, to);
    assertEquals(changed === filled, false, from);
    return checkDocument(changed, shown, linkTo)
      .map(({ line, problem, unknown }) => [line, problem, ...(unknown ? [unknown] : [])]);
  };
  const table = "the table game/shares is another than its frames give";
  assertEquals(check("0.25 [0.13", "0.26 [0.13"), [[4, table]]);
  assertEquals(check("**Shares**", "**Share**"), [[4, table]]);
  assertEquals(check("---:", "----"), [[4, table]]); // numbers to the right
  assertEquals(check("[0.50]", "[0.51]"), [[1, "game/share must be 0.50: 0.51"]]);
  assertEquals(check("[+0.3 [−0.1", "[0.3 [−0.1"), [
    [1, "game/gain must be +0.3 [−0.1, 0.5]: 0.3 [−0.1,\n0.5]"],
  ]);
  assertEquals(check("[0.50][game/share]", "[0.50][game/shere]"), [
    [1, "no committed result has a value game/shere", "game/shere"],
  ]);
  assertEquals(check("table: game/shares", "table: game/other"), [
    [4, "no committed result has a table game/other", "game/other"],
  ]);
  assertEquals(check('"gain of c"', '"gain of b"').map(([, problem]) => problem), [
    "links of its numbers are others",
  ]);
});

Deno.test("fillDocument() drops links that no number has, and keeps those of other results", () => {
  const text = "See [1][other/x].\n\n[game/share]: a\n[other/x]: b\n";
  assertEquals(fillDocument(text, shown, linkTo), "See [1][other/x].\n\n[other/x]: b\n");
  assertEquals(fillDocument("Nothing.\n", shown, linkTo), "Nothing.\n");
});

Deno.test("partsOf() finds no parts in code", () => {
  assertEquals(partsOf("```md\n<!-- table: a/b -->\n<!-- /table -->\n[1][a/b]\n```\n"), []);
});

Deno.test("wrongMarkers() names misspelt and lonely markers", () => {
  const lines = (text: string) => wrongMarkers(text).map(({ line }) => line);
  assertEquals(
    lines("<!-- table: a/b -->\n<!-- /table -->\n<!-- typed: why -->\n<!-- /typed -->"),
    [],
  );
  assertEquals(lines("a\n<!-- tabel: a/b -->\n<!-- /table -->"), [2, 3]);
  assertEquals(lines("<!-- table: a/b -->\nnever closed"), [1]);
  assertEquals(lines("<!-- typed: -->\n<!-- /typed -->"), [1, 2]); // without a reason
  assertEquals(lines("`<!-- anything -->` in code"), []);
});

Deno.test("typedNumbers() finds measurements, and no versions, papers, code or links", () => {
  const found = (text: string) => typedNumbers(text).map(({ line, problem }) => [line, problem]);
  const problem = (number: string) => `a number that is not made from frames: ${number}`;
  assertEquals(found("by 0.07\nto −12.345."), [[1, problem("0.07")], [2, problem("12.345")]]);
  assertEquals(found("| a | 0.643 [0.612, 0.675] |").length, 3);
  assertEquals(
    found("Deno 2.9.12, arXiv 2502.18439v2, [a](b/1.25.md), `lr 0.001`, [0.12][a/b], τ = 0.1"),
    [],
  );
  assertEquals(found("<!-- typed: old -->\n0.12\n<!-- /typed -->\n0.34"), [[4, problem("0.34")]]);
  // Three signs in a line are no fence, and hide nothing behind them.
  assertEquals(found("```x``` begins\n0.12\n```y``` 0.34"), [[2, problem("0.12")], [
    3,
    problem("0.34"),
  ]]);
  assertEquals(found("```sh\n0.12\n```\n0.34\n``0.5`6``"), [[4, problem("0.34")]]);
  assertEquals(found("<!-- table: a/b -->\n0.12\n<!-- /table -->"), []);
});

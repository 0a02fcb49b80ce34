import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import {
  type ClaimFigure,
  countsOfVerdicts,
  darkPlotColors,
  decidingEvidence,
  idOfRuns,
  inlineSvg,
  MOST_SEEDS,
  reportPage,
  verdictOf,
} from "../../lib/report/mod.ts";
import { plotColors, plotTheme } from "../../lib/tracking/mod.ts";
import { report, section } from "./sample_report.ts";

const page = reportPage(report);
const countOf = (part: string | RegExp) => page.split(part).length - 1;

Deno.test("reportPage() escapes names of arms, titles and questions", () => {
  assertEquals(countOf(`<b>"A"`), 0);
  assertStringIncludes(page, "&lt;b&gt;&quot;A&quot; &amp; &#39;B&#39;&lt;/b&gt;");
  assertStringIncludes(page, "Does 1 &lt; 2?");
  assertStringIncludes(page, "It rises &amp; stays.");
});

Deno.test("reportPage() is the same for the same report, and runs nothing", () => {
  assertEquals(reportPage(report), page);
  assertEquals(countOf("<script"), 0);
  assertEquals(countOf(/ style="/), 0);
  const [, style] = page.match(/<style>([\s\S]*?)<\/style>/)!;
  const hash = createHash("sha256").update(style!).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'`.replaceAll("'", "&#39;");
  assertStringIncludes(page, policy);
});

Deno.test("every claim has a verdict, and the figure that decides it", () => {
  assertEquals(report.claims.map(verdictOf), ["not reproduced", "not run"]);
  assertEquals(decidingEvidence(report.claims[0]!)?.what, "second figure");
  assertEquals(decidingEvidence(report.claims[1]!), undefined);
  assertEquals(countsOfVerdicts(report.claims), "1 not reproduced, 1 not run");
  assertStringIncludes(page, "−0.300 [−0.400, −0.200]");
  assertMatch(page, /To run: <code>deno task reproduce other<\/code>/);
});

Deno.test("a figure that cannot be told says how many seeds would decide it", () => {
  const [first, ...others] = report.claims;
  const figure = { ...first!.evidence[0]!, verdict: "not distinguishable" as const };
  const pageWith = (seedsToDecide: number | null, more: readonly ClaimFigure[] = []) =>
    reportPage({
      ...report,
      claims: [{ ...first!, evidence: [{ ...figure, seedsToDecide }, ...more] }, ...others],
    });
  assertStringIncludes(pageWith(31), "; 31 seeds would decide it");
  assertStringIncludes(pageWith(null), `; more than ${MOST_SEEDS} seeds would decide it`);
  // Behind it, beside figures that are told.
  const told = { ...figure, verdict: "reproduced" as const };
  assertMatch(
    pageWith(31, [told]),
    /seeds to decide it<\/th>[\s\S]*<td class="number">31<\/td>[\s\S]*<td class="number"><\/td>/,
  );
  // Of a claim whose figures are all open, as many as the most demanding needs.
  const other = { ...figure, seedsToDecide: 77 };
  assertStringIncludes(pageWith(31, [other]), "; 77 seeds would decide it");
  assertStringIncludes(pageWith(null, [other]), `; more than ${MOST_SEEDS} seeds would decide it`);
  // Nothing to be told by more seeds where another figure is against it.
  assertEquals(
    pageWith(31, [{ ...figure, verdict: "not reproduced" }]).includes("would decide"),
    false,
  );
  assertEquals(page.includes("would decide"), false);
  assertEquals(page.includes("seeds to decide it"), false);
});

Deno.test("tables have a caption and heads, and rows of an arm lead to its runs", () => {
  const tables = page.match(/<table>[\s\S]*?<\/table>/g)!;
  // Figures of a claim, that over all results, the main table, that without discussion, the paper's, the runs.
  assertEquals(tables.length, 6);
  for (const table of tables) assertMatch(table, /<th scope="col"[\s\S]*<th scope="row"/);
  const href = "#game-runs-b-a-b-b";
  assertEquals(tables[2]!.split(`href="${href}"`).length - 1, 2); // the arm, and a model of it
  assertStringIncludes(page, `id="${href.slice(1)}"`);
  for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) assertStringIncludes(page, `id="${id}"`);
});

Deno.test("a row leads to the arm that it is of, where its first cell begins with another's name", () => {
  const table = section.tables[Object.keys(section.tables)[0]!]!;
  const [one, other] = ["one", "other"];
  const runs = [one, other].map((arm) => ({ ...section.runs[0]!, arm }));
  const rows = [one, `${one}: a model`].map((name) =>
    table.columns.map((_, i) => i === 0 ? name : null)
  );
  const linksOf = (rowArms?: string[]) => {
    const shown = { ...table, rows, ...(rowArms === undefined ? {} : { rowArms }) };
    const text = reportPage({
      ...report,
      sections: [{ ...section, runs, tables: { only: shown } }],
    });
    const [, html] = text.split('id="game-table-only"');
    return [...html!.split("</table>")[0]!.matchAll(/<th scope="row"[^>]*><a href="([^"]*)"/g)]
      .map(([, href]) => href);
  };
  const [toOne, toOther] = [one, other].map((arm) => `#${idOfRuns(section, arm)}`);
  assertEquals(linksOf(), [toOne, toOne]);
  assertEquals(linksOf([one, other]), [toOne, toOther]);
});

Deno.test("the table over all results leads to those that were run, and is missing where there is none", () => {
  const page = reportPage(report);
  const [, overview] = page.split('<h2 id="overview">');
  assertStringIncludes(overview!.split("<h2")[0]!, '<a href="#game">game</a>');
  assertEquals(overview!.split("<h2")[0]!.includes('href="#not_run"'), false);
  assertStringIncludes(page, '<a href="#overview">');
  const { overview: _, ...without } = report;
  assertEquals(reportPage(without).includes("overview"), false);
});

Deno.test("names of places in the page are there once", () => {
  const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id);
  assertEquals(ids.filter((id, i) => ids.indexOf(id) !== i), []);
});

Deno.test("runs lead to settings and discussions where these are, and say where not", () => {
  assertEquals(countOf('href="discussions/a.html"'), 1);
  assertEquals(countOf('href="settings/a.yaml"'), 1);
  assertEquals(countOf("not here"), 2);
  // Where no run has pages, one sentence says where they come from.
  const bare = section.runs.map(({ settings: _, discussions: __, ...run }) => run);
  const text = reportPage({ ...report, sections: [{ ...section, runs: bare }] });
  assertEquals(text.includes("not here"), false);
  assertMatch(text, /<code>deno task reproduce game<\/code>\s+makes the runs again/);
  assertEquals(text.includes('<th scope="col">discussions</th>'), false);
});

Deno.test("a result that was not run says so, with its command", () => {
  const [, missing] = page.split('<section id="other"');
  assertStringIncludes(missing!, "Not run yet.");
  assertStringIncludes(missing!, "deno task reproduce other");
});

Deno.test("inlineSvg() gives parts names of their own, and leaves describing to the page", () => {
  const svg = inlineSvg(section.pictures[0]!.svg, "one");
  assertStringIncludes(svg, 'id="one-clip0"');
  assertStringIncludes(svg, 'clip-path="url(#one-clip0)"');
  assert(!svg.includes("role=") && !svg.includes("#ffffff"));
  assertThrows(() => inlineSvg("<svg/>", 'a"b'), RangeError, "must be of a to z");
});

Deno.test("all colours of plots have one for dark pages", () => {
  const { title, axis } = plotTheme as {
    title: { color: string; subtitleColor: string };
    axis: { gridColor: string; labelColor: string };
  };
  const used = [...plotColors, title.color, title.subtitleColor, axis.gridColor, axis.labelColor];
  assertEquals(used.filter((color) => !Object.hasOwn(darkPlotColors, color)), []);
});

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  accuracyByArm,
  type ArmRun,
  baselineLines,
  baselineTables,
  comparedArms,
  headlineTable,
} from "../../lib/tracking/mod.ts";
import { cellsOf, discussed, formatEnds, renamed, run, twice } from "./answered_alone.ts";

Deno.test("baselineTables() shows what each way reaches, what it costs, and the difference to the best", () => {
  const tables = baselineTables([run(3, (question) => question % 4 > 0)]);
  assertEquals(Object.keys(tables), ["baselines"]);
  assertStringIncludes(tables.baselines!.title, "40 test questions of seed 3");
  const estimate = (cell: unknown) => (cell as { estimate: number } | null)?.estimate ?? null;
  const row = (way: string, model = "off-the-shelf") => {
    const [, , accuracy, answers, tokens, gigaFlops, difference] = cellsOf(
      tables.baselines!,
      way,
      model,
    );
    return [estimate(accuracy), answers, tokens, gigaFlops, estimate(difference)];
  };
  // A whole prompt of 10 at 1e9 operations a token, and an answer of 4 at 1e9 in all.
  assertEquals(row("one answer, as sampled"), [0.5, 1, 14, 11, null]);
  assertEquals(row("one answer, greedy"), [0.75, 1, 14, 11, null]);
  // A discussion has 2 × 2 answers of 5 + 4 tokens, 36. Two prompts of 5 and seven answers of 4 reach them.
  const flops = 7; // of the answers; the evaluation's prompts say 0
  assertEquals(row("best at equal tokens, by an oracle (ceiling)").slice(0, 4), [1, 7, 38, flops]);
  assertEquals(row("vote of 4").slice(1, 3), [4, 26]);
  // The mean is right in 1 of 2 in every fourth question: 0.875, above greedy in just these.
  const mean = "discussion, last turn: mean of the agents";
  assertEquals(row(mean, "MAPoRL"), [0.875, 4, 36, 0, 0.125]);
  assertEquals(row(mean), [0.5, 4, 36, 0, null]);
});

Deno.test("baselineTables() says in words which baseline is best, and whether it wins", () => {
  const captionOf = (greedy: (question: number) => boolean) =>
    baselineTables([twice(run(3, greedy))]).baselines!.caption!;
  const beaten = captionOf((question) => question % 4 > 0);
  assertStringIncludes(beaten, 'Best baseline: "one answer, greedy", off-the-shelf (0.750).');
  const mean = "discussion, last turn: mean of the agents";
  assertStringIncludes(beaten, `It loses to MAPoRL ("${mean}",`);
  const winning = captionOf(() => true);
  assertStringIncludes(winning, `It wins against MAPoRL ("${mean}",`);
  // Right in the same questions as the agents, but for one of them.
  const even = captionOf((question) => question > 4);
  assert(!even.includes(`wins against MAPoRL ("${mean}"`), even);
  assertStringIncludes(even, "It cannot be told from MAPoRL");
});

Deno.test("baselineTables() adjusts the p-values of the four ways of reading a trained discussion, and its verdict", () => {
  const greedy = (question: number) => question % 4 > 0;
  const { rows, caption, columns } = baselineTables([run(3, greedy)]).baselines!;
  assertEquals(columns.at(-1)!.title, "p (Holm)");
  // Agent 1 alone is right in 10 of 40 questions, each of which rises by a half: with w = z², Bonett and Price's
  // interval ends at 0 where 25·(1 + w/(40 + w/2)) = w·(2.5 + w/2), so w = 5.411, z = 2.326, p = 0.0200. Vote and
  // verifier share these halves: 4 · 0.0200. Of all turns questions rise by 3/4, fall by 1/2, stay, fall by 1/2:
  // -1/16 with a standard error of 0.082, p near 0.45.
  const trained = rows.filter(([model, way]) =>
    model === "MAPoRL" && `${way}`.startsWith("discussion")
  );
  const ps = trained.map((row) => `${row.at(-1)}`);
  assertEquals(ps.slice(0, 3), Array(3).fill("0.080‡"));
  assertMatch(ps[3]!, /^0\.4\d\d‡$/);
  assertEquals(rows.filter((row) => row.at(-1) !== null).length, 4);
  assertStringIncludes(caption!, "It cannot be told from MAPoRL");
  assertStringIncludes(caption!, "adjusted by Holm for the 4 differences of this table");
});

Deno.test("tables say so where several questions have the same text", () => {
  const one = run(3, (question) => question % 4 > 0);
  const other: ArmRun = {
    ...one,
    seed: 4,
    evaluations: renamed(one.evaluations),
    baselines: renamed(one.baselines),
  };
  const captions = (runs: readonly ArmRun[]) =>
    [baselineTables(runs).baselines!, headlineTable(runs), accuracyByArm(runs)]
      .map(({ caption = "" }) => /The \d+ questions have \d+ different texts/.exec(caption)?.[0]);
  const shared = "The 80 questions have 40 different texts";
  assertEquals(captions([one, { ...one, seed: 4 }]), [shared, shared, shared]);
  assertEquals(captions([one, other]), Array(3).fill(undefined));
  assertEquals(captions([one]), Array(3).fill(undefined));
  // Questions of one seed, each of which was asked twice under another name.
  const again = <Row extends { questionHash: string }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, questionHash: row.questionHash.replace("other ", "") }));
  const { evaluations, baselines, ...place } = twice(one);
  const repeated = { ...place, evaluations: again(evaluations), baselines: again(baselines) };
  assertEquals(captions([repeated]), [shared, shared, shared]);
});

Deno.test("baselineTables() pools seeds and tells the difference of each", () => {
  const runs = [run(3, (question) => question % 4 > 0), run(4, (question) => question % 2 > 0)];
  const { baselines: table } = baselineTables(runs);
  assertStringIncludes(table!.title, "80 test questions of seeds 3, 4");
  assertEquals(table!.columns.filter(({ title }) => title === "over seeds").length, 2);
  const mean = cellsOf(table!, "discussion, last turn: mean of the agents", "MAPoRL");
  // Of two seeds t is 12.7; both reach 0.875, so that only the differences lie apart.
  assertEquals(mean[3], formatEnds(mean[2]));
  assertEquals(mean.at(-2), "[-1.000, 1.000]");
  assertEquals(cellsOf(table!, "one answer, greedy", "off-the-shelf")[3], null);
  assertStringIncludes(table!.caption!, "It cannot be told from MAPoRL");
  assertStringIncludes(table!.caption!, '"over seeds" is the interval for new training runs');
  // Greedy: 0.75 and 0.5; the trained mean 0.875 in both.
  assertMatch(
    table!.caption!,
    /mean of the agents" minus the best baseline of the seed itself: 0\.125 \[\S+, \S+\]†? \(seed 3\), 0\.\d+ \[/,
  );
});

Deno.test("baselineTables() and headlineTable() name validation questions, and leave out those between updates", () => {
  const tested = run(3, (question) => question % 4 > 0);
  const named = <Row extends { evaluation: string }>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, evaluation: "validation" }));
  const chosen = {
    ...tested,
    evaluations: named([...discussed("MAPoRL", 1, () => false), ...tested.evaluations]),
    baselines: named(tested.baselines),
  };
  const tablesOf = (of: ArmRun) => [baselineTables([of]).baselines!, headlineTable([of])];
  const expected = tablesOf(tested).map((table) => ({
    ...table,
    title: table.title.replace("40 test questions of seed 3", "40 validation questions of seed 3"),
  }));
  assertEquals(tablesOf(chosen), expected);
  assert(expected.every(({ title }) => title.includes("validation questions")));
});

Deno.test("headlineTable() shows what is asked for first, and the caption names the best of all", () => {
  const runs = [run(3, (question) => question % 4 > 0), run(4, (question) => question % 4 > 0)];
  const { rows, caption, title } = headlineTable(runs);
  assertStringIncludes(title, "80 test questions of seeds 3, 4");
  assertEquals(rows.map(([model, way]) => `${model}: ${way}`), [
    "off-the-shelf: one answer, as sampled",
    "off-the-shelf: one answer, greedy",
    "off-the-shelf: vote of 4",
    "off-the-shelf: best of 4, by the verifier",
    "off-the-shelf: best at equal tokens, by the verifier",
    "off-the-shelf: best at equal tokens, by an oracle (ceiling)",
    "off-the-shelf: discussion, last turn: mean of the agents",
    "off-the-shelf: discussion, last turn: vote",
    "off-the-shelf: discussion, last turn: best by the verifier",
    "off-the-shelf: discussion, all turns: best by the verifier",
    "MAPoRL: discussion, last turn: mean of the agents",
    "MAPoRL: discussion, last turn: vote",
    "MAPoRL: discussion, last turn: best by the verifier",
    "MAPoRL: discussion, all turns: best by the verifier",
  ]);
  assertStringIncludes(caption!, 'Best baseline: "one answer, greedy", off-the-shelf (0.750).');
  assertEquals(headlineTable([{ ...runs[0]!, baselines: [] }]).rows, []);
});

Deno.test("baselineTables() has a table for each arm, and none where nobody answered alone", () => {
  const one = run(3, () => true);
  const tables = baselineTables([one, { ...one, arm: "the other's" }]);
  assertEquals(Object.keys(tables), ["baselines_maporl", "baselines_the_other_s"]);
  assertStringIncludes(tables.baselines_the_other_s!.title, "(the other's; ");
  assertEquals(baselineTables([{ ...one, baselines: [] }]), {});
});

Deno.test("baselineLines() are the best single answer and the best of several, the simplest of equals", () => {
  const linesOf = (greedy: (question: number) => boolean) =>
    baselineLines(comparedArms([run(3, greedy)]).get("MAPoRL")!.all);
  const [single, several, ...more] = linesOf(() => true);
  assertEquals([single, more], [{ name: "off-the-shelf, one answer, greedy", y: 1 }, []]);
  assertEquals(several!.y, 0.5);
  assertEquals(linesOf(() => false)[0]!.name, "off-the-shelf, one answer, as sampled");
  assertEquals(baselineLines(undefined), []);
});

Deno.test("baselineTables() keeps what costs as much where one seed has sampled less than the other", () => {
  const whole = run(3, (question) => question % 4 > 0);
  const other = run(4, (question) => question % 4 > 0);
  // Six answers of seven that cost as much.
  const capped = { ...other, baselines: other.baselines.filter(({ sample }) => sample < 3) };
  const { baselines: table } = baselineTables([whole, capped]);
  const ways = table!.rows.filter(([model]) => model === "off-the-shelf").map(([, way]) => way);
  const rules = ["by the verifier", "by an oracle (ceiling)"];
  for (const by of rules) {
    assert(ways.includes(`best of all sampled, at fewer tokens, ${by}`), ways.join("; "));
    assert(!ways.includes(`best at equal tokens, ${by}`));
  }
  assertEquals(table!.rows.length, baselineTables([whole]).baselines!.rows.length);
});

Deno.test("headlineTable() shows who begins trained beside what it answers alone", () => {
  const begun = run(3, () => true);
  const named = <Row extends { model: string; update: number }>(rows: readonly Row[]) =>
    rows.filter(({ update }) => update === 0).map((row) => ({ ...row, model: "before training" }));
  const evaluations = named(begun.evaluations);
  const again = evaluations.map((row) => ({ ...row, model: "before training again" }));
  const { rows } = headlineTable([{
    ...begun,
    evaluations: [...evaluations, ...again],
    baselines: named(begun.baselines),
  }]);
  assert(rows.some(([, way]) => way === "one answer, greedy"));
});

Deno.test("baselineTables() leave operations empty that are not known, and say so", () => {
  const known = run(3, (question) => question % 4 > 0);
  const unknown = known.baselines.map((row) =>
    row.method === "sampled" ? { ...row, responseFlops: null } : row
  );
  const { baselines: table } = baselineTables([{ ...known, baselines: unknown }]);
  const flops = (way: string) => cellsOf(table!, way, "off-the-shelf")[5];
  assertEquals([flops("one answer, as sampled"), flops("vote of 4")], [null, null]);
  assertEquals(flops("one answer, greedy"), 11);
  const note = "Operations are empty where they are not known, as of a model behind a server.";
  assertStringIncludes(table!.caption!, note);
  assert(!JSON.stringify(table).includes("NaN"));
  const { baselines: whole } = baselineTables([known]);
  assertEquals(whole!.caption!.includes(note), false);
});

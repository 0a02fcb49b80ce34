import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { answersCommand } from "../../experiments/answers.ts";
import { dataCommand } from "../../experiments/data.ts";
import { CheckpointError, ConfigError } from "../../lib/core/mod.ts";
import { loadTinygsmTask, takeQuestions, type Task } from "../../lib/tasks/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const all = (task: Task, split: string) =>
  takeQuestions(task.questions(split), { count: task.questions(split).size! });

const row = (question: string, value: string) => ({
  question,
  code: `def simple_math_problem() -> int:\n    """${question}"""\n    return ${value}\n`,
});
const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");

/** `deno task data` or `deno task answers` in a folder, with what it printed. */
function commandIn(folder: string) {
  return async (task: "data" | "answers", ...args: string[]) => {
    const printed: string[] = [];
    const code = await (task === "data" ? dataCommand : answersCommand)(args, {
      root: folder,
      print: (line) => printed.push(line),
    });
    return { code, text: printed.join("\n") };
  };
}

const sizes = { train: 3, validation: 1, test: 1, verifier: 1, decimals: 0, maxBadRows: 0.5 };
const ROWS = [
  row("What is 1 + 1?", "1 + 1"),
  row("What is 1 / 0?", "1 / 0"),
  { question: "What is it?" },
  row("What is 7 / 2?", "7 / 2"),
  row("What is 0.1 + 0.2 + 2.7?", "0.1 + 0.2 + 2.7"), // 3.0000000000000004
  row("What is 1 + 1?", "2"), // asked before
  row("What is 2 - 3?", "2 - 3"),
  row("What is 3 * 3?", "3 * 3"),
  row("What is -0?", "-0.0"),
  row("What is 2 to the 40?", "2 ** 40"),
];

Deno.test("tinygsm: deno task data get runs the programs once, and the task reads what they return", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    await Deno.mkdir(`${folder}/from`);
    await Deno.writeTextFile(`${folder}/from/a.jsonl`, lines(ROWS));
    const place = `${folder}/tinygsm`;
    const early = await assertRejects(() => run("answers", "tinygsm"), ConfigError);
    assertEquals(early.remedy, "Get them with: deno task data get tinygsm");
    const got = await run("data", "get", "tinygsm", "--mirror", `${folder}/from`);
    assertStringIncludes(got.text, "deno task answers tinygsm");
    assertEquals((await run("data", "check", "tinygsm")).code, 1); // nothing is kept yet
    const first = await run("answers", "tinygsm", "--rows", "4");
    assertStringIncludes(first.text, "answers: 4 of 4 programs have run");
    assertStringIncludes(first.text, "the first of the set; 2 return no number, the first in");
    assertStringIncludes(first.text, "a.jsonl, row 2: it must run, and ends with ZeroDivision");

    // Those behind the first run later, and whoever has all runs none.
    const more = await run("answers", "tinygsm", "--rows", "100");
    assertStringIncludes(more.text, "answers: 10 of 10 programs have run");
    assertStringIncludes(more.text, "What 10 programs return is kept, all of the set");
    const again = await run("answers", "tinygsm");
    assert(!again.text.includes("have run"), again.text);
    const checked = await run("data", "check", "tinygsm");
    assertEquals(checked.code, 0);
    assertStringIncludes(
      checked.text,
      "tinygsm: good    what 10 programs return; 2 return no number",
    );

    const task = await loadTinygsmTask({ folder: place, ...sizes });
    assertEquals(all(task, "train"), [
      { id: "tinygsm/1/1", text: "What is 1 + 1?", gold: "2" },
      { id: "tinygsm/1/5", text: "What is 0.1 + 0.2 + 2.7?", gold: "3" },
      { id: "tinygsm/1/7", text: "What is 2 - 3?", gold: "-1" },
    ]);
    const golds = (of: Task, split: string) => all(of, split).map(({ gold }) => gold);
    assertEquals(golds(task, "validation"), ["9"]);
    assertEquals([golds(task, "test"), golds(task, "verifier")], [["0"], ["1099511627776"]]);
    const notes = task.notes!.join("\n");
    assertStringIncludes(notes, "Left out 2 of 10 rows of");
    assertStringIncludes(notes, "line 2, as its program: it must run, and ends with ZeroDivision");
    assertStringIncludes(notes, "line 3, as its program: it must have");
    assertStringIncludes(notes, "Left out 1 of 10 problems whose answers have more decimals");
    assertStringIncludes(notes, "Left out 1 of 10 problems that were asked before");
    assertEquals([task.isCorrect("2", "2"), task.isCorrect("2.0", "2")], [true, true]);

    const exact = await loadTinygsmTask({ folder: place, ...sizes, decimals: 1 });
    assertEquals(golds(exact, "train"), ["2", "3.5", "3"]);
    const official = await loadTinygsmTask({ folder: place, ...sizes, compat: "official" });
    assertEquals(golds(official, "train"), ["2", "3", "9"]);
    const short = await loadTinygsmTask({ folder: place, ...sizes, test: 7 });
    assertEquals(golds(short, "train"), ["2", "3", "-1"]);
    const error = await assertRejects(async () => await short.questions("test"), ConfigError);
    assertStringIncludes(error.message, "there must be 11 usable problems for task.train=3");
    assertEquals(error.remedy, "Set them so that they add up to 6 or less");
    await assertRejects(
      () => loadTinygsmTask({ folder: place, ...sizes, maxBadRows: 0.1 }),
      ConfigError,
      "may be bad (task.maxBadRows): line 2, as its program: it must run",
    );
  });
});

Deno.test("tinygsm: what is kept must be of the files that are there, and as it was written", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    const place = `${folder}/tinygsm`;
    const load = () => loadTinygsmTask({ folder: place, ...sizes, train: 1 });
    const nothing = await assertRejects(load, ConfigError, "it must hold what the programs of");
    assertStringIncludes(
      nothing.remedy!,
      "deno task data get tinygsm, and run its programs with: deno task answers tinygsm",
    );
    await Deno.mkdir(`${folder}/from`);
    const get = async () => {
      await run("data", "get", "tinygsm", "--mirror", `${folder}/from`);
      return await run("answers", "tinygsm");
    };
    await Deno.writeTextFile(`${folder}/from/a.jsonl`, lines(ROWS.slice(0, 1)));
    await get();
    const file = `${place}/answers/answers.parquet`;
    const bytes = await Deno.readFile(file);
    for (const damaged of [bytes.map((byte, i) => i === 30 ? byte ^ 1 : byte), bytes.slice(9)]) {
      await Deno.writeFile(file, damaged);
      await assertRejects(load, CheckpointError, "answers/answers.parquet as it must");
      assertEquals((await run("data", "check", "tinygsm")).code, 1);
      assertStringIncludes((await get()).text, "1 of 1 programs have run");
      assertEquals(all(await load(), "train").length, 1);
    }
    // Another file of problems: what was kept says nothing of it.
    for (const name of ["a.jsonl", "manifest.json"]) await Deno.remove(`${place}/${name}`);
    await Deno.writeTextFile(`${folder}/from/a.jsonl`, lines(ROWS.slice(7)));
    await assertRejects(load, CheckpointError, "it must be of this data set: its sources");
    assertStringIncludes((await get()).text, "3 of 3 programs have run");
    assertEquals(all(await load(), "train").map(({ gold }) => gold), ["9"]);
    // A file that was changed after it arrived is not run.
    await Deno.writeTextFile(`${place}/a.jsonl`, lines(ROWS));
    await assertRejects(() => run("answers", "tinygsm"), CheckpointError, "as it arrived");
  });
});

Deno.test("deno task answers refuses what it does not know, with what there is", async () => {
  await withTempFolder(async (folder) => {
    const run = commandIn(folder);
    const cases: [args: string[], message: string][] = [
      [["tinygsn"], "Did you mean tinygsm?"],
      [["gsm8k"], "there is no data set with programs of that name"],
      [["tinygsm", "more"], "Cannot take more"],
      [["tinygsm", "--row", "1"], "Cannot take --row"],
      [["tinygsm", "--rows", "many"], "it must be a whole number from 1: many"],
      [["tinygsm", "--rows", "0"], "it must be a whole number from 1: 0"],
    ];
    for (const [args, message] of cases) {
      const error = await assertRejects(() => run("answers", ...args), ConfigError, message);
      assert(error.remedy !== undefined, args.join(" "));
    }
    assert((await run("answers")).text.startsWith("Usage: deno task answers NAME"));
  });
});

const sample = sharedPath("data/tinygsm");

Deno.test({
  name: "tinygsm: a sample of real problems is asked with the answers of its programs",
  ignore: sample === undefined,
  async fn() {
    await withTempFolder(async (folder) => {
      const run = commandIn(folder);
      await run("data", "get", "tinygsm", "--mirror", sample!);
      await run("answers", "tinygsm", "--rows", "200");
      const task = await loadTinygsmTask({ folder: `${folder}/tinygsm`, ...sizes, train: 100 });
      assertEquals(all(task, "train").length, 100);
      const recorded = new Map<string, number>();
      const text = await Deno.readTextFile(`${sample}/tinygsm_sample.jsonl`);
      for (const line of text.trimEnd().split("\n").slice(0, 200)) {
        const { question, answer } = JSON.parse(line);
        recorded.set(question, answer);
      }
      for (const { text, gold } of all(task, "train")) {
        assertEquals(Number(gold), recorded.get(text), text);
      }
    });
  },
});

import { assert, assertEquals, assertRejects } from "@std/assert";
import pl from "nodejs-polars";
import { ConfigError } from "../../lib/core/mod.ts";
import { cutQuestions, loadGsm8kTask, takeQuestions, type Task } from "../../lib/tasks/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const all = (task: Task, split: string) =>
  takeQuestions(task.questions(split), { count: task.questions(split).size! });

const rows = Array.from({ length: 40 }, (_, i) => ({
  question: `What is ${i} + 1,000?`,
  answer: `${i} + 1000 = <<${i}+1000=${i + 1000}>>${i + 1000}\n#### 1,${
    String(i).padStart(3, "0")
  }`,
}));
const lines = (some: readonly unknown[]) => some.map((row) => JSON.stringify(row)).join("\n");
const sizes = { validation: 5, verifier: 10, maxBadRows: 0 };

Deno.test("loadGsm8kTask() reads questions and the gold answers behind ####, and grades", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/test.jsonl`, lines(rows.slice(0, 3)));
    const task = await loadGsm8kTask({ folder, ...sizes });
    assertEquals(all(task, "test"), [
      { id: "gsm8k/test/1", text: "What is 0 + 1,000?", gold: "1000" },
      { id: "gsm8k/test/2", text: "What is 1 + 1,000?", gold: "1001" },
      { id: "gsm8k/test/3", text: "What is 2 + 1,000?", gold: "1002" },
    ]);
    const missing = await assertRejects(async () => await task.questions("train"), ConfigError);
    const message =
      `must hold one of train.jsonl, train.parquet, train.csv, main/train.*: it does not`;
    assert(missing.message.includes(message), missing.message);
    assert(missing.message.includes("and has test\n"), missing.message);
    assertEquals(
      missing.remedy,
      "Get the data set with: deno task data get gsm8k, or name its folder with task.folder",
    );
    await assertRejects(
      async () => await task.questions("tset"),
      ConfigError,
      "Did you mean test?",
    );
    const official = await loadGsm8kTask({ folder, ...sizes, compat: "official" });
    const cases: [text: string, paper: boolean, official: boolean][] = [
      ["Answer: \\boxed{1000}", true, true],
      ["so \\boxed{1,000}", true, true],
      ["\\boxed{$1,000.00}", true, false],
      ["\\boxed{1000 \\text{ dollars}}", true, true],
      ["\\boxed{\\frac{2000}{2}}", true, false], // official: digits in a row
      ["It is 1000", true, true],
      ["7 and 3, so 1000", true, false], // official: 731000
      ["\\boxed{1000\n}", true, true],
      ["\\boxed{999} or \\boxed{1000}", true, true],
      ["\\boxed{1000} or \\boxed{999}", false, false],
      ["\\boxed{1e3}", true, false],
      ["\\boxed{}", false, false],
      ["-1000", false, false],
      ["", false, false],
    ];
    for (const [text, paper, code] of cases) {
      const grade = ({ extract, isCorrect }: Task) => isCorrect(extract(text).answer, "1000");
      assertEquals([grade(task), grade(official)], [paper, code], text);
    }
  });
});

Deno.test("loadGsm8kTask() cuts the training file by content: the same in whatever file and order", async () => {
  await withTempFolder(async (folder) => {
    const load = async (name: string, content: string | Uint8Array, more = {}) => {
      await Deno.mkdir(`${folder}/${name}/main`, { recursive: true });
      const path = `${folder}/${name}/${name.startsWith("hub") ? "main/" : ""}train`;
      const ending = typeof content === "string" ? "jsonl" : "parquet";
      const file = `${path}${ending === "parquet" ? "-00000-of-00001" : ""}.${ending}`;
      await Deno.writeFile(
        file,
        typeof content === "string" ? new TextEncoder().encode(content) : content,
      );
      return await loadGsm8kTask({ folder: `${folder}/${name}`, ...sizes, ...more });
    };
    const frame = pl.DataFrame({
      question: rows.map(({ question }) => question),
      answer: rows.map(({ answer }) => answer),
    });
    const task = await load("own", lines(rows));
    // deno-lint-ignore no-explicit-any -- polars lacks the type: without a path it gives the bytes
    const hub = await load("hub", (frame as any).writeParquet({ compression: "zstd" }));
    const reversed = await load("reversed", lines(rows.toReversed()));
    assertEquals(hub.version, task.version);
    for (const [split, size] of [["validation", 5], ["verifier", 10], ["train", 25]] as const) {
      assertEquals(all(task, split).length, size);
      assertEquals(all(hub, split), all(task, split));
      const texts = (of: Task) => all(of, split).map(({ text }) => text);
      assertEquals(texts(reversed), texts(task).toReversed());
    }
    // More for the verifier takes nothing from validation.
    const larger = await load("own", lines(rows), { verifier: 35 });
    assertEquals(all(larger, "validation"), all(task, "validation"));
    await assertRejects(
      async () => await larger.questions("train"),
      ConfigError,
      "its splits are validation, verifier: there is no train",
    );
    // What cannot be cut off is refused where it is asked for, and nothing else.
    const short = await load("own", lines(rows), { verifier: 36 });
    assertEquals(all(short, "validation"), all(task, "validation"));
    for (const split of ["verifier", "train"]) {
      const error = await assertRejects(
        async () => await short.questions(split),
        ConfigError,
        "Cannot cut off task.validation=5 and task.verifier=36 questions as the training file",
      );
      assertEquals(error.remedy, "Set them so that they add up to 40 or less");
    }
  });
});

Deno.test("cutQuestions() orders by SHA-256 of the text", () => {
  const questions = ["a", "b", "c"].map((text) => ({ id: text, text, gold: "1" }));
  // sha256: a = ca97…, b = 3e23…, c = 2e7d…
  const ids = (part: readonly { id: string }[] | ConfigError) =>
    part instanceof ConfigError ? part.message.split("\n")[0] : part.map(({ id }) => id);
  const { first, rest } = cutQuestions(questions, { first: 2 });
  assertEquals([first, rest].map(ids), [["c", "b"].toSorted(), ["a"]]);
  const short = cutQuestions(questions, { first: 1, none: 0, second: 3 });
  const refusal = "Cannot cut off task.first=1 and task.second=3 questions as the training file " +
    "must have as many: it has 3";
  assertEquals([short.first, short.none, short.second, short.rest].map(ids), [
    ["c"],
    [],
    refusal,
    refusal,
  ]);
});

Deno.test("loadGsm8kTask() discusses the test where the training file is short", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/train.jsonl`, lines(rows.slice(0, 3)));
    await Deno.writeTextFile(`${folder}/test.jsonl`, lines(rows.slice(3, 5)));
    const task = await loadGsm8kTask({ folder, validation: 473, verifier: 3000, maxBadRows: 0 });
    assertEquals(all(task, "test").length, 2);
    await assertRejects(
      async () => await task.questions("validation"),
      ConfigError,
      "Cannot cut off task.validation=473 questions as the training file must have as many: it has 3",
    );
    await assertRejects(
      async () => await task.questions("train"),
      ConfigError,
      "Cannot cut off task.validation=473",
    );
    // Where that is all there is, it is said at once.
    await Deno.remove(`${folder}/test.jsonl`);
    await assertRejects(
      () => loadGsm8kTask({ folder, validation: 473, verifier: 0, maxBadRows: 0 }),
      ConfigError,
      "Cannot cut off task.validation=473",
    );
  });
});

Deno.test("loadGsm8kTask() names the row of a question that is too long", async () => {
  await withTempFolder(async (folder) => {
    const long = { question: "1 + ".repeat(6000) + "1?", answer: "#### 6001" };
    const huge = { question: "x".repeat(10_000_000), answer: "#### 1" };
    const write = (row: object, name: string) =>
      Deno.writeTextFile(`${folder}/${name}`, lines([...rows.slice(0, 9), row]));
    for (
      const [row, problem] of [
        [
          long,
          "its question must have at most 20000 characters (task.maxQuestionLength), and has 24002",
        ],
        [huge, "it must have at most 1048576 characters"],
      ] as const
    ) {
      await write(row, "test.jsonl");
      const error = await assertRejects(() => loadGsm8kTask({ folder, ...sizes }), ConfigError);
      assert(error.message.includes("Cannot use 1 of 10 rows of"), error.message);
      assert(error.message.includes(`line 10, as ${problem}`), error.message);
      const task = await loadGsm8kTask({ folder, ...sizes, maxBadRows: 0.1 });
      assertEquals(all(task, "test").length, 9);
    }
    await write(long, "test.jsonl");
    const task = await loadGsm8kTask({ folder, ...sizes, maxQuestionLength: 24_002 });
    assertEquals(all(task, "test").length, 10);
  });
});

Deno.test("loadGsm8kTask() leaves out a few bad rows with a note, and refuses many", async () => {
  await withTempFolder(async (folder) => {
    const bad = [...rows.slice(0, 19), { question: "How many?", answer: "#### many" }];
    await Deno.writeTextFile(`${folder}/test.jsonl`, lines(bad));
    const task = await loadGsm8kTask({ folder, ...sizes, maxBadRows: 0.05 });
    assertEquals(all(task, "test").length, 19);
    assertEquals(task.notes!.length, 1);
    const [note] = task.notes!;
    assert(note!.startsWith("Left out 1 of 20 rows of ") && note!.includes("line 20, as "), note);
    await assertRejects(
      () => loadGsm8kTask({ folder, ...sizes, maxBadRows: 0.04 }),
      ConfigError,
      "may be bad (task.maxBadRows): line 20",
    );
    // What the test asks is not trained on.
    await Deno.writeTextFile(`${folder}/train.jsonl`, lines(rows));
    const both = await loadGsm8kTask({ folder, ...sizes, maxBadRows: 0.05 });
    const asked = new Set(all(both, "test").map(({ text }) => text));
    const others = ["train", "validation", "verifier"].flatMap((split) => all(both, split));
    assertEquals(others.length, 40 - 19);
    assertEquals(others.filter(({ text }) => asked.has(text)), []);
    assert(both.notes!.some((line) => line.endsWith("which test has too")), both.notes!.join("\n"));
    await Deno.writeTextFile(`${folder}/test.jsonl`, "\n");
    await assertRejects(() => loadGsm8kTask({ folder, ...sizes }), ConfigError, "it is empty");
    await assertRejects(
      () => loadGsm8kTask({ folder: `${folder}/none`, ...sizes }),
      ConfigError,
      "deno task data get gsm8k, or name its folder with task.folder",
    );
  });
});

const gsm8k = sharedPath("data/gsm8k");

Deno.test({
  name: "loadGsm8kTask() reads all of GSM8K, and no question is in two splits",
  ignore: !gsm8k,
  async fn() {
    const task = await loadGsm8kTask({
      folder: gsm8k!,
      validation: 473,
      verifier: 3000,
      maxBadRows: 0,
    });
    assertEquals(task.notes, []);
    const sizes = ["train", "verifier", "validation", "test"].map((split) =>
      all(task, split).length
    );
    assertEquals(sizes, [4000, 3000, 473, 1319]);
    const texts = ["train", "verifier", "validation", "test"]
      .flatMap((split) => all(task, split).map(({ text }) => text.trim()));
    assertEquals(new Set(texts).size, 7473 + 1319);
    const first = all(task, "test")[0]!;
    assert(first.text.startsWith("Janet’s ducks lay 16 eggs per day."));
    assertEquals(first.gold, "18");
    const paper = await loadGsm8kTask({
      folder: gsm8k!,
      validation: 10,
      verifier: 7463,
      maxBadRows: 0,
    });
    assertEquals([all(paper, "verifier").length, all(paper, "validation").length], [7463, 10]);
  },
});

import { assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { checkNeeds, loadJsonlTask, parseQuestions, takeQuestions } from "../../lib/tasks/mod.ts";

const NUMBERS = { path: "a.jsonl", prefix: "jsonl/train", answers: "number" } as const;
const LABELS = { ...NUMBERS, answers: "label" } as const;

Deno.test("parseQuestions() reads numbers in every way that people write them", () => {
  const golds = ["7", "7.0", "1,080", "-3", "6/4", "3 * 2 = 6\n#### 1,080"];
  const lines = golds.map((answer) => JSON.stringify({ question: "q", answer }));
  const read = (line: string) => {
    try {
      return parseQuestions(line, NUMBERS)[0]!.gold;
    } catch {
      return "refused";
    }
  };
  // A thousands comma outside of GSM8K's mark is refused: it is a decimal comma elsewhere.
  assertEquals(lines.map(read), ["7", "7", "refused", "-3", "1.5", "1080"]);
  assertEquals(read('{"question": "q", "answer": 12.50}'), "12.5");
});

Deno.test("parseQuestions() takes every number exactly as it is written, with an exponent too", () => {
  const cases: [written: string, gold: string][] = [
    ["9007199254740993", "9007199254740993"], // the double next to it ends in 2
    ["0.12345678901234567890", "0.1234567890123456789"],
    ["0.0000001", "0.0000001"],
    ["1e-7", "0.0000001"],
    ["-2.5E3", "-2500"],
    ["1e21", "1000000000000000000000"],
    ["-0", "0"],
  ];
  for (const [written, gold] of cases) {
    for (const answer of [written, `"${written}"`]) {
      const line = `{"question": "q", "answer": ${answer}}`;
      assertEquals(parseQuestions(line, NUMBERS)[0]!.gold, gold, line);
    }
  }
  for (const answer of ["1e9999", '"e5"', '"--1"', '"1e"', '{"answer": 1}']) {
    assertThrows(
      () => parseQuestions(`{"question": "q", "answer": ${answer}}`, NUMBERS),
      ConfigError,
      '"answer" must be a number such as 7, -0.5, 1e-7, "2/3", or a text that ends in "#### 1,080"',
    );
  }
});

Deno.test("parseQuestions() names questions by their id or else by their line", () => {
  const text = [
    '\uFEFF{"question": "a", "answer": "neutral"}\r',
    "",
    '{"id": "x", "question": "b", "answer": "entailment"}',
    '{"id": 9, "question": "c", "answer": "contradiction"}',
    "",
  ].join("\n");
  assertEquals(parseQuestions(text, LABELS), [
    { id: "jsonl/train/1", text: "a", gold: "neutral" },
    { id: "jsonl/train/x", text: "b", gold: "entailment" },
    { id: "jsonl/train/9", text: "c", gold: "contradiction" },
  ]);
});

Deno.test("parseQuestions() names the line that is no question", () => {
  const good = '{"id": "x", "question": "a", "answer": 1}';
  const cases: [string, string][] = [
    ["{", "line 2 of a.jsonl as it must be one JSON object ("],
    ["[1]", "line 2 of a.jsonl as it must be one JSON object: "],
    ['{"answer": 1}', 'line 2 of a.jsonl as "question" must be a text'],
    ['{"question": " ", "answer": 1}', '"question" must be a text, not empty'],
    ['{"question": 1, "answer": 1}', '"question" must be a text, not empty'],
    ['{"question": "a"}', '"answer" must be a number'],
    ['{"question": "a", "answer": "five"}', '"answer" must be a number'],
    ['{"question": "a", "answer": "#### 1 or 2"}', '"answer" must be a number'],
    ['{"question": "a", "answer": null}', '"answer" must be a number'],
    ['{"question": "a", "answer": 1, "anser": 2}', "must have no keys but id, question, answer"],
    ['{"question": "a", "answer": 1, "answer": 2}', 'the key "answer" stands twice'],
    ['{"id": [], "question": "a", "answer": 1}', '"id" must be a text or number'],
    [good, "id must differ from that of line 1"],
  ];
  for (const [line, message] of cases) {
    assertThrows(() => parseQuestions(`${good}\n${line}\n${good}`, NUMBERS), ConfigError, message);
  }
  assertThrows(
    () => parseQuestions('{"question": "a", "answer": 1}', LABELS),
    ConfigError,
    '"answer" must be one of entailment, neutral, contradiction',
  );
  assertThrows(() => parseQuestions("\n", NUMBERS), ConfigError, "at least one question");
});

async function withTask(
  check: (task: Awaited<ReturnType<typeof loadJsonlTask>>, folder: string) => unknown,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const lines = (count: number, before: string) =>
      Array.from(
        { length: count },
        (_, i) => JSON.stringify({ question: `${before}${i}`, answer: i }),
      ).join("\n");
    await Deno.writeTextFile(`${folder}/train.jsonl`, lines(10, ""));
    await Deno.writeTextFile(`${folder}/test.jsonl`, lines(3, "held out "));
    const files = { train: `${folder}/train.jsonl`, test: `${folder}/test.jsonl` };
    await check(await loadJsonlTask({ files, answers: "number" }), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("loadJsonlTask() has sets that end, in the order of their files", () =>
  withTask((task) => {
    const set = task.questions("train");
    assertEquals(set.size, 10);
    assertEquals(takeQuestions(set, { from: 8, count: 2 }).map(({ text }) => text), ["8", "9"]);
    for (const index of [10, -1, 0.5, NaN]) {
      assertThrows(() => set.at(index), RangeError, "below 10");
    }
    assertThrows(
      () => task.questions("tset"),
      ConfigError,
      "as its splits are test, train: there is no tset\n  Did you mean test? Else give the task questions for tset",
    );
    const { message } = assertThrows(() => task.questions("validation"), ConfigError);
    assertEquals(message.split("\n")[1], "  Give the task questions for validation");
  }));

Deno.test("loadJsonlTask() has another version when a file is another, or stands for another split", () =>
  withTask(async ({ version }, folder) => {
    const versionOf = async (files: Record<string, string>) =>
      (await loadJsonlTask({ files, answers: "number" })).version;
    const [train, test] = [`${folder}/train.jsonl`, `${folder}/test.jsonl`];
    assertEquals(await versionOf({ test, train }), version);
    assertNotEquals(await versionOf({ test: train, train: test }), version);
    await Deno.writeTextFile(test, '{"question": "held out 0", "answer": 1}');
    assertNotEquals(await versionOf({ train, test }), version);
    await assertRejects(() => versionOf({ test: `${folder}/no` }), Error, "no");
  }));

Deno.test("loadJsonlTask() refuses a question that is in two splits, also under another id", () =>
  withTask(async (_, folder) => {
    const [train, test] = [`${folder}/train.jsonl`, `${folder}/test.jsonl`];
    await Deno.writeTextFile(test, '{"id": "x", "question": " 4 ", "answer": 1}');
    const load = (files: Record<string, string>) => loadJsonlTask({ files, answers: "number" });
    await assertRejects(
      () => load({ train, test }),
      ConfigError,
      `Cannot use ${train} as no question may be in two splits: "4" is in ${test} too\n` +
        "  Take it out of one of the files",
    );
    await assertRejects(() => load({ train, test: train }), ConfigError, "a file of its own");
    // Within one split a question may stand twice.
    await Deno.writeTextFile(
      test,
      '{"question": "q", "answer": 1}\n{"question": "q", "answer": 1}',
    );
    assertEquals((await load({ train, test })).questions("test").size, 2);
  }));

Deno.test("checkNeeds() tells before a run which setting asks for too much", () =>
  withTask((task) => {
    const updates = { split: "train", setting: "algorithm.updates" };
    checkNeeds(task, [{ ...updates, value: 5, each: 2 }, { split: "no", setting: "x", value: 0 }]);
    const refuses = (message: string, need: Parameters<typeof checkNeeds>[1][number]) =>
      assertThrows(() => checkNeeds(task, [need]), ConfigError, message);
    // 6 x 2 = 12 of 10; 5 x 2 fit.
    refuses("Set algorithm.updates to 5 or less", { ...updates, value: 6, each: 2 });
    refuses("for algorithm.updates=6: it has 10", { ...updates, value: 6, each: 2 });
    refuses("Give the split at least 11 questions", { ...updates, value: 1, each: 11 });
    // What one setting asks of two splits must fit both: 10 of train, 3 of test.
    const asked = { setting: "evaluation.numQuestions", value: 20 };
    assertThrows(
      () => checkNeeds(task, [{ ...asked, split: "train" }, { ...asked, split: "test" }]),
      ConfigError,
      "Set evaluation.numQuestions to 3 or less",
    );
    // Not one update is possible: what is asked for is enough for all three.
    const perUpdate = { each: 11, eachSetting: "algorithm.questionsPerUpdate" };
    refuses("Give the split at least 33 questions", { ...updates, value: 3, ...perUpdate });
    refuses(
      "for algorithm.updates=3 of algorithm.questionsPerUpdate=11: it has 10",
      { ...updates, value: 3, ...perUpdate },
    );
    refuses("its splits are test, train", { ...updates, split: "dev", value: 1 });
    refuses(
      "there is no dev (asked for by algorithm.updates=1)\n  Give the task questions for dev",
      {
        ...updates,
        split: "dev",
        value: 1,
      },
    );
    const asker = "evaluation.every=2";
    refuses(`(asked for by ${asker})`, { ...updates, split: "validation", value: 1, asker });
  }));

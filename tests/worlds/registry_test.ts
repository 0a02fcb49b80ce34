import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import { ConfigError, describeOptions, resolveCompat, resolveConfig } from "../../lib/core/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { loadTask, TASK_NAMES, taskSchema } from "../../lib/worlds/mod.ts";
import { pretrainSchema } from "../../experiments/pretrain/config.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";

const schema = z.strictObject({
  task: taskSchema.prefault({ name: "arithmetic" } as never),
  other: taskSchema.nullable().default(null),
}).transform((config) => resolveCompat(config));
const resolve = (...sets: string[]) => resolveConfig(schema, [{}], sets);
const { task: settings } = resolve();
const names = TASK_NAMES.map((name) => `"${name}"`).join(" | ");

/** Texts of questions of a run's seed. */
async function texts(runSeed: number, split: string, count: number): Promise<string[]> {
  const { task } = await loadTask(settings, runSeed);
  return takeQuestions(task.questions(split), { count }).map(({ text }) => text);
}

Deno.test("taskSchema knows every kind of task, and each has settings of its own", () => {
  for (const name of TASK_NAMES) {
    const issues = taskSchema.safeParse({ name, noSetting: 1 }).error!.issues;
    assert(issues.some(({ code }) => code === "unrecognized_keys"), name);
    assertEquals(issues.filter(({ path }) => path[0] === "name"), [], name);
  }
  const drawn = { seed: null, difficulty: 2, compat: "paper" };
  assertEquals(settings, { name: "arithmetic", ...drawn } as typeof settings);
  assertEquals(
    resolve("task.difficulty=3").task,
    {
      ...{ name: "arithmetic", ...drawn, difficulty: 3 },
    } as typeof settings,
  );
  assertEquals(
    resolve("other.name=entailment").other,
    {
      ...{ name: "entailment", ...drawn },
    } as typeof settings,
  );
  assertEquals(resolve("task.name=jsonl", "task.files.test=a.jsonl").task, {
    name: "jsonl",
    files: { test: "a.jsonl" },
    answers: "number",
    maxQuestionLength: 20_000,
    compat: "paper",
  });
});

Deno.test("taskSchema refuses other names and the settings of other tasks", () => {
  const refuses = (message: string, ...sets: string[]) =>
    assertThrows(() => resolve(...sets), ConfigError, message);
  refuses(
    `task.name must be ${names}: "arithmetik"`,
    "task.name=arithmetik",
  );
  refuses("task.difficulty must be an integer in [1, 3]: 4", "task.difficulty=4");
  refuses(
    "task.files is not an option. It goes with task.name=jsonl. Allowed in task: name, seed",
    "task.files.test=a.jsonl",
  );
  refuses(
    'task.files.te-st is not an option: "te-st" must be a word of letters, digits and _',
    ...["task.name=jsonl", "task.files.te-st=a.jsonl"],
  );
  refuses(
    "Allowed in task: name, files, answers, maxQuestionLength, compat",
    "task.name=jsonl",
    "task.difficulty=1",
  );
  refuses("task.files must be a mapping: missing", "task.name=jsonl");
  refuses(
    `other.name must be ${names}: missing`,
    "other.difficulty=1",
  );
});

Deno.test("taskSchema lists the settings of all tasks for --help", () => {
  const options = describeOptions(schema);
  /** A setting's defaults: several where kinds of tasks differ in it. */
  const defaults = (path: string) =>
    options.filter((row) => row.path === path).map((row) => row.default);
  assertEquals(options.find(({ path }) => path === "task.name")!.type, names);
  assertEquals(defaults("task.name"), ['"arithmetic"']);
  const drawn = "2 with task.name=arithmetic or entailment";
  assert(defaults("task.difficulty").includes(drawn), `${defaults("task.difficulty")}`);
  assert(defaults("task.answers").includes('"number" with task.name=jsonl'));
  assert(defaults("other.files").includes("required with other.name=jsonl"));
});

Deno.test("loadTask() loads every kind of the small world, with its questions and its format", async () => {
  for (const name of ["arithmetic", "entailment"] as const) {
    const { task, format } = await loadTask({ name, seed: 0, difficulty: 1, compat: "paper" }, 7);
    assertEquals([task.name, task.version], [name, "0"]);
    const question = task.questions("test").at(0);
    assertEquals(question.id, `${name}/1/0/test/0`);
    assertEquals(task.questions("test").size, null);
    assertEquals(task.isCorrect(null, question.gold), false);
    assertEquals(format.firstMessage(question), question.text);
  }
});

Deno.test("loadTask() extracts as the released code does when told so", async () => {
  const extract = async (name: "arithmetic" | "entailment", text: string) => {
    const drawn = { name, seed: 0, difficulty: 1 };
    const paper = await loadTask({ ...drawn, compat: "paper" }, 0);
    const official = await loadTask({ ...drawn, compat: "official" }, 0);
    return [paper, official].map(({ task }) => task.extract(text).answer);
  };
  assertEquals(await extract("arithmetic", "5 apples and 6 pears"), ["6", "56"]);
  assertEquals(await extract("entailment", "not entailment but neutral"), [
    "neutral",
    "entailment",
  ]);
});

Deno.test("loadTask() draws questions by the run's seed unless they have one of their own", async () => {
  assertEquals((await loadTask(settings, 7)).task.version, "7");
  const fixed = { ...settings, seed: 0 } as typeof settings;
  assertEquals((await loadTask(fixed, 7)).task.version, "0");
  assertNotEquals(await texts(1, "test", 5), await texts(2, "test", 5));
  const shared = new Set(await texts(1, "test", 300));
  assert((await texts(2, "test", 300)).filter((text) => shared.has(text)).length < 15);
});

Deno.test("loadTask() discusses questions of files as the paper does", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/test.jsonl`;
  try {
    await Deno.writeTextFile(file, '{"question": "What is 3 + 4?", "answer": 7}\n');
    const { task, format } = await loadTask(
      resolve("task.name=jsonl", `task.files.test=${file}`).task,
      0,
    );
    const question = task.questions("test").at(0);
    assert(format.firstMessage(question).startsWith("Question: What is 3 + 4?\n"));
    assertEquals(task.isCorrect(task.extract("so \\boxed{7.0}").answer, question.gold), true);
    await assertRejects(
      () => loadTask(resolve("task.name=jsonl", `task.files.test=${folder}/no.jsonl`).task, 0),
      Error,
      "no.jsonl",
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("loadTask() asks GSM8K and ANLI as the paper does", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const row = { question: "What is 3 + 4?", answer: "3 + 4 = 7\n#### 7" };
    await Deno.writeTextFile(`${folder}/test.jsonl`, JSON.stringify(row));
    const label = { context: "It rains.", hypothesis: "It is wet.", label: "e" };
    await Deno.writeTextFile(`${folder}/test_r3.jsonl`, JSON.stringify(label));
    const asked = async (name: string, ...sets: string[]) => {
      const { task } = resolve(`task.name=${name}`, `task.folder=${folder}`, ...sets);
      const loaded = await loadTask(task, 0);
      return loaded.format.firstMessage(loaded.task.questions("test").at(0));
    };
    const box = "Close with one line of the form `Answer: \\boxed{XX}`";
    const number = await asked("gsm8k");
    assert(
      number.startsWith("Question: What is 3 + 4?\n\nSolve the problem step by step."),
      number,
    );
    assert(number.includes(box));
    const pair = await asked("anli");
    assert(pair.startsWith("Premise: It rains.\n\nHypothesis: It is wet.\n\nDecide "), pair);
    assert(pair.includes(box));
    // The released code does not say in its first prompt for labels that it wants a box.
    assert(!(await asked("anli", "task.compat=official")).includes("\\boxed"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("taskSchema refuses rounds of ANLI that are not there or stand twice", () => {
  for (const rounds of ["[4]", "[]", "[3,3]", "3"]) {
    assertThrows(
      () => resolve("task.name=anli", `task.rounds=${rounds}`),
      ConfigError,
      "task.rounds",
    );
  }
});

Deno.test("no seed's test questions are among those that the committed base and verifier learnt from", async () => {
  const { legs, corpus } = resolveConfig(pretrainSchema, [{}], []);
  const { questions, heldOutQuestions } = resolveConfig(trainVerifierSchema, [{}], []);
  // A question's text may name other people and things: its numbers and signs are its content.
  const numbers = (text: string) => text.split(" ").filter((word) => /^\d+$/.test(word)).join(" ");
  const seen = new Set([
    ...await texts(0, "pretrain", legs.at(-1)! * corpus.batchSize),
    ...await texts(0, "verifier", questions),
    ...await texts(0, "validation", heldOutQuestions),
  ]);
  const seenNumbers = new Set([...seen].map(numbers));
  let sameNumbers = 0;
  for (const seed of [0, 1, 2, 3]) {
    const asked = await texts(seed, "test", 300);
    assertEquals(asked.filter((text) => seen.has(text)), [], `seed ${seed}`);
    sameNumbers += asked.filter((text) => seenNumbers.has(numbers(text))).length;
  }
  assert(sameNumbers > 0, "the comparison would find something: other signs, the same numbers");
});

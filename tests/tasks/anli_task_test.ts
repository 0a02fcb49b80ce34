import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import pl from "nodejs-polars";
import { ConfigError } from "../../lib/core/mod.ts";
import { type AnliRound, loadAnliTask, takeQuestions, type Task } from "../../lib/tasks/mod.ts";
import { sharedPath } from "../support/shared_data.ts";
import { withTempFolder } from "../support/temp_folder.ts";

const all = (task: Task, split: string) =>
  takeQuestions(task.questions(split), { count: task.questions(split).size! });

const lines = (round: number, count: number) =>
  Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      uid: `${round}-${i}`,
      context: `Tom of round ${round} has ${i} cats.`,
      hypothesis: "Tom has a cat.",
      label: "nec"[i % 3],
      reason: "",
    })).join("\n");

/** ANLI's own folders with a few rows. */
async function writeRounds(folder: string, rounds: readonly number[]): Promise<void> {
  for (const round of rounds) {
    await Deno.mkdir(`${folder}/R${round}`);
    await Deno.writeTextFile(`${folder}/R${round}/train.jsonl`, lines(round, 6));
    const other = lines(round + 10, 2).split("\n");
    await Deno.writeTextFile(`${folder}/R${round}/dev.jsonl`, other[0]!);
    await Deno.writeTextFile(`${folder}/R${round}/test.jsonl`, other[1]!);
  }
}

const settings = { rounds: [3] as AnliRound[], verifier: 2, maxBadRows: 0 };

Deno.test("loadAnliTask() asks premise and hypothesis, in the splits of the data set", async () => {
  await withTempFolder(async (folder) => {
    await writeRounds(folder, [1, 3]);
    const task = await loadAnliTask({ folder, ...settings });
    assertEquals(all(task, "verifier"), [
      {
        id: "anli/R3/train/1",
        text: "Premise: Tom of round 3 has 0 cats.\n\nHypothesis: Tom has a cat.",
        gold: "neutral",
      },
      {
        id: "anli/R3/train/2",
        text: "Premise: Tom of round 3 has 1 cats.\n\nHypothesis: Tom has a cat.",
        gold: "entailment",
      },
    ]);
    const ids = (of: Task, split: string) => all(of, split).map(({ id }) => id);
    assertEquals(ids(task, "train"), [3, 4, 5, 6].map((row) => `anli/R3/train/${row}`));
    assertEquals([ids(task, "validation"), ids(task, "test")], [
      ["anli/R3/dev/1"],
      ["anli/R3/test/1"],
    ]);
    const two = await loadAnliTask({ folder, ...settings, rounds: [3, 1], verifier: 6 });
    assertEquals(ids(two, "train"), [1, 2, 3, 4, 5, 6].map((row) => `anli/R1/train/${row}`));
    assertEquals(ids(two, "test"), ["anli/R3/test/1", "anli/R1/test/1"]);
    const short = await loadAnliTask({ folder, ...settings, verifier: 7 });
    assertEquals(ids(short, "test"), ["anli/R3/test/1"]);
    for (const split of ["verifier", "train"]) {
      await assertRejects(
        async () => await short.questions(split),
        ConfigError,
        "rounds 3 must have as many: they have 6",
      );
    }
    const other = await assertRejects(
      () => loadAnliTask({ folder, ...settings, rounds: [2] }),
      ConfigError,
      "it has those of round 1, 3, and task.rounds=[2] chooses others",
    );
    assertEquals(
      other.remedy,
      "Set task.rounds to [1,3], or get the others with: deno task data get anli",
    );
    await assertRejects(
      () => loadAnliTask({ folder: `${folder}/R1`, ...settings }),
      ConfigError,
      "R3/test.jsonl, R3/test.parquet, R3/test.csv, test_r3.*, plain_text/test_r3.*",
    );
  });
});

Deno.test("loadAnliTask() refuses a split of which only some of the asked rounds are there", async () => {
  await withTempFolder(async (folder) => {
    await writeRounds(folder, [2, 3]);
    await Deno.remove(`${folder}/R2/train.jsonl`);
    await Deno.remove(`${folder}/R3/dev.jsonl`);
    const task = await loadAnliTask({ folder, ...settings, rounds: [2, 3], verifier: 0 });
    assertEquals(all(task, "test").length, 2);
    const refused = async (split: string) =>
      await assertRejects(async () => await task.questions(split), ConfigError);
    for (const split of ["train", "verifier"]) {
      const { message, remedy } = await refused(split);
      assertStringIncludes(message, "task.rounds=[2,3]");
      assertStringIncludes(
        message,
        "of train of each: it has those of round 3, and none of round 2",
      );
      assertEquals(
        remedy,
        "Set task.rounds to [3], or get the others with: deno task data get anli",
      );
    }
    assertStringIncludes((await refused("validation")).message, "round 2, and none of round 3");
    // Where no split is whole, there is no task.
    await assertRejects(
      () => loadAnliTask({ folder, ...settings, rounds: [1, 2, 3] }),
      ConfigError,
      "and none of round 1",
    );
    const third = await loadAnliTask({ folder, ...settings });
    assertEquals(all(third, "train").length, 4);
  });
});

Deno.test("loadAnliTask() reads the hub's Parquet files with numbers as labels", async () => {
  await withTempFolder(async (folder) => {
    await Deno.mkdir(`${folder}/plain_text`);
    const frame = pl.DataFrame([
      pl.Series("premise", ["a", "b", "c", "d"], pl.Utf8),
      pl.Series("hypothesis", ["x", "y", "z", "w"], pl.Utf8),
      pl.Series("label", [0, 1, 2, -1], pl.Int64),
    ]);
    const path = `${folder}/plain_text/test_r3-00000-of-00001.parquet`;
    // deno-lint-ignore no-explicit-any -- polars lacks the type: without a path it gives the bytes
    await Deno.writeFile(path, (frame as any).writeParquet({ compression: "zstd" }));
    const task = await loadAnliTask({ folder, ...settings, maxBadRows: 0.3 });
    assertEquals(all(task, "test").map(({ gold }) => gold), [
      "entailment",
      "neutral",
      "contradiction",
    ]);
    const [note = ""] = task.notes!;
    assert(note.includes('row 4, as "label" must be e, n, c, or 0, 1, 2, or the word'), note);
  });
});

Deno.test("loadAnliTask() extracts and grades labels in both ways", async () => {
  await withTempFolder(async (folder) => {
    await writeRounds(folder, [3]);
    const paper = await loadAnliTask({ folder, ...settings });
    const official = await loadAnliTask({ folder, ...settings, compat: "official" });
    const cases: [text: string, paper: string | null, official: string | null][] = [
      ["Answer: \\boxed{neutral}", "neutral", "neutral"],
      ["\\boxed{Neutral.}", "neutral", "neutral"],
      ["\\boxed{\\text{contradiction}}", "contradiction", "contradiction"],
      ["\\boxed{'entailment'}", "entailment", "entailment"],
      ["not entailment; it is a contradiction", "contradiction", "entailment"],
      ["\\boxed{neutral or contradiction}", null, "neutral"],
      ["\\boxed{contradictory}", null, null],
      ["it entails", null, null],
      ["\\boxed{e}", null, null],
      ["\\boxed{neutral} then \\boxed{entailment}", "entailment", "entailment"],
      ["\\boxed{}", null, null],
      ["", null, null],
    ];
    for (const [text, wanted, code] of cases) {
      assertEquals(
        [paper, official].map((task) => task.extract(text).answer),
        [wanted, code],
        text,
      );
    }
    assertEquals(paper.isCorrect("neutral", "neutral"), true);
    assertEquals(paper.isCorrect("neutral", "entailment"), false);
    assertEquals(paper.isCorrect(null, "neutral"), false);
  });
});

const anli = sharedPath("data/anli");

Deno.test({
  name: "loadAnliTask() reads the real rounds 2 and 3",
  ignore: !anli,
  async fn() {
    const task = await loadAnliTask({ folder: anli!, ...settings, rounds: [2, 3] });
    assertEquals(task.notes, []);
    assertEquals([all(task, "validation").length, all(task, "test").length], [2198, 2200]);
    const counts = new Map<string, number>();
    for (const { gold } of all(task, "test")) counts.set(gold, (counts.get(gold) ?? 0) + 1);
    // 334 + 402, 333 + 402, 333 + 396 rows of e, n and c
    assertEquals(Object.fromEntries(counts), { entailment: 736, neutral: 735, contradiction: 729 });
    const third = await loadAnliTask({ folder: anli!, ...settings });
    assertEquals(all(third, "test").length, 1200);
    await assertRejects(
      async () => await third.questions("train"),
      ConfigError,
      "must hold one of R3/train.jsonl, R3/train.parquet, R3/train.csv, train_r3.*",
    );
  },
});

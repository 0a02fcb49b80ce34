import { assertEquals, assertStringIncludes } from "@std/assert";
import { commandLineOf } from "../../experiments/reproduce.ts";
import { comparedCheckpoints, gainBySeed } from "../../experiments/reproduced_tables.ts";
import { evaluationsColumns, type EvaluationsRow, RunFrames } from "../../lib/tracking/mod.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function row(
  place: Pick<EvaluationsRow, "model" | "update" | "question" | "turn" | "correct">,
): EvaluationsRow {
  return {
    ...place,
    evaluation: "test",
    questionSeed: "3",
    questionId: `q${place.question}`,
    sample: 0,
    baseModel: "base",
    version: place.update,
    agent: 0,
    gold: "1",
    text: "",
    solution: "",
    annotations: "{}",
    answer: place.correct ? "1" : "2",
    boxed: true,
    finished: true,
    score: 0.5,
    promptLength: 1,
    responseLength: 1,
    meanLogProb: 0,
  };
}

Deno.test("gainBySeed() compares the first model with the last, and leaves out those between", () =>
  withFolder(async (folder) => {
    const frames = new RunFrames(folder, { evaluations: evaluationsColumns });
    // Two questions, two turns, one agent. Off the shelf: one right at each turn. In between: nothing.
    // At the end: one right, then both.
    const right: [string, number, [boolean, boolean][]][] = [
      ["off-the-shelf", 0, [[true, true], [false, false]]],
      ["MAPoRL", 1, [[false, false], [false, false]]],
      ["MAPoRL", 2, [[true, true], [false, true]]],
    ];
    for (const [model, update, answers] of right) {
      frames.writers.evaluations.append(
        answers.flatMap((turns, question) =>
          turns.map((correct, turn) => row({ model, update, question, turn, correct }))
        ),
      );
    }
    // Read during training, on other questions, and no part of the result.
    const validation = { model: "MAPoRL", update: 2, question: 9, correct: false };
    frames.writers.evaluations.append(
      [0, 1].map((turn) => ({ ...row({ ...validation, turn }), evaluation: "validation" })),
    );
    await frames.save(0);
    await frames.merge();
    await Deno.mkdir(`${folder}/run`);
    await Deno.rename(`${folder}/evaluations.parquet`, `${folder}/run/evaluations.parquet`);

    const { columns, rows } = await gainBySeed(["run"], { folder });
    assertEquals(columns.map(({ title }) => title), [
      "run",
      "questions of seed",
      "model",
      "turn 1",
      "turn 2",
      "last - first",
      "last turn: trained - untrained",
    ]);
    const estimates = rows.map((cells) =>
      cells.map((cell) => typeof cell === "object" && cell ? cell.estimate : cell)
    );
    assertEquals(estimates, [
      ["run", "3", "off-the-shelf", 0.5, 0.5, 0, null],
      ["run", "3", "MAPoRL", 0.5, 1, 0.5, 0.5],
    ]);
  }));

Deno.test("comparedCheckpoints() tells files that are the same from others", () =>
  withFolder(async (folder) => {
    for (const place of ["committed/base", "made/base"]) {
      await Deno.mkdir(`${folder}/${place}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${place}/config.json`, "{}");
      await Deno.writeTextFile(`${folder}/${place}/weights`, place); // 14 and 9 bytes
    }
    const { rows } = await comparedCheckpoints(["base"], {
      folder: `${folder}/made`,
      committed: `${folder}/committed`,
    });
    assertEquals(rows, [
      ["base/config.json", 2, "same bytes"],
      ["base/weights", 9, "other bytes"],
    ]);
  }));

Deno.test("commandLineOf() starts, goes on, or keeps a run, and lets it go on elsewhere if asked", () => {
  const run = { out: "runs/a", args: ["quickstart", "--seed", "1"], flags: [] };
  const elsewhere = { ...run, flags: ["--allow-other-device"] };
  assertEquals(commandLineOf(undefined, run), [...run.args, "--out", "runs/a"]);
  assertEquals(commandLineOf(undefined, elsewhere), [...run.args, "--out", "runs/a"]);
  assertEquals(commandLineOf("finished", elsewhere), undefined);
  for (const status of ["running", "interrupted", "failed"] as const) {
    assertEquals(commandLineOf(status, run), ["--resume", "runs/a", "--allow-outside"]);
    const goOn = ["--resume", "runs/a", "--allow-outside", "--allow-other-device"];
    assertEquals(commandLineOf(status, elsewhere), goOn);
  }
});

Deno.test("deno task reproduce lists results, and refuses names that are none", async () => {
  const reproduce = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", "-P=experiment", "experiments/reproduce.ts", ...args],
      cwd: new URL("../..", import.meta.url),
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder();
    return { code, out: text.decode(stdout), err: text.decode(stderr) };
  };
  const [list, unknown] = await Promise.all([
    reproduce("--allow-other-device"),
    reproduce("quikstart", "--allow-other-device"),
  ]);
  assertEquals(list.code, 0);
  assertStringIncludes(list.out, "  quickstart   MAPoRL against off-the-shelf");
  assertEquals(unknown.code, 2);
  assertStringIncludes(unknown.err, "Did you mean quickstart?");
});

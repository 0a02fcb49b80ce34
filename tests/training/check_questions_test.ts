import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { loadJsonlTask, type Task } from "../../lib/tasks/mod.ts";
import { checkQuestions, evaluatedSplits } from "../../lib/training/mod.ts";
import { withTempFolder } from "../support/temp_folder.ts";

/** Three updates, and the splits of their evaluations. */
const config = (split: "test" | "validation", every: number) => ({
  algorithm: { updates: 3, questionsPerUpdate: 1 },
  evaluation: { numQuestions: 1, split, every },
});

Deno.test("evaluatedSplits() are those that are asked before, after and between updates", () => {
  assertEquals(evaluatedSplits(config("test", 0)), ["test"]);
  assertEquals(evaluatedSplits(config("test", 2)), ["test", "validation"]);
  assertEquals(evaluatedSplits(config("test", 3)), ["test"]); // nothing is left to choose
  for (const every of [0, 2]) {
    assertEquals(evaluatedSplits(config("validation", every)), ["validation"]);
  }
});

Deno.test("checkQuestions() wants validation questions where they are asked, says by whom, and then no test questions", () =>
  withTempFolder(async (folder) => {
    const linesOf = (split: string) =>
      [1, 2, 3].map((answer) => JSON.stringify({ question: `${split} ${answer}`, answer })).join(
        "\n",
      );
    const taskOf = async (...splits: string[]): Promise<Task> => {
      const files = Object.fromEntries(splits.map((split) => [split, `${folder}/${split}.jsonl`]));
      for (const [split, path] of Object.entries(files)) {
        await Deno.writeTextFile(path, linesOf(split));
      }
      return await loadJsonlTask({ files, answers: "number" });
    };
    const tested = await taskOf("train", "test");
    const chosen = await taskOf("train", "validation");
    const check = (task: Task, ...of: Parameters<typeof config>) =>
      checkQuestions(config(...of), { trained: task, evaluated: task });
    check(tested, "test", 0);
    check(chosen, "validation", 2);
    const refuses = (asker: string, run: () => void) => assertThrows(run, ConfigError, asker);
    refuses("(asked for by evaluation.every=2)", () => check(tested, "test", 2));
    refuses("(asked for by evaluation.split=validation)", () => check(tested, "validation", 2));
    refuses("(asked for by evaluation.numQuestions=1)", () => check(chosen, "test", 0));
    // Three updates of four questions ask for twelve; one update's four are not there either.
    const { algorithm, evaluation } = config("test", 0);
    refuses(
      "Cannot ask 12 questions of split train as task jsonl must have as many for " +
        "algorithm.updates=3 of algorithm.questionsPerUpdate=4: it has 3\n" +
        "  Give the split at least 12 questions",
      () =>
        checkQuestions({ algorithm: { ...algorithm, questionsPerUpdate: 4 }, evaluation }, {
          trained: tested,
          evaluated: tested,
        }),
    );
  }));

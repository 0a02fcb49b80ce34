import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { resolveConfig } from "../../lib/core/mod.ts";
import { makeTask } from "../../lib/worlds/mod.ts";
import type { Split } from "../../lib/tasks/mod.ts";
import { pretrainSchema } from "../../experiments/pretrain/config.ts";
import { trainVerifierSchema } from "../../experiments/train_verifier/config.ts";
import { taskOfRun, taskSchema } from "../../lib/training/mod.ts";

const settings = resolveConfig(taskSchema, [{}], []);

/** Texts of questions of a run's seed. */
function texts(runSeed: number, split: Split, count: number): string[] {
  const task = makeTask(taskOfRun(settings, runSeed));
  return Array.from({ length: count }, (_, i) => task.question(split, i).text);
}

Deno.test("taskOfRun() takes the run's seed unless the questions' own is set", () => {
  assertEquals(taskOfRun(settings, 7).seed, 7);
  assertEquals(taskOfRun({ ...settings, seed: 0 }, 7).seed, 0);
  assertNotEquals(texts(1, "test", 5), texts(2, "test", 5));
  const shared = new Set(texts(1, "test", 300));
  assert(texts(2, "test", 300).filter((text) => shared.has(text)).length < 15);
});

Deno.test("no seed's test questions are among those that the committed base and verifier learnt from", () => {
  const { legs, corpus } = resolveConfig(pretrainSchema, [{}], []);
  const { questions, heldOutQuestions } = resolveConfig(trainVerifierSchema, [{}], []);
  // A question's text may name other people and things: its numbers and signs are its content.
  const numbers = (text: string) => text.split(" ").filter((word) => /^\d+$/.test(word)).join(" ");
  const seen = new Set([
    ...texts(0, "pretrain", legs.at(-1)! * corpus.batchSize),
    ...texts(0, "verifier", questions),
    ...texts(0, "validation", heldOutQuestions),
  ]);
  const seenNumbers = new Set([...seen].map(numbers));
  let sameNumbers = 0;
  for (const seed of [0, 1, 2, 3]) {
    const asked = texts(seed, "test", 300);
    assertEquals(asked.filter((text) => seen.has(text)), [], `seed ${seed}`);
    sameNumbers += asked.filter((text) => seenNumbers.has(numbers(text))).length;
  }
  assert(sameNumbers > 0, "the comparison would find something: other signs, the same numbers");
});

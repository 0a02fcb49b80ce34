import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { verifierFormat } from "../../lib/serving/mod.ts";
import { loadVerifier, verifierTasks } from "../../lib/verifier/mod.ts";
import { TASK_NAMES } from "../../lib/worlds/mod.ts";
import { smallWorldFormat } from "../../lib/worlds/small_world/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { baseModel, withServer } from "./served.ts";

await startTestDevice();
const served = await baseModel();
const FOLDER = "data/checkpoints/arithmetic/verifier";
const format = verifierFormat(await verifierTasks(FOLDER), undefined);
const verifier = await loadVerifier(FOLDER, served.model.decoder, { ...served.model, format });

const ITEMS = [
  { question: "Max has 35 nuts . Max finds 10 nuts .", solution: "35 + 10 = 45 . \\boxed{45}" },
  { question: "Max has 35 nuts . Max finds 10 nuts .", solution: "35 + 10 = 41 . \\boxed{41}" },
  { question: "Max has 35 nuts .", solution: "" },
];

Deno.test("/score gives what the verifier gives, in the order of the items", () =>
  withServer({ ...served, verifier }, {}, async ({ post }) => {
    const response = await post({ items: ITEMS }, { path: "/score" });
    const { scores } = await response.json();
    const expected = await verifier.score(ITEMS.map(({ question, solution }) => ({
      question: { id: "", text: question, gold: "" },
      solution,
    })));
    assertEquals(scores.length, 3);
    for (const [i, score] of scores.entries()) assertAlmostEquals(score, expected[i]!, 1e-6);
    assert(scores[0] > scores[1], "the verifier tells a right answer from a wrong one");
  }));

Deno.test("/score refuses what it cannot read, by name", () =>
  withServer({ ...served, verifier }, { maxItems: 2 }, async ({ post }) => {
    const [item] = ITEMS;
    const cases: [unknown, string, string | null][] = [
      [{ items: [] }, "invalid_value", "items"],
      [{ items: ITEMS }, "invalid_value", "items"],
      [{ items: [{ question: "Max" }] }, "missing_required_parameter", "items[0].solution"],
      [{ items: [{ ...item, gold: "45" }] }, "unsupported_parameter", "items[0].gold"],
      [{ items: [item], model: "base" }, "unsupported_parameter", "model"],
      [{ items: [item, { ...item, question: "quantum" }] }, "unknown_words", "items[1].question"],
      [
        { items: [{ ...item, solution: "35 ".repeat(1100) }] },
        "context_length_exceeded",
        "items[0]",
      ],
      [
        { items: [{ ...item, question: "x".repeat(20_000) }] },
        "context_length_exceeded",
        "items[0]",
      ],
      [{}, "missing_required_parameter", "items"],
    ];
    for (const [body, code, param] of cases) {
      const response = await post(body, { path: "/score" });
      const { error } = await response.json();
      assertEquals([response.status, error.code, error.param], [400, code, param], error.message);
    }
  }));

Deno.test("verifierFormat() asks as in training, and wants to be told where tasks do not say", () => {
  assertEquals(verifierFormat(["arithmetic"], undefined), smallWorldFormat);
  for (const name of TASK_NAMES) {
    const question = { id: "", text: "Max has 35 nuts .", gold: "" };
    assert(verifierFormat([name], "number").firstMessage(question).includes(question.text));
  }
  assertThrows(() => verifierFormat(["jsonl"], undefined), ConfigError, "what its questions");
  const question = { id: "", text: "What is 3 + 4?", gold: "" };
  const asked = (answers: "number" | "label") =>
    verifierFormat(["jsonl"], answers).firstMessage(question);
  assert(asked("number") !== asked("label"));
  assertThrows(() => verifierFormat(["chess"], undefined), ConfigError, "this version: chess");
});

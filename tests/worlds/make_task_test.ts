import { assertEquals, assertThrows } from "@std/assert";
import { makeTask, TASK_NAMES } from "../../lib/worlds/mod.ts";

Deno.test("makeTask() makes every task of its list", () => {
  assertEquals(TASK_NAMES, ["arithmetic", "entailment"]);
  for (const name of TASK_NAMES) {
    const task = makeTask({ name, seed: 0, difficulty: 1 });
    assertEquals(task.name, name);
    assertEquals(task.question("test", 0).id, `${name}/1/0/test/0`);
    assertEquals(task.isCorrect(null, task.question("test", 0).gold), false);
  }
});

Deno.test("makeTask() throws with the nearest name", () => {
  const make = (name: string) => () => makeTask({ name, seed: 0, difficulty: 1 });
  assertThrows(make("arithmetik"), RangeError, 'did you mean "arithmetic"?');
  assertThrows(make("toString"), RangeError, "name must be one of arithmetic, entailment");
});

Deno.test("makeTask() extracts as the released code does when told so", () => {
  const extract = (name: string, text: string) => {
    const rules = ["paper", "official"] as const;
    return rules.map((compat) =>
      makeTask({ name, seed: 0, difficulty: 1, compat }).extract(text).answer
    );
  };
  assertEquals(extract("arithmetic", "5 apples and 6 pears"), ["6", "56"]);
  assertEquals(extract("entailment", "not entailment but neutral"), ["neutral", "entailment"]);
});

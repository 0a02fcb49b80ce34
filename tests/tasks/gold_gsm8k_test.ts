import { assertEquals, assertThrows } from "@std/assert";
import { extractGsm8kGold, extractNumber, sameNumber } from "../../lib/tasks/mod.ts";
import { sharedPath } from "../support/shared_data.ts";

Deno.test("extractGsm8kGold() reads what follows the last marker", () => {
  const cases: [answer: string, gold: string][] = [
    ["2/2=<<2/2=1>>1 bolt\n#### 3", "3"],
    ["#### 1,080", "1080"],
    ["#### -5", "-5"],
    ["#### $70,000", "70000"],
    ["a #### 1 is not it\n#### 2", "2"],
    ["#### 12.50", "12.5"],
    ["#### 5 \n", "5"],
  ];
  for (const [answer, gold] of cases) assertEquals(extractGsm8kGold(answer), gold, answer);
});

Deno.test("extractGsm8kGold() throws without a number after the marker", () => {
  for (const answer of ["", "18", "####", "#### ten"]) {
    assertThrows(() => extractGsm8kGold(answer), SyntaxError, "must follow the last");
  }
});

const gsm8k = sharedPath("data/gsm8k/test.jsonl");

Deno.test({
  name: "extractGsm8kGold() reads every gold answer of GSM8K's test set",
  ignore: !gsm8k,
  fn() {
    const answers: string[] = Deno.readTextFileSync(gsm8k!).trim().split("\n")
      .map((line) => JSON.parse(line).answer);
    assertEquals(answers.length, 1319);
    for (const answer of answers) {
      const gold = extractGsm8kGold(answer);
      assertEquals(/^-?\d+$/.test(gold), true, answer);
      // The marker stands at the end, so without it the last number of the text is the same.
      assertEquals(sameNumber(extractNumber(answer.split("####")[1]!).answer, gold), true, answer);
    }
  },
});

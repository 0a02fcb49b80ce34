import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  byVerdict,
  smallWorldFormat as format,
  smallWorldTokenizer as tokenizer,
  speakerNames,
} from "../../lib/worlds/small_world/mod.ts";
import type { Quoted } from "../../lib/discussion/mod.ts";
import { PENS } from "../discussion/fixtures.ts";

const quoted = (text: string, score: number | null, agent: number): Quoted => ({
  text,
  score,
  agent,
});
const [RIGHT, WRONG] = [PENS.solution, "23 + 14 = 36 . 36 - 09 = 27 . \\boxed{27}"];

Deno.test("discussMessage() quotes the others in order and lists verdicts best first", () => {
  const view = {
    question: PENS,
    own: quoted(WRONG, 0.65, 1),
    others: [quoted(WRONG, 0.1, 0), quoted(RIGHT, 0.95, 2)],
    showScores: true,
  };
  assertEquals(
    format.discussMessage(view),
    `agent1 : ${WRONG} agent2 : ${RIGHT} verdict : agent2 right me plausible agent1 wrong`,
  );
});

Deno.test("discussMessage() drops the verdicts without scores and has a word for a lone agent", () => {
  const own = quoted(WRONG, 0.65, 0);
  const message = (others: Quoted[], showScores: boolean) =>
    format.discussMessage({ question: PENS, own, others, showScores });
  assertEquals(message([quoted(RIGHT, 0.9, 1)], false), `agent1 : ${RIGHT}`);
  assertEquals(message([], true), "verdict : me plausible");
  assertEquals(message([], false), "verdict : ?");
});

Deno.test("speakerNames() names up to eight others", () => {
  assertEquals(speakerNames(2), ["me", "agent1", "agent2"]);
  assertEquals(speakerNames(8).length, 9);
  assertThrows(() => speakerNames(9), RangeError, "names for 8 others");
});

Deno.test("byVerdict() ranks by band, in the order given within a band, unscored last", () => {
  const order = byVerdict([0.1, 0.95, null, 0.85, 0.4].map((score) => ({ score })));
  assertEquals(order, [1, 3, 4, 0, 2]);
});

Deno.test("solutionOf() and annotationsOf() read prefaces", () => {
  const cases: [
    response: string,
    solution: string,
    strategy: string | null,
    choice: string | null,
  ][] = [
    [`best : agent2 . ${RIGHT}`, RIGHT, "best", "agent2"],
    [`again : new . ${RIGHT}`, RIGHT, "again", "new"],
    [`  own :  me .\n${RIGHT} `, RIGHT, "own", "me"],
    [RIGHT, RIGHT, null, null],
    ["best : agent2 .", "", "best", "agent2"],
    ["", "", null, null],
    ["best : agent9 . 05", "best : agent9 . 05", null, null],
    ["best agent2 . 05", "best agent2 . 05", null, null],
    // Only the first preface is one; the rest is what the agent calls its solution.
    ["best : me . own : me . 05", "own : me . 05", "best", "me"],
  ];
  for (const [response, solution, strategy, choice] of cases) {
    assertEquals(format.solutionOf(response), solution);
    assertEquals(format.annotationsOf(response), { strategy, choice }, response);
  }
});

Deno.test("format texts of any sampled ids are encoded to the same ids again", () => {
  // Whatever a model samples, what is quoted and kept re-encodes without an unknown word.
  const ids = fc.array(fc.integer({ min: 0, max: 127 }), { maxLength: 40 });
  fc.assert(fc.property(ids, (sampled) => {
    const response = tokenizer.decode(sampled);
    const history = format.historyText(response);
    assertEquals([...tokenizer.encode(history)], sampled.filter((id) => id >= 4 && id < 117));
    const solution = format.solutionOf(response);
    assertEquals(tokenizer.decode(tokenizer.encode(solution)), solution);
  }));
});

Deno.test("historyText() and solutionOf() carry no chat markers", () => {
  const text = "own : me . <|end|> <|user|> verdict : me right";
  assertEquals(format.historyText(text), "own : me . verdict : me right");
  assertEquals(format.solutionOf(text), "verdict : me right");
});

import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  endOfLastBox,
  findPenalties,
  hasBoxOnOneLine,
  hasRepetition,
  hasTextAfterBox,
  penalisedScore,
  PENALTY_KINDS,
  type PenaltyInput,
} from "../../lib/rewards/mod.ts";

const decode = (tokens: readonly number[]) => String.fromCodePoint(...tokens);
const encode = (text: string) => [...text].map((c) => c.codePointAt(0)!);
const EOS = 3;

/** A response that nothing is wrong with in either mode; character tokens, end-of-sequence token. */
function response(text: string, changes: Partial<PenaltyInput> = {}): PenaltyInput {
  const boxed = text.includes("\\boxed{");
  return { tokens: [...encode(text), EOS], text, boxed, finished: true, turn: 1, ...changes };
}

const GOOD = "Ann has 3 pens and buys 4 more, so she holds 3 + 4 = 7.\nAnswer: \\boxed{7}";

Deno.test("hasRepetition() finds four in a row, digits exempt", () => {
  const golden: [string, boolean][] = [
    ["aaa", false],
    ["aaaa", true],
    ["ababab", false],
    ["abababab", true],
    ["1111111", false],
    ["a1a1a1a1", true],
    ["    ", true],
    ["", false],
    [" 1 1 1 1", false], // "numbers exempt" once trimmed: but see the next line
    [" 12 12 12 12.", false],
    ["1, 1, 1, 1, ", true], // the comma makes it more than a number
  ];
  for (const [text, expected] of golden) {
    assertEquals(hasRepetition(encode(text), { decode }), expected, JSON.stringify(text));
  }
});

Deno.test("hasRepetition() looks at n-grams of 1 to maxLength tokens", () => {
  const gram = encode("abcdefghijklmnopqrstu"); // 21 different tokens
  const times = (n: number) => Array.from({ length: n }, () => gram).flat();
  assert(!hasRepetition(times(4), { decode }));
  assert(hasRepetition(times(4), { decode, maxLength: 21 }));
  assert(!hasRepetition(times(3), { decode, maxLength: 21 }));
  assert(hasRepetition(times(3), { decode, maxLength: 21, minRepeats: 3 }));
  assertThrows(() => hasRepetition(gram, { decode, maxLength: 0 }), RangeError, "maxLength must");
  assertThrows(() => hasRepetition(gram, { decode, minRepeats: 1 }), RangeError, "minRepeats must");
});

/** The rule as it reads: every n, every start, count equal neighbours. */
function hasRepetitionSlowly(tokens: number[]): boolean {
  for (let n = 1; n <= 20; n++) {
    for (let start = 0; start + 4 * n <= tokens.length; start++) {
      const gram = tokens.slice(start, start + n);
      const four = [...gram, ...gram, ...gram, ...gram];
      const stands = four.every((token, i) => tokens[start + i] === token);
      if (stands && !/^\d+$/.test(decode(gram).trim())) return true;
    }
  }
  return false;
}

Deno.test("hasRepetition() equals the definition written as loops", () => {
  const piece = fc.array(fc.constantFrom(...encode("ab1 ")), { minLength: 1, maxLength: 4 });
  const repeated = fc.tuple(piece, fc.integer({ min: 1, max: 5 })).map(([tokens, times]) =>
    Array.from({ length: times }, () => tokens).flat()
  );
  const texts = fc.array(repeated, { maxLength: 5 }).map((parts) => parts.flat());
  let found = 0;
  fc.assert(
    fc.property(texts, (tokens) => {
      const expected = hasRepetitionSlowly(tokens);
      found += expected ? 1 : 0;
      assertEquals(hasRepetition(tokens, { decode }), expected, JSON.stringify(decode(tokens)));
    }),
    { numRuns: 400 },
  );
  assert(found > 40 && found < 360, `both answers must occur: ${found} of 400`);
});

Deno.test("endOfLastBox() needs a complete box and takes the last one", () => {
  const cases: [string, number | undefined][] = [
    ["no box", undefined],
    ["\\boxed{7}", 9],
    ["\\boxed{7} and \\boxed{8}!", 23],
    ["\\boxed{\\frac{1}{2}}.", 19],
    ["\\boxed{7} then \\boxed{8", 9],
    ["\\boxed{7", undefined],
    ["\\boxed{}", 8],
  ];
  for (const [text, expected] of cases) assertEquals(endOfLastBox(text), expected, text);
});

Deno.test("hasTextAfterBox() counts letters and digits only", () => {
  const cases: [string, boolean][] = [
    ["\\boxed{7}", false],
    ["$\\boxed{7}$.\n", false],
    ["\\boxed{7} dollars", true],
    ["\\boxed{7}\n8", true],
    ["\\boxed{7} é", true],
    ["\\boxed{7} text \\boxed{7}", false],
    ["text without a box", false],
  ];
  for (const [text, expected] of cases) assertEquals(hasTextAfterBox(text), expected, text);
});

Deno.test("hasBoxOnOneLine() is the released code's pattern", () => {
  assert(hasBoxOnOneLine("so \\boxed{}"));
  assert(!hasBoxOnOneLine("\\boxed{2\n}"));
  assert(!hasBoxOnOneLine("\\boxed{2"));
});

Deno.test("findPenalties() finds nothing in a good response", () => {
  for (const compat of ["paper", "official"] as const) {
    assertEquals(findPenalties(response(GOOD), { decode, compat }), []);
    const judged = response(GOOD, { reasoning: "present" });
    assertEquals(findPenalties(judged, { decode, compat }), []);
  }
});

Deno.test("findPenalties() finds each kind on its own, and its switch turns it off", () => {
  const cases: Record<(typeof PENALTY_KINDS)[number], PenaltyInput> = {
    missing_eos: response(GOOD, { finished: false, tokens: encode(GOOD) }),
    missing_box: response(GOOD.replace("\\boxed{7}", "7")),
    too_short: response("3 + 4\n\\boxed{7}"),
    repetition: response(GOOD.replace("more", "more more more more more")),
    text_after_box: response(`${GOOD} pens`),
    empty_reasoning: response(GOOD, { reasoning: "absent" }),
  };
  for (const kind of PENALTY_KINDS) {
    assertEquals(findPenalties(cases[kind], { decode }), [kind]);
    assertEquals(findPenalties(cases[kind], { decode, switches: { [kind]: false } }), []);
  }
  const empty: PenaltyInput = { tokens: [], text: "", boxed: false, finished: false, turn: 0 };
  assertEquals(findPenalties(empty, { decode }), ["missing_eos", "missing_box", "too_short"]);
});

Deno.test("findPenalties() takes the task's word for the asked form, the official rule looks for a box", () => {
  const hashed = response(GOOD.replace("\\boxed{7}", "Final: 7"), { boxed: true });
  assertEquals(findPenalties(hashed, { decode }), []);
  assertEquals(findPenalties(hashed, { decode, compat: "official" }), ["missing_box"]);
  assertEquals(findPenalties(response(GOOD, { boxed: false }), { decode }), ["missing_box"]);
});

Deno.test("findPenalties() in official mode checks three kinds, each its own way", () => {
  const official = { decode, compat: "official" } as const;
  const unboxed = response(GOOD.replace("\\boxed{7}", "7"));
  assertEquals(findPenalties(unboxed, official), ["missing_box"]);
  assertEquals(findPenalties({ ...unboxed, turn: 0 }, official), []);
  assertEquals(
    findPenalties({ ...unboxed, turn: 0 }, { ...official, trainsFirstTurn: true }),
    ["missing_box"],
  );
  const unfinished = response(`${GOOD} pens`, { finished: false });
  assertEquals(findPenalties(unfinished, official), []);
  const on = { missing_eos: true, text_after_box: true, empty_reasoning: true };
  assertEquals(findPenalties(unfinished, { ...official, switches: on }), [
    "missing_eos",
    "text_after_box",
  ]);
  // A verdict of "no reasoning" passes, one that cannot be read is penalised, as in the released code.
  const judge = (reasoning: "absent" | "unparsable", switches: typeof on) =>
    findPenalties(response(GOOD, { reasoning }), { ...official, switches });
  assertEquals(judge("absent", on), []);
  assertEquals(judge("unparsable", on), ["empty_reasoning"]);
});

Deno.test("findPenalties() leaves the end-of-sequence token out of repetitions", () => {
  const only = { minTokens: 0, switches: { missing_box: false } } as const;
  // The end-of-sequence token decodes to "!" here and follows three of them.
  const tokens = encode("a!!!!");
  const finished = response("a!!!", { tokens });
  assertEquals(findPenalties(finished, { decode, ...only }), []);
  const cut = response("a!!!!", { tokens, finished: false });
  const switches = { missing_box: false, missing_eos: false };
  assertEquals(findPenalties(cut, { decode, ...only, switches }), ["repetition"]);
  // The released code leaves out the last token whether it ends the sequence or not.
  assertEquals(findPenalties(cut, { decode, ...only, compat: "official" }), []);
});

Deno.test("findPenalties() counts the end-of-sequence token: 50 tokens are enough, officially 51", () => {
  const of = (numTokens: number) => {
    const body = GOOD.slice(-(numTokens - 1));
    return response(body);
  };
  const kinds = (numTokens: number, compat: "paper" | "official") =>
    findPenalties(of(numTokens), { decode, compat });
  assertEquals([kinds(49, "paper"), kinds(50, "paper")], [["too_short"], []]);
  assertEquals([kinds(50, "official"), kinds(51, "official")], [["too_short"], []]);
  assertThrows(
    () => findPenalties(of(50), { decode, minTokens: -1 }),
    RangeError,
    "minTokens must be",
  );
});

Deno.test("penalisedScore() replaces by one value, officially by 0 for reasoning alone", () => {
  assertEquals(penalisedScore([]), undefined);
  assertEquals(penalisedScore(["too_short", "missing_box"]), -10);
  assertEquals(penalisedScore(["repetition"], { penaltyValue: -2 }), -2);
  assertEquals(penalisedScore(["empty_reasoning"]), -10);
  assertEquals(penalisedScore(["empty_reasoning"], { compat: "official" }), 0);
  assertEquals(penalisedScore(["too_short", "empty_reasoning"], { compat: "official" }), -10);
});

import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { extractNumber, normaliseResponse, verifierText } from "../../lib/tasks/mod.ts";

const COMPATS = ["paper", "official"] as const;

Deno.test("normaliseResponse() leaves invalid answers as they are", () => {
  for (const compat of COMPATS) {
    assertEquals(
      normaliseResponse("I do not know.\n", { answer: null, compat }),
      "I do not know.\n",
    );
  }
});

Deno.test("normaliseResponse() rewrites statements of the answer", () => {
  for (const compat of COMPATS) {
    for (
      const end of [
        "The answer is: 12",
        "The answer is: \\boxed{12}",
        "Answer: 12",
        "Answer: \\boxed{12}",
      ]
    ) {
      const normalised = normaliseResponse(`5 + 7 = 12.\n${end}`, { answer: "12", compat });
      assertEquals(normalised, "5 + 7 = 12.\nAnswer: \\boxed{12}", `${compat} ${end}`);
    }
  }
});

Deno.test("normaliseResponse() leaves numbers that only start with the answer", () => {
  for (
    const longer of ["12,500", "12.5", "12/5", "12 / 5", "12^2", "12{,}500", "12 1/2", "12'500"]
  ) {
    const text = `Answer: ${longer} was wrong, Answer: \\boxed{12}`;
    assertEquals(normaliseResponse(text, { answer: "12" }), text, longer);
  }
});

Deno.test("normaliseResponse() appends the answer when it does not stand near the end", () => {
  const text = "So it is \\boxed{12}, as the two parts add up to twelve pens in all.";
  const expected =
    "So it is 12, as the two parts add up to twelve pens in all.\n\nAnswer: \\boxed{12}";
  for (const compat of COMPATS) {
    assertEquals(normaliseResponse(text, { answer: "12", compat }), expected);
  }
});

Deno.test("normaliseResponse() accepts the answer within 1.5 of its length from the end", () => {
  // "Answer: \boxed{12}" has 18 characters, so the last 27 are searched: 9 more may follow.
  for (const compat of COMPATS) {
    const near = "Answer: \\boxed{12} 3456789a";
    assertEquals(near.length, 27);
    assertEquals(normaliseResponse(`x${near}`, { answer: "12", compat }), `x${near}`);
    const far = normaliseResponse(`x${near}b`, { answer: "12", compat });
    assertEquals(far, `xAnswer: 12 3456789ab\n\nAnswer: \\boxed{12}`);
  }
});

Deno.test("normaliseResponse() drops a last line that is the bare answer", () => {
  for (const compat of COMPATS) {
    assertEquals(
      normaliseResponse("five and seven\n12\n\n", { answer: "12", compat }),
      "five and seven\n\nAnswer: \\boxed{12}",
    );
    assertEquals(normaliseResponse("12", { answer: "12", compat }), "Answer: \\boxed{12}");
  }
});

Deno.test("normaliseResponse() in paper mode touches nothing but the answer", () => {
  // Official: the characters 1 and 2 are stripped from the end whatever number they belong to.
  const text = "\\boxed{12} is the sum; the page number is 7212";
  assertEquals(
    normaliseResponse(text, { answer: "12" }),
    "12 is the sum; the page number is 7212\n\nAnswer: \\boxed{12}",
  );
  assertEquals(
    normaliseResponse(text, { answer: "12", compat: "official" }),
    "12 is the sum; the page number is 7\n\nAnswer: \\boxed{12}",
  );
  // Official: a longer number that starts with the answer is rewritten.
  const longer = "Answer: 123 was wrong, Answer: \\boxed{12}";
  assertEquals(normaliseResponse(longer, { answer: "12" }), longer);
  assertEquals(
    normaliseResponse(longer, { answer: "12", compat: "official" }),
    "Answer: \\boxed{12}3 was wrong, Answer: \\boxed{12}",
  );
});

Deno.test("normaliseResponse() unwraps nested boxes whole in paper mode", () => {
  const text = "\\boxed{\\text{12}} since the other box \\boxed{x} was a mistake, I am sure";
  assertEquals(
    normaliseResponse(text, { answer: "12" }),
    "\\text{12} since the other box x was a mistake, I am sure\n\nAnswer: \\boxed{12}",
  );
});

Deno.test("normaliseResponse() ends in the answer and keeps it, for any text", () => {
  const piece = fc.constantFrom(
    "12",
    "\\boxed{",
    "}",
    "Answer: ",
    "\n",
    "The answer is: ",
    "7.0",
    " so ",
    "$&",
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const text = pieces.join("");
    const { answer } = extractNumber(text);
    const normalised = normaliseResponse(text, { answer });
    if (answer === null) return assertEquals(normalised, text);
    const final = `Answer: \\boxed{${answer}}`;
    assert(normalised.slice(-Math.floor(1.5 * final.length)).includes(final), normalised);
    assertEquals(extractNumber(normalised), { answer, boxed: true });
  }));
});

Deno.test("verifierText() drops markers and role debris", () => {
  const text = "assistant\n5 + 7 = 12\n\nAnswer: \\boxed{12}<|im_end|>";
  for (const compat of COMPATS) {
    assertEquals(
      verifierText(text, { answer: "12", compat }),
      "5 + 7 = 12\n\nAnswer: \\boxed{12}",
    );
  }
});

Deno.test("verifierText() in paper mode leaves no marker and no role to be dropped by a second call", () => {
  const options = { answer: "12" };
  assertEquals(verifierText("model\n assistant\n\n12 <|end|> <|im_end|>", options), "12");
  const piece = fc.constantFrom("assistant", "model:", "\n", " ", "<|end|>", "<|", "|>", "12");
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const once = verifierText(pieces.join(""), options);
    assertEquals(verifierText(once, options), once);
  }));
});

Deno.test("verifierText() in paper mode keeps genuine words and endings", () => {
  const text = "model trains cost 12 (each)";
  assertEquals(verifierText(text, { answer: "12" }), text);
  assertEquals(
    verifierText(text, { answer: "12", compat: "official" }),
    "trains cost 12 (each",
  );
  assertEquals(verifierText("it costs 5?!", { answer: null, compat: "official" }), "it costs 5?!");
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { transcriptOf, type TranscriptRow } from "../../lib/tracking/transcript.ts";
import { makePaperFormat } from "../../lib/discussion/mod.ts";

const row = (cells: Partial<TranscriptRow>): TranscriptRow => ({
  model: "m",
  questionId: "q/1",
  questionText: "How many?",
  gold: "7",
  agent: 0,
  turn: 0,
  text: "seven",
  answer: "7",
  correct: true,
  score: 0.25,
  finished: true,
  ...cells,
});

const format = makePaperFormat({ answers: "number", compat: "paper" });

Deno.test("transcriptOf() tells a verifier's scores, and which answers were cut off", () => {
  const text = transcriptOf([row({ finished: false }), row({ agent: 1 })], {
    format,
    hasVerifier: true,
  });
  assertStringIncludes(text, "**Agent 1**, right: 7, score 0.25, cut off at the token limit\n");
  assertStringIncludes(text, "**Agent 2**, right: 7, score 0.25\n");
});

Deno.test("transcriptOf() holds what models wrote as it is, and no way out of its block", () => {
  const text = transcriptOf([
    row({}),
    row({ agent: 1, text: " ```\n# mine\n\x1b[31m ", answer: null, correct: false }),
    row({ turn: 1, text: "8", answer: "8", correct: false }),
    row({ questionId: "q/2", questionText: "Why?" }),
  ], { format, hasVerifier: false });
  assertEquals(
    text,
    `# Discussions

## Question 1 of 2 (q/1)

\`\`\`
How many?
\`\`\`

Right answer: 7

### Turn 1

**Agent 1**, right: 7

\`\`\`
seven
\`\`\`

**Agent 2**, no answer

\`\`\`\`
\`\`\`
# mine
\\u001b[31m
\`\`\`\`

### Turn 2

**Agent 1**, wrong: 8

\`\`\`
8
\`\`\`

## Question 2 of 2 (q/2)

\`\`\`
Why?
\`\`\`

Right answer: 7

### Turn 1

**Agent 1**, right: 7

\`\`\`
seven
\`\`\`
`,
  );
});

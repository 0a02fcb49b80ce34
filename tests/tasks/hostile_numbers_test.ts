import { extractNumber } from "../../lib/tasks/mod.ts";

Deno.test("extractNumber() stays linear on long hostile texts", () => {
  const units = [
    ...[
      "\\frac{1",
      "\\frac{1}{",
      "1/",
      "1/2/",
      "1 1/2 ",
      "1*",
      "10^",
      "1e",
      "1,234",
      "1,111,",
      "- ",
    ],
    ...[
      "_{1",
      "^{1",
      "a^{1",
      "\\text{1",
      "{,}",
      "½",
      "²",
      "\u0661",
      "1'",
      "\\,",
      "\u00a0",
      "\\frac{a}{b}",
    ],
  ];
  for (const unit of units) {
    extractNumber(unit.repeat(20_000));
    extractNumber(`\\boxed{${unit.repeat(20_000)}}`);
  }
});

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import {
  canonicalNumber,
  extractGsm8kGold,
  extractNumber,
  sameNumber,
} from "../../lib/tasks/mod.ts";

/** What stands in a box, the number it states (null: no single one), and what the released code makes of it. */
const BOXED: readonly (readonly [box: string, paper: string | null, official: string | null])[] = [
  // Separators part groups of three digits, or two numbers.
  ["1,234", "1234", "1234"],
  ["12,345,678", "12345678", "12345678"],
  ["-1,234.50", "-1234.5", null],
  ["3,4", null, "34"],
  ["7,8,9", null, "789"],
  ["7, 8, 9", null, "789"],
  ["1,2345", null, "12345"],
  ["1,23", null, "123"],
  ["12,34,567", null, "1234567"],
  ["0,123", null, "123"],
  ["1234,567", null, "1234567"],
  ["1,234,56", null, "123456"],
  ["1.234,56", null, null],
  ["1.234.567", null, null],
  ["(3,4)", null, "34"],
  ["1{,}234", "1234", "1"],
  ["1{,}234{,}567.5", "1234567.5", "1"],
  ["3{,}5", null, "3"],
  ["1\\,234", "1234", "1234"],
  ["1\\ 234", "1234", "1234"],
  ["1\\,234\\,567", "1234567", "1234567"],
  ["12\\,34", null, "1234"],
  ["1,\\!234", "1234", "1234"],
  ["1\u202f234", "1234", "1234"],
  ["1\u00a0234", "1234", "1234"],
  ["1 234", null, "1234"],
  ["1'234", "1234", "1234"],
  ["1\u2019234\u2019567", "1234567", "1234567"],
  ["5'11", null, "511"],
  // Signs.
  ["-5", "-5", "-5"],
  ["- 5", "-5", "-5"],
  ["\u2212 5", "-5", "5"],
  ["\uff0d5", "-5", "5"],
  ["\u20135", "-5", "5"],
  ["+5", "5", "5"],
  ["+ 5", "5", "5"],
  ["x = - 5", "-5", "-5"],
  ["-\\frac{3}{4}", "-0.75", "-3"],
  ["-\\$5", "-5", "-5"],
  ["- $5", "-5", "-5"],
  ["$-5$", "-5", "-5"],
  ["(-5)", "-5", "-5"],
  ["-(5)", "-5", "-5"],
  ["-\\left(\\frac{3}{4}\\right)", "-0.75", "-3"],
  ["-(5 + 3)", null, "-53"],
  ["10 -(4)", null, null],
  ["10 - 4", null, null],
  ["10-4", null, null],
  ["3\u20134", null, "34"],
  ["\\pm 5", null, "5"],
  ["5 \\pm 1", null, "51"],
  // Points and exponents.
  [".5", "0.5", null],
  ["-.5", "-0.5", null],
  ["$.75", "0.75", null],
  ["0.50", "0.5", null],
  ["5.", "5", null],
  ["..5", null, null],
  ["1e3", "1000", "13"],
  ["1E3", "1000", "13"],
  ["1.5e-3", "0.0015", null],
  ["2e+2", "200", "22"],
  ["1e99999", null, "199999"],
  ["3 \\times 10^4", "30000", "3104"],
  ["3 \\times 10^{4}", "30000", "3104"],
  ["1.5\\cdot 10^{-3}", "0.0015", null],
  ["3 x 10^4", "30000", "3104"],
  ["3×10\u2074", "30000", "310"],
  ["-2*10^3", "-2000", "-2103"],
  ["10^{6}", "1000000", "106"],
  ["10\u207b\u00b2", "0.01", "10"],
  ["2^3", null, "23"],
  ["2^n", null, "2"],
  ["5_{10}", null, "510"],
  // What follows or precedes makes another number of it.
  ["5e3m", "5000", "53"],
  ["-5e3 km", "-5000", "-53"],
  ["1e-3kg", "0.001", null],
  ["5eV", "5", "5"],
  ["5e3e4", null, "534"],
  ["1e3.5", null, null],
  ["10^3.5", null, null],
  ["5×10^3", "5000", "5103"],
  ["5!", null, "5"],
  ["5 !", null, "5"],
  ["1/2!", null, "12"],
  ["5^2", null, "52"],
  ["5²", null, "5"],
  ["5%%", "5", "5"],
  ["2:3", null, "23"],
  ["√5", null, "5"],
  ["5√2", null, "52"],
  ["∛8", null, "8"],
  ["\\lfloor 5.5 \\rfloor", null, null],
  ["0xFF", null, "0"],
  ["0b11", null, "11"],
  ["0.333...", null, null],
  ["0.333\\ldots", null, null],
  ["5...", "5", null],
  ["|-5|", null, "-5"],
  ["\\lvert -5 \\rvert", null, "-5"],
  ["|5|", "5", "5"],
  ["-(-5)", null, null],
  ["negative 5", "-5", "5"],
  ["\\text{minus } 5", "-5", null],
  // Fractions and mixed numbers.
  ["3/4", "0.75", "34"],
  ["3 / 4", "0.75", "34"],
  ["1/3", "1/3", "13"],
  ["2/6", "1/3", "26"],
  ["6/3", "2", "63"],
  ["-3/4", "-0.75", "-34"],
  ["1 1/2", "1.5", "112"],
  ["-1 1/2", "-1.5", "-112"],
  ["1\\frac{1}{2}", "1.5", "11"],
  ["\\frac{3}{4}", "0.75", "3"],
  ["\\dfrac{1,500}{2}", "750", "1500"],
  ["\\frac{-3}{4}", "-0.75", "-3"],
  ["\\frac34", "0.75", "34"],
  ["\\tfrac 1 8", "0.125", "18"],
  ["1½", "1.5", "1"],
  ["⅔", "2/3", null],
  ["3\u20444", "0.75", "34"],
  ["1/0", null, "10"],
  ["12/25/2020", null, "12252020"],
  ["3 5/4", null, "354"],
  ["x/4", null, "4"],
  ["\\frac{x}{2}", null, null],
  ["\\frac{3x}{4}", null, "3"],
  // Currency, percent, units, ordinals, words around.
  ["$12.50", "12.5", null],
  ["\\$1,000", "1000", "1000"],
  ["£5", "5", "5"],
  ["5 €", "5", "5"],
  ["5€", "5", "5"],
  ["US$5", "5", "5"],
  ["50¢", "50", "50"],
  ["$3$$4$", null, "34"],
  ["45%", "45", "45"],
  ["45 \\%", "45", "45"],
  ["0.5%", "0.5", null],
  ["12 apples", "12", "12"],
  ["12\\text{ apples}", "12", "12"],
  ["12~\\mathrm{km}", "12", "12"],
  ["12kg", "12", "12"],
  ["60 km/h", "60", "60"],
  ["5\\text{ cm}^2", "5", "5"],
  ["5 m^2", "5", "52"],
  ["5 m²", "5", "5"],
  ["30 \\frac{\\text{miles}}{\\text{hour}}", "30", "30"],
  ["90^\\circ", "90", "90"],
  ["90°", "90", "90"],
  ["5th", "5", "5"],
  ["5^{th}", "5", "5"],
  ["\\mathbf{12}", "12", "12"],
  ["about 5", "5", "5"],
  ["\\approx 5", "5", "5"],
  ["x_1 = 7", "7", "17"],
  ["x_{1} = 7", "7", "1"],
  ["2.5 million", "2.5", null],
  ["{12}", "12", "12"],
  // Other scripts.
  ["\uff11\uff12", "12", null],
  ["\u0661\u0662", "12", null],
  ["\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "1234.5", null],
  ["\u096a\u0968", "42", null],
  ["\ud835\udfcf\ud835\udfd0", "12", null],
  ["答案是12个", "12", "12"],
  // Several numbers, or none.
  ["5 or 6", null, "56"],
  ["3 to 4", null, "34"],
  ["3:4", null, "34"],
  ["3+4=7", null, "347"],
  ["3 \\times 4", null, "34"],
  ["2x3", null, "23"],
  ["\\sqrt{2}", null, "2"],
  ["25\\pi", null, "25"],
  ["25π", null, "25"],
  ["0.\\overline{3}", null, null],
  ["\\infty", null, null],
  ["1.2.3", null, null],
  ["ten", null, null],
  ["", null, null],
];

Deno.test("extractNumber() reads numbers in boxes as people write them, and as the released code does", () => {
  for (const [box, paper, official] of BOXED) {
    const text = `So it is \\boxed{${box}}.`;
    const inOfficial = extractNumber(text, "official");
    assertEquals(extractNumber(text), { answer: paper, boxed: true }, box);
    assertEquals(inOfficial.answer, official, `official: ${box}`);
  }
});

Deno.test("extractNumber() without a box takes the last number, or nothing when that is not one", () => {
  const cases: [text: string, answer: string | null][] = [
    ["It costs $1,234.50, I think.", "1234.5"],
    ["It is 3,5", null],
    ["The primes are 2, 3, 5", "5"],
    ["We get x = - 5", "-5"],
    ["apples - 5 pears", "5"],
    ["Left:\n- 5 pears", "5"],
    ["10\n-4", "4"],
    ["the loss is -.5", "-0.5"],
    ["3 1/2 cups.", "3.5"],
    ["about 1.5e3 people", "1500"],
    ["12 / 4 = 3", "3"],
    ["the area is 25π", null],
    ["π is about 3.14", "3.14"],
    ["paid -$5", "-5"],
    ["in 2 million years", "2"],
    ["That is 20%.", "20"],
    ["wait ... 5", "5"],
    ["v 1.2.3", null],
    ["So I got 5!", "5"],
    ["It weighs 5e3g", "5000"],
    ["That makes 0.5...", "0.5"],
    ["It is 5^2", null],
    ["It is 5²", null],
    ["The side is √5", null],
    ["The side is \\sqrt{5}", null],
    ["a gain, not a loss: 10 - 5 = 5 (not negative 5)", "5"],
  ];
  for (const [text, answer] of cases) {
    assertEquals(extractNumber(text), { answer, boxed: false }, text);
  }
});

Deno.test("sameNumber() compares exactly, where floats would not", () => {
  assertEquals(sameNumber(extractNumber("\\boxed{3/4}").answer, "0.75"), true);
  assertEquals(sameNumber("1/3", "2/6"), true);
  assertEquals(sameNumber("1/3", "0.3333333333333333"), false);
  assertEquals(sameNumber("9007199254740993", "9007199254740992"), false);
  assertEquals(sameNumber("0.1000000000000000055511151231257827", "0.1"), false);
  assertEquals(canonicalNumber("6/4"), "1.5");
  assertEquals(canonicalNumber("1/0"), null);
});

Deno.test("extractGsm8kGold() refuses what is not one number", () => {
  for (const gold of ["1,2", "3,4,5", "5 or 6", "5 apples", "1,2345", "2^3", "-", "1.2.3"]) {
    assertThrows(() => extractGsm8kGold(`so\n#### ${gold}`), SyntaxError, gold);
  }
  for (const [gold, value] of [["- 5", "-5"], ["1,080", "1080"], [".5", "0.5"], ["45%", "45"]]) {
    assertEquals(extractGsm8kGold(`so\n#### ${gold}`), value);
  }
});

Deno.test("extractNumber() gives a canonical number or null, whatever the pieces", () => {
  const pieces = fc.constantFrom(
    ...BOXED.map(([box]) => box),
    ...[
      "\\frac",
      "{",
      "}",
      "1",
      "/",
      "^",
      "-",
      ".",
      ",",
      " ",
      "\\boxed{",
      "\\text{",
      "e",
      "×",
      "½",
      "²",
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      for (const text of [parts.join(""), `\\boxed{${parts.join("")}}`]) {
        const { answer } = extractNumber(text);
        assertEquals(answer === null || canonicalNumber(answer) === answer, true, text);
      }
    }),
    { numRuns: 2000 },
  );
});

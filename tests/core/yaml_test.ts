import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { stringify } from "@std/yaml";
import { z } from "zod";
import { ConfigError, parseYaml, resolveConfig, yamlNumber } from "../../lib/core/mod.ts";

Deno.test("parseYaml() reads the numbers of YAML 1.2's core schema and leaves those of 1.1 text", () => {
  const cases: [string, unknown][] = [
    ["020", 20],
    ["-010", -10],
    ["+12", 12],
    ["0x1F", 31],
    ["1e3", 1000],
    [".5", 0.5],
    ["5.", 5],
    [".inf", Infinity],
    ["-.inf", -Infinity],
    [".nan", NaN],
    ["1_000", "1_000"],
    ["0b11", "0b11"],
    ["-0x1F", "-0x1F"],
    ["1:30", "1:30"],
    ["'020'", "020"],
    ['"5"', "5"],
    ["yes", "yes"],
    ["on", "on"],
    ["True", true],
    ["~", null],
    ["2024-01-01", "2024-01-01"],
    ["[010, {a: 020}]", [10, { a: 20 }]],
    ["{020: 030, 1_000: 1, ~: 2}", { "020": 30, "1_000": 1, "~": 2 }],
  ];
  for (const [text, value] of cases) assertEquals(parseYaml(text, "a test"), value, text);
});

Deno.test("yamlNumber() is the core schema's rule for plain scalars", () => {
  const cases: [string, number | undefined][] = [
    ["0", 0],
    ["08", 8],
    ["0o20", 16],
    ["-0o20", undefined],
    ["0xfF", 255],
    ["-.5e-1", -0.05],
    ["1.2.3", undefined],
    ["+.inf", Infinity],
    ["+.nan", undefined],
    ["e3", undefined],
    ["", undefined],
    ["1 ", undefined],
  ];
  for (const [text, value] of cases) assertEquals(yamlNumber(text), value, text);
});

Deno.test("settings take every spelling of a number that YAML 1.2 has, and no other", () => {
  const schema = z.strictObject({
    count: z.int().min(0).default(1),
    rate: z.number().nullable().default(null),
    name: z.string().default(""),
  });
  const valueOf = (...sets: string[]) => resolveConfig(schema, [], sets);
  assertEquals(valueOf("count=0o20", "rate=-.5", "name=08"), { count: 16, rate: -0.5, name: "08" });
  assertEquals(valueOf("count=08", "rate=010"), { count: 8, rate: 10, name: "" });
  for (const set of ["count=1_000", "count=0b11", 'count="5"', "rate=1:30", "count=yes"]) {
    assertThrows(() => valueOf(set), ConfigError, "must be a");
  }
  // What a run writes is what it reads again.
  const config = { name: "08", other: "1_000", octal: "0o20", number: 1e-7 };
  assertEquals(parseYaml(stringify(config), "a test"), config);
});

Deno.test("parseYaml() refuses what has no end or is too large, in one line and in no time", () => {
  const bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 10; i++) bomb.push(`a${i}: &a${i} [${`*a${i - 1}, `.repeat(10)}]`);
  const cases: [string, string][] = [
    [bomb.join("\n"), "there must be at most 200000 values: aliases make more of them"],
    ["a: &a {b: *a}", "a value cannot hold itself"],
    ["&a [*a]", "a value cannot hold itself"],
    ["[".repeat(1 << 20), "at most 64 deep"],
    ["{a: ".repeat(1 << 18), "at most 64 deep"],
    ["- ".repeat(1 << 19), "at most 64 deep"],
    ["[".repeat(100) + "]".repeat(100), "at most 64 deep"],
    ["x".repeat((1 << 20) + 1), "YAML must have at most 1048576 characters: it has 1048577"],
    ["evaluation:\n\tevery: 3\n", "must be indented with spaces: line 2 begins with a tab"],
    ["a:\n  \tb: 3\n", "line 2 begins with a tab"],
  ];
  for (const [text, message] of cases) {
    const start = performance.now();
    const error = assertThrows(() => parseYaml(text, "my.yaml"), ConfigError);
    assert(error.message.startsWith("Cannot read my.yaml as "), error.message.slice(0, 200));
    assert(error.message.includes(message), error.message.slice(0, 200));
    // Some ten milliseconds here; without bounds it ends for lack of memory.
    assert(performance.now() - start < 20_000, text.slice(0, 20));
  }
});

Deno.test("parseYaml() takes aliases, and JSON that is indented with tabs", () => {
  assertEquals(parseYaml("a: &a [1, 010]\nb: *a\n", "a test"), { a: [1, 10], b: [1, 10] });
  assertEquals(parseYaml('{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n', "a test"), { a: { b: 1 } });
  assertEquals(parseYaml("a: 1\n\t\n\t# a note\n", "a test"), { a: 1 });
  assertEquals(parseYaml("", "a test"), null);
});

Deno.test("parseYaml() reads what stringify() writes, whatever it is", () => {
  const odd = fc.constantFrom(
    "020",
    "0o20",
    "1_000",
    "0b1",
    "~",
    "1:30",
    "-.5",
    "08",
    ".inf",
    "1e3",
    "",
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      odd,
      fc.integer(),
      fc.double({ noNaN: true }).map((number) => number + 0), // JSON has no -0 either
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(odd, fc.string({ minLength: 1 })), tie("value"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), value, { maxKeys: 4 }), (config) => {
      const plain = JSON.parse(JSON.stringify(config)); // as a run writes it
      assertEquals(parseYaml(stringify(plain), "a test"), plain);
    }),
    { numRuns: 300 },
  );
});

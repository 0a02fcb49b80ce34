import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { parseJson } from "../../lib/core/mod.ts";

Deno.test("parseJson() names a key that stands twice in one object", () => {
  const cases: [json: string, key: string][] = [
    ['{"a":1,"a":2}', '"a"'],
    ['{"a":1,"b":{"a":1},"a":2}', '"a"'],
    ['{"x":[{"k":1,"k":1}]}', '"k"'],
    ['{"a":1,"\\u0061":2}', '"\\u0061"'],
    ['{"":1,"":2}', '""'],
    ['{"__proto__":1,"__proto__":2}', '"__proto__"'],
    ['{"a" : "}" , "b" : ",\\"a\\":" , "a" : []}', '"a"'],
  ];
  for (const [json, key] of cases) {
    assertThrows(() => parseJson(json), SyntaxError, `the key ${key} stands twice in one object`);
  }
});

Deno.test("parseJson() takes the same key in different objects, and strings that look like keys", () => {
  for (
    const json of [
      '{"a":{"a":{"a":1}},"b":["a","a","b"]}',
      '[{"a":1},{"a":1}]',
      '{"a":"a","b":"a","c":"\\",\\"a\\":1"}',
      '"a"',
      "[1,2]",
      "{}",
    ]
  ) assertEquals(parseJson(json), JSON.parse(json), json);
});

Deno.test("parseJson() refuses what is no JSON and what nests without end", () => {
  assertThrows(() => parseJson('{"a":'), SyntaxError);
  assertThrows(
    () => parseJson("[".repeat(100_000) + "]".repeat(100_000)),
    SyntaxError,
    "at most 100 levels",
  );
});

Deno.test("parseJson() takes strings of any length", () => {
  const value = { a: '\\"'.repeat(2_000_000) };
  assertEquals(parseJson(JSON.stringify(value)), value);
});

Deno.test("parseJson() gives back any value that JSON can hold", () => {
  fc.assert(fc.property(fc.json({ maxDepth: 5 }), (json) => {
    assertEquals(parseJson(json), JSON.parse(json));
  }));
});

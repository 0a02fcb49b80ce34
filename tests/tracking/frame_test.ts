import { assertEquals, assertThrows } from "@std/assert";
import pl from "nodejs-polars";
import { type Columns, frameOf, type RowOf } from "../../lib/tracking/mod.ts";

const columns = {
  i: { type: "int", unit: "", meaning: "", nullable: true },
  f: { type: "float", unit: "", meaning: "", nullable: true },
  s: { type: "float32", unit: "", meaning: "", nullable: true },
  b: { type: "bool", unit: "", meaning: "", nullable: true },
  t: { type: "text", unit: "", meaning: "", nullable: true },
  l: { type: "ints", unit: "", meaning: "", nullable: true },
  m: { type: "floats", unit: "", meaning: "", nullable: true },
} as const satisfies Columns;
type Row = RowOf<typeof columns>;

const empty: Row = { i: null, f: null, s: null, b: null, t: null, l: null, m: null };
const full: Row = {
  i: -3,
  f: 0.5,
  s: 0.25,
  b: false,
  t: "",
  l: new Int32Array([7, 8]),
  m: new Float32Array([0.25]),
};
const types = ["Int32", "Float64", "Float32", "Bool", "String", "List", "List"];

Deno.test("frameOf() gives the same types whatever the rows hold", () => {
  for (const rows of [[], [empty], [full], [empty, full, empty], [{ ...full, l: [], m: [] }]]) {
    const frame = frameOf(columns, rows);
    assertEquals(frame.height, rows.length);
    assertEquals(frame.columns, Object.keys(columns));
    assertEquals(
      Object.values(frame.schema as Record<string, { variant: string }>).map((t) => t.variant),
      types,
    );
    assertEquals(pl.concat([frame, frameOf(columns, [full])]).height, rows.length + 1);
  }
});

Deno.test("frameOf() keeps every value, null apart from 0, NaN and empty", () => {
  const last = { ...full, i: 0, f: NaN, s: 0.1, l: [], m: [1, NaN] };
  const frame = frameOf(columns, [empty, full, last]);
  const records = frame.toRecords() as Record<string, unknown>[];
  assertEquals(records[0], empty);
  assertEquals(records[1], { ...full, l: [7, 8], m: [0.25] });
  assertEquals(records[2]!.i, 0);
  assertEquals(records[2]!.f, NaN);
  assertEquals(records[2]!.s, Math.fround(0.1)); // float32: about seven digits
  assertEquals(records[2]!.l, []);
  assertEquals(records[2]!.m, [1, NaN]);
});

Deno.test("frameOf() refuses values of another type, naming the column", () => {
  const cases: [Partial<Record<keyof Row, unknown>>, string][] = [
    [{ i: 0.5 }, "i must be an integer of 32 bits or null: 0.5"],
    [{ i: 2 ** 31 }, "i must be an integer of 32 bits"],
    [{ i: undefined }, "i must be an integer of 32 bits or null: undefined"],
    [{ f: "1" }, 'f must be a number or null: "1"'],
    [{ s: "1" }, 's must be a number or null: "1"'],
    [{ b: 1 }, "b must be a boolean"],
    [{ t: 1 }, "t must be a text"],
    [{ l: [0.5] }, "l must be a list of integers"],
    [{ m: ["x"] }, "m must be a list of numbers"],
  ];
  for (const [change, message] of cases) {
    assertThrows(() => frameOf(columns, [{ ...full, ...change } as Row]), TypeError, message);
  }
  const strict = { i: { ...columns.i, nullable: undefined } } as unknown as Columns;
  assertThrows(() => frameOf(strict, [{ i: null }] as never), TypeError, "32 bits: null");
});

Deno.test("frameOf() refuses unknown columns, naming the nearest", () => {
  const named = { approxKl: { type: "float", unit: "nats", meaning: "" } } as const;
  assertThrows(
    () => frameOf(named, [{ approxKl: 0, approx_kl: 1 } as never]),
    TypeError,
    "does not know: approx_kl; did you mean approxKl?",
  );
});

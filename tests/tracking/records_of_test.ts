import { assertEquals } from "@std/assert";
import pl from "nodejs-polars";
import { recordsOf } from "../../lib/tracking/records_of.ts";

Deno.test("recordsOf() gives what polars gives, of every type, with nulls and without", () => {
  const columns = {
    text: pl.Series("text", ["a", "", "a", "\u0000ü 𝒳"], pl.Utf8),
    texts: pl.Series("texts", [null, "b", null, "b"], pl.Utf8),
    noText: pl.Series("noText", [null, null, null, null], pl.Utf8),
    int: pl.Series("int", [1, -2, 2 ** 31 - 1, -(2 ** 31)], pl.Int32),
    ints: pl.Series("ints", [1, null, 3, 4], pl.Int32),
    big: pl.Series("big", [1n, 2n, 3n, 4n], pl.Int64),
    float: pl.Series("float", [0.1, -0, Infinity, 4], pl.Float32),
    double: pl.Series("double", [0.1, -0, 1e300, 4], pl.Float64),
    doubles: pl.Series("doubles", [0.1, null, NaN, 4], pl.Float64),
    bool: pl.Series("bool", [true, false, false, true], pl.Bool),
    bools: pl.Series("bools", [true, null, false, true], pl.Bool),
    list: pl.Series("list", [[1], [], [2, 3], [4]]),
  };
  const frame = pl.DataFrame(columns);
  const expected = Array.from({ length: 4 }, (_, row) =>
    Object.fromEntries(
      Object.entries(columns).map(([name, column]) => [name, column.toArray()[row]]),
    ));
  const plain = (cell: unknown) =>
    typeof cell === "object" && cell !== null ? JSON.stringify(cell) : cell;
  const cells = (records: readonly Record<string, unknown>[]) =>
    records.map((record) =>
      Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, plain(cell)]))
    );
  assertEquals(cells(recordsOf(frame)), cells(expected));
  assertEquals(recordsOf(frame.head(0)), []);
});

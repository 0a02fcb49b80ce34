import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { ConfigError, resolveConfig } from "../../lib/core/mod.ts";

Deno.test("resolveConfig() sets single entries of a list that is given, in order", () => {
  const schema = z.strictObject({
    seats: z.array(
      z.strictObject({ base: z.string().default("a"), weights: z.array(z.int()).default([]) }),
    )
      .nullable().default(null),
  });
  const layer = { seats: [{}, { base: "b", weights: [1, 2] }] };
  const sets = ["seats.0.base=c", "seats.1.weights.1=5"];
  const expected = [{ base: "c", weights: [] }, { base: "b", weights: [1, 5] }];
  assertEquals(resolveConfig(schema, [layer], sets).seats, expected);
  assertEquals(layer.seats[0], {});
  assertEquals(resolveConfig(schema, [], ["seats=[{}]", "seats.0.base=c"]).seats, [
    { base: "c", weights: [] },
  ]);
  // Entries that are not there, and what is no place in a list.
  for (const set of ["seats.1.base=c", "seats.01.base=c", "seats.-1.base=c", "seats.x.base=c"]) {
    const { message } = assertThrows(
      () => resolveConfig(schema, [{ seats: [{}] }], [set]),
      ConfigError,
    );
    const key = set.split(".")[1];
    assertEquals(
      message,
      `Cannot use the configuration: seats must be a list of mapping | null: {"${key}":{"base":"c"}}; ` +
        `entry ${key} is not given: write the whole list, seats=[...]`,
    );
  }
  assertThrows(
    () => resolveConfig(schema, [], ["seats.0.base=c"]),
    ConfigError,
    "; entry 0 is not",
  );
  assertThrows(
    () => resolveConfig(schema, [{ seats: [{}] }], ["seats.0.bse=c"]),
    ConfigError,
    "seats.0.bse is not an option. Did you mean seats.0.base?",
  );
});

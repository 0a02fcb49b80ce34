import fc from "fast-check";
import * as ops from "../../lib/ops/mod.ts";
import { assertGpuTwins, propertyTest, size } from "./gpu_twins.ts";
import { normals, type Op } from "./twins.ts";

for (const name of ["swiGlu", "geGlu"] as const) {
  propertyTest(
    `${name}() on webgpu equals its reference on random shapes, saturated gates included`,
    fc.oneof(fc.tuple(size(200), size(300)), fc.constantFrom([3, 4099], [4099, 3])),
    {
      runs: 10,
      check: async ([n, f], random) => {
        const gate = normals(random, n!, f!);
        gate.values.set([200, -200].slice(0, gate.values.length));
        await assertGpuTwins(
          { op: ops[name] as Op, reference: ops[`${name}Reference` as const] as Op },
          [gate, normals(random, n!, f!)],
          { name: `${name} ${n}×${f}` },
        );
      },
    },
  );
}

propertyTest(
  "softCap() on webgpu equals its reference on random shapes",
  fc.tuple(size(200), size(300), fc.constantFrom(0.5, 4, 30)),
  {
    runs: 6,
    check: async ([n, d, cap], random) => {
      const run = (f: typeof ops.softCap): Op => (x) => f(x!, cap);
      await assertGpuTwins(
        { op: run(ops.softCap), reference: run(ops.softCapReference) },
        [normals(random, n, d)],
        { name: `softCap ${n}×${d} ${cap}` },
      );
    },
  },
);

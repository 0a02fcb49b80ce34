import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/core/mod.ts";
import { decoderFlops, describeTime } from "../../lib/training/time_plan.ts";

const NEW = { device: "cpu", resumed: false } as const;

Deno.test("describeTime() adds up what is computed and says how long that takes at a stated rate", () => {
  // 2 x 1e6 weights x 3e6 tokens = 6 TFLOP forward, 18 with backward: 24e12 / 1.5e11 = 160 s.
  const parts = [
    { name: "sampling", flops: decoderFlops(1e6, 3e6, 1), setting: "a" },
    { name: "training", flops: decoderFlops(1e6, 3e6, 3), setting: "b" },
    { name: "nothing", flops: 0, setting: "c" },
  ];
  assertEquals(
    describeTime(parts, NEW),
    "time: at most 24 TFLOP (sampling 6 TFLOP, training 18 TFLOP), about 3 minutes at 150 GFLOP/s",
  );
  assertEquals(
    describeTime(parts, { ...NEW, device: "webgpu" }),
    "time: at most 24 TFLOP (sampling 6 TFLOP, training 18 TFLOP), less than a minute at 10000 GFLOP/s",
  );
});

Deno.test("describeTime() refuses more than ten years of a new run, and names the largest part", () => {
  const years = (count: number) => count * 365 * 24 * 3600 * 1.5e11;
  const parts = [
    { name: "sampling", flops: years(3), setting: "a" },
    { name: "training", flops: years(8), setting: "b.c" },
  ];
  const error = assertThrows(() => describeTime(parts, NEW), ConfigError, "of which training");
  assertEquals(error.remedy, "Lower b.c");
  describeTime(parts, { ...NEW, resumed: true });
  describeTime(parts.slice(1), NEW);
});

Deno.test("describeTime() rounds times as they are told", () => {
  const told = (seconds: number) =>
    describeTime([{ name: "work", flops: 1.5e11 * seconds, setting: "a" }], NEW)
      .match(/\), (.+) at /)![1];
  assertEquals([30, 60, 100, 36_000, 400_000].map(told), [
    "less than a minute",
    "about a minute",
    "about 2 minutes",
    "about 10 hours",
    "about 5 days",
  ]);
});

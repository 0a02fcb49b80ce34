import { assertEquals } from "@std/assert";
import { bfloat16ToFloat32, float16ToFloat32 } from "../../lib/models/half_floats.ts";

Deno.test("float16ToFloat32() widens normal, subnormal and special numbers exactly", () => {
  const cases: [number, number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125], // (1 + 341/1024) / 4
    [0x7bff, 65504], // the largest
    [0x0400, 2 ** -14], // the smallest normal
    [0x0001, 2 ** -24], // the smallest subnormal
    [0x83ff, -1023 * 2 ** -24],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, NaN],
  ];
  const bits = Uint16Array.from(cases, ([half]) => half);
  assertEquals([...float16ToFloat32(bits)], cases.map(([, value]) => value));
});

Deno.test("bfloat16ToFloat32() widens the upper half of a float32", () => {
  const cases: [number, number][] = [
    [0x0000, 0],
    [0x3f80, 1],
    [0xbfc0, -1.5],
    [0x4049, 3.140625], // π to eight bits
    [0x7f80, Infinity],
    [0x7fc0, NaN],
  ];
  const bits = Uint16Array.from(cases, ([half]) => half);
  assertEquals([...bfloat16ToFloat32(bits)], cases.map(([, value]) => value));
});

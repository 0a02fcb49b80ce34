import { assertEquals, assertThrows } from "@std/assert";
import {
  decodeGguf,
  GGUF_TYPES,
  ggufBytes,
  type GgufType,
} from "../../../lib/models/gguf/blocks.ts";
import reference from "./blocks.json" with { type: "json" };

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));

Deno.test("blocks are read as llama.cpp's own package reads them, to the last bit", () => {
  const blocks: Readonly<Record<string, readonly { bytes: string; values: readonly number[] }[]>> =
    reference.blocks;
  for (const type of GGUF_TYPES.filter((name) => name.startsWith("Q"))) {
    const [one, other] = blocks[type]!;
    const bytes = bytesOf(one!.bytes + other!.bytes);
    const values = Float32Array.of(...one!.values, ...other!.values);
    assertEquals(decodeGguf(type, bytes), values, type);
    assertEquals(ggufBytes(type, values.length), bytes.length);
  }
});

Deno.test("a block of each simple kind by hand", () => {
  // Float16: 0x3800 = 0.5, 0x4000 = 2, 0x4200 = 3; numbers 0 and 16 share byte 0.
  const block = (head: readonly number[], byte: number, rest = 15) =>
    Uint8Array.from([...head, byte, ...Array<number>(rest).fill(0x88)]);
  const firstAnd16 = (type: GgufType, bytes: Uint8Array<ArrayBuffer>) => {
    const values = decodeGguf(type, bytes);
    return [values[0], values[16]];
  };
  assertEquals(firstAnd16("Q4_0", block([0x00, 0x38], 0x9f)), [3.5, 0.5]); // (15 - 8)/2, (9 - 8)/2
  assertEquals(firstAnd16("Q4_1", block([0x00, 0x38, 0x00, 0x42], 0x9f)), [10.5, 7.5]);
  // Fifth bits: that of number 0 is set, that of number 16 is not.
  const fifth = [0x01, 0x00, 0x00, 0x00];
  assertEquals(firstAnd16("Q5_0", block([0x00, 0x40, ...fifth], 0x21)), [2, -28]); // 2·(17 - 16), 2·(2 - 16)
  assertEquals(firstAnd16("Q5_1", block([0x00, 0x40, 0x00, 0x42, ...fifth], 0x21)), [37, 7]);
  const bytes = Uint8Array.from([0x00, 0x38, 0xff, ...Array<number>(31).fill(0x7f)]);
  assertEquals([...decodeGguf("Q8_0", bytes).subarray(0, 2)], [-0.5, 63.5]);
});

Deno.test("plain numbers are read from any place of a larger array", () => {
  const whole = new Uint8Array(11);
  new DataView(whole.buffer).setFloat32(1, 1.5, true);
  new DataView(whole.buffer).setUint16(5, 0xbf80, true); // bfloat16 -1
  new DataView(whole.buffer).setUint16(7, 0x3800, true); // float16 0.5
  assertEquals([...decodeGguf("F32", whole.subarray(1, 5))], [1.5]);
  assertEquals([...decodeGguf("BF16", whole.subarray(5, 7))], [-1]);
  assertEquals([...decodeGguf("F16", whole.subarray(7, 9))], [0.5]);
});

Deno.test("a block that is not whole is refused", () => {
  assertThrows(
    () => decodeGguf("Q4_K", new Uint8Array(143)),
    RangeError,
    "Cannot decode Q4_K as it comes in blocks of 144 bytes: got 143 bytes",
  );
  assertEquals(ggufBytes("Q6_K", 255), undefined);
  assertEquals(ggufBytes("F16", 3), 6);
});

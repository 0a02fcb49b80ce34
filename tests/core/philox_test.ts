import { assertEquals } from "@std/assert";
import { philox4x32, type Words2, type Words4 } from "../../lib/core/mod.ts";

// Known-answer vectors of Philox4x32-10 as published with the paper (file kat_vectors of Random123).
const vectors: { counter: Words4; key: Words2; block: Words4 }[] = [
  {
    counter: [0, 0, 0, 0],
    key: [0, 0],
    block: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    block: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  { // the digits of pi
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    block: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
];

Deno.test("philox4x32() gives the published vectors", () => {
  for (const { counter, key, block } of vectors) assertEquals(philox4x32(counter, key), block);
});

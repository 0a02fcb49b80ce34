import { assertEquals } from "@std/assert";
import { draftRoom } from "../../lib/generation/draft_room.ts";

/** A batch of 40 rows with the vocabulary of SmolLM2: 2 ** 25 / 49152 = 682.7 rows of logits. */
const batch = { numRows: 40, vocabSize: 49152 };

Deno.test("draftRoom() lets a batch try, and goes on while every other guess comes true", () => {
  assertEquals(draftRoom({ ...batch, numDrafted: 0, numAccepted: 0 }), 682 - 40);
  assertEquals(draftRoom({ ...batch, numDrafted: 32, numAccepted: 0 }), 642);
  assertEquals(draftRoom({ ...batch, numDrafted: 33, numAccepted: 0 }), 0);
  assertEquals(draftRoom({ ...batch, numDrafted: 332, numAccepted: 150 }), 642);
  assertEquals(draftRoom({ ...batch, numDrafted: 333, numAccepted: 150 }), 0);
});

Deno.test("draftRoom() leaves few rows their drafts, as they are nearly free", () => {
  const refused = { vocabSize: 49152, numDrafted: 100, numAccepted: 0 };
  assertEquals([1, 15, 16, 17].map((numRows) => draftRoom({ ...refused, numRows })), [15, 1, 0, 0]);
});

Deno.test("draftRoom() is never less than none, however large the vocabulary", () => {
  assertEquals(draftRoom({ numRows: 40, vocabSize: 2 ** 21, numDrafted: 0, numAccepted: 0 }), 0);
});

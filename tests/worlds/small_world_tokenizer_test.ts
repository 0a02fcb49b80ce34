import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { readableText, type Tokenizer } from "../../lib/text/mod.ts";
import {
  NAMES,
  QUALITIES,
  SMALL_WORLD_PIECES,
  SMALL_WORLD_VOCABULARY,
  smallWorldPieceTokenizer as pieces,
  smallWorldTokenizer as tokenizer,
  smallWorldTokenizerJson,
  SPECIAL_TOKENS,
  UNITS,
  VOCABULARY_SIZE,
} from "../../lib/worlds/small_world/mod.ts";

Deno.test("SMALL_WORLD_VOCABULARY keeps the ids of the committed checkpoints", () => {
  // Appending is the only change that may alter this list: a word in place of the first reserved id.
  const words =
    "<|pad|> <|user|> <|assistant|> <|end|> 0 1 2 3 4 5 6 7 8 9 . ? : + - * = > < \\boxed{ } " +
    "me agent1 agent2 agent3 agent4 agent5 agent6 agent7 agent8 verdict right plausible doubtful wrong " +
    "best worst own again new Tom Ann Ben Eva Max Lea Sam Mia Tim Ida Jon Zoe Kim Leo Amy Bob " +
    "pens books coins shells stamps cards beads apples stones nuts eggs keys " +
    "has buys finds gets loses sells drops Then Now times as many How " +
    "red blue big small round flat old rare all no some are things is than " +
    "older younger taller shorter faster slower more fewer exactly open Claim " +
    "entailment neutral contradiction";
  assertEquals(SMALL_WORLD_VOCABULARY.slice(0, 114).join(" "), words);
});

Deno.test("SMALL_WORLD_VOCABULARY has distinct entries, a round size and reserved ids", () => {
  assertEquals(SMALL_WORLD_VOCABULARY.length, VOCABULARY_SIZE);
  assertEquals(new Set(SMALL_WORLD_VOCABULARY).size, VOCABULARY_SIZE);
  assertEquals(VOCABULARY_SIZE % 64, 0);
  assert(SMALL_WORLD_VOCABULARY.filter((text) => text.startsWith("<|reserved_")).length >= 8);
  for (const word of [...NAMES, ...UNITS, ...QUALITIES, ...SPECIAL_TOKENS]) {
    assert(SMALL_WORLD_VOCABULARY.includes(word), word);
  }
});

Deno.test("encode() gives the ids of a word problem", () => {
  const id = (word: string) => SMALL_WORLD_VOCABULARY.indexOf(word);
  assertEquals(
    [...tokenizer.encode("Tom has 23 pens . 07 = 100 \\boxed{23}")],
    ["Tom", "has", "2", "3", "pens", ".", "0", "7", "=", "1", "0", "0", "\\boxed{", "2", "3", "}"]
      .map(id),
  );
});

Deno.test("encode() gives special tokens their ids", () => {
  assertEquals([...tokenizer.encode("<|user|> <|assistant|> <|end|> <|pad|>")], [1, 2, 3, 0]);
  assertEquals([tokenizer.padTokenId, tokenizer.eosTokenId], [0, 3]);
});

Deno.test("encode() throws naming the unknown word and where it stands", () => {
  for (const word of ["elephants", "agent9", "pens5", "!", "toms", "\\frac{", "<|system|>"]) {
    const error = assertThrows(
      () => tokenizer.encode(`Tom has 23 pens . ${word} and`),
      RangeError,
      "Cannot encode text as",
    );
    const named = word === "\\frac{" ? "\\\\" : word; // quoted as JSON is
    assertStringIncludes(error.message, `"${named}" is not in the tokenizer's vocabulary`);
    assertStringIncludes(error.message, "Tom has 23 pens");
  }
});

Deno.test("encode() of nothing is empty", () => {
  assertEquals(tokenizer.encode(" \n ").length, 0);
  assertEquals(tokenizer.decode([]), "");
});

Deno.test("decode() joins digits and closes boxes", () => {
  for (
    const text of [
      "07 + 00 = 7 . \\boxed{7}",
      "100 = 5",
      "\\boxed{}",
      "\\boxed{neutral}",
      "} 5 } agent2 3 :",
    ]
  ) assertEquals(tokenizer.decode(tokenizer.encode(text)), text.replaceAll(" }", "}"));
});

Deno.test("decode() drops markers, reserved ids and foreign ids, and never throws", () => {
  const [tom, has] = tokenizer.encode("Tom has");
  assertEquals(tokenizer.decode([0, tom!, 127, 2, 999, -1, 1.5, NaN, has!, 3]), "Tom has");
  fc.assert(fc.property(fc.array(fc.double()), (ids) => typeof tokenizer.decode(ids) === "string"));
});

Deno.test("decode() then encode() gives the same ids for any words and digits", () => {
  const ids = fc.array(fc.integer({ min: 4, max: 113 }));
  fc.assert(fc.property(ids, (sequence) => {
    assertEquals([...tokenizer.encode(tokenizer.decode(sequence))], sequence);
  }));
});

Deno.test("smallWorldTokenizerJson() means the same to the reference implementation, in words and in pieces", async () => {
  const files = [["small_world_golden.json", tokenizer], [
    "small_world_pieces_golden.json",
    pieces,
  ]];
  for (const [file, tokenizer] of files as [string, Tokenizer][]) {
    // Made by Python's tokenizers from the same JSON; the file names its version.
    const url = new URL(file, import.meta.url);
    const { rows } = JSON.parse(await Deno.readTextFile(url));
    assert(rows.length >= 10);
    for (const { text, ids, decoded } of rows) {
      assertEquals([...tokenizer.encode(text)], ids, text);
      assertEquals(tokenizer.decode(ids), decoded);
    }
  }
});

Deno.test("smallWorldTokenizerJson() is plain JSON with the vocabulary's ids", () => {
  const json = smallWorldTokenizerJson();
  assertEquals(JSON.parse(JSON.stringify(json)), json);
  const { vocab } = json.model as { vocab: Record<string, number> };
  for (const [id, text] of SMALL_WORLD_VOCABULARY.entries()) assertEquals(vocab[text], id);
});

Deno.test("smallWorldPieceTokenizer parts stems and endings, and joins them again", () => {
  const piecesOf = (text: string) =>
    [...pieces.encode(text)].map((id) => SMALL_WORLD_PIECES[id]).join(" ");
  assertEquals(
    piecesOf("Ann sells 23 apples . some : agent2 new . \\boxed{contradiction}"),
    "Ann sell ##s 2 3 apple ##s . some : agent ##2 new . \\boxed{ contradict ##ion }",
  );
  assertEquals(piecesOf("guess old older as has things"), "guess old old ##er as has thing ##s");
  assertEquals([pieces.padTokenId, pieces.eosTokenId], [120, 123]);
});

Deno.test("SMALL_WORLD_PIECES keeps the ids of the committed checkpoints, and shares one with the words", () => {
  // A new word moves these ids: then the base models in pieces have to be made again.
  const inPieces =
    "##1 ##2 ##3 ##4 ##5 ##6 ##7 ##8 ##al ##er ##ful ##ion ##ment ##s * + - . 0 1 2 3 4 5 6 7 8 9 : < = > ? " +
    "Amy Ann Ben Bob Claim Eva How Ida Jon Kim Lea Leo Max Mia Now Sam Then Tim Tom Zoe \\boxed{ " +
    "again agent all apple are as bead best big blue book buy card coin contradict doubt drop egg entail " +
    "exactly fast few find flat get guess has is key lose many me more neutr new no nut old open own pen " +
    "plausible rare red right round sell shell short slow small solve some stamp stone tall tell than thing " +
    "time verdict worst wrong young } <|unknown|> <|pad|> <|user|> <|assistant|> <|end|>";
  assertEquals(SMALL_WORLD_PIECES.join(" "), inPieces);
  const shared = SMALL_WORLD_PIECES.filter((text, id) => SMALL_WORLD_VOCABULARY[id] === text);
  assertEquals(shared, ["old"]);
});

Deno.test("smallWorldPieceTokenizer writes every text that is written in words, alike", () => {
  const ids = fc.array(fc.integer({ min: 4, max: 116 }));
  fc.assert(fc.property(ids, (sequence) => {
    const text = tokenizer.decode(sequence);
    assertEquals(pieces.decode(pieces.encode(text)), text);
  }));
});

Deno.test("what a model makes of pieces is data: who knows no such word leaves it out", () => {
  const idOf = (piece: string) => SMALL_WORLD_PIECES.indexOf(piece);
  const said = pieces.decode(["Tom", "##s", "has", "2", "##s", "pen", "##s"].map(idOf));
  assertEquals(said, "Toms has 2s pens");
  assertEquals(readableText(tokenizer, said), { text: "has pens", leftOut: 2 });
  const any = fc.array(fc.integer({ min: 0, max: SMALL_WORLD_PIECES.length - 1 }));
  fc.assert(fc.property(any, (sequence) => {
    for (const reader of [tokenizer, pieces]) {
      reader.encode(readableText(reader, pieces.decode(sequence)).text);
    }
  }));
});

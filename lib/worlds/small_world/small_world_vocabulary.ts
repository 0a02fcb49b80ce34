/**
 * The words of the small world, in the order of their token ids.
 *
 * The order is part of every committed checkpoint: a new word takes the place of the first reserved
 * id and nothing else ever moves.
 *
 * @module
 */

/** Chat markers; ids 0 to 3. They never stand for a word, and decoding drops them. */
export const SPECIAL_TOKENS: readonly string[] = [
  "<|pad|>",
  "<|user|>",
  "<|assistant|>",
  "<|end|>",
];

/** People of both tasks. */
export const NAMES: readonly string[] = words(
  "Tom Ann Ben Eva Max Lea Sam Mia Tim Ida Jon Zoe Kim Leo Amy Bob",
);

/** Things that are counted, and the sets of the entailment task. */
export const UNITS: readonly string[] = words(
  "pens books coins shells stamps cards beads apples stones nuts eggs keys",
);

/** Properties of things in the entailment task. */
export const QUALITIES: readonly string[] = words("red blue big small round flat old rare");

/** Number of ids, the reserved ones included. */
export const VOCABULARY_SIZE = 128;

const WORDS: readonly string[] = [
  ...SPECIAL_TOKENS,
  ...words("0 1 2 3 4 5 6 7 8 9"),
  ...words(". ? : + - * = > < \\boxed{ }"),
  // The language of discussions: speakers, verdict bands, strategies.
  ...words("me agent1 agent2 agent3 agent4 agent5 agent6 agent7 agent8"),
  ...words("verdict right plausible doubtful wrong best worst own again new"),
  // Word problems.
  ...NAMES,
  ...UNITS,
  ...words("has buys finds gets loses sells drops Then Now times as many How"),
  // Entailment.
  ...QUALITIES,
  ...words("all no some are things is than older younger taller shorter faster slower"),
  ...words("more fewer exactly open Claim entailment neutral contradiction"),
  // Split evidence: what an answer says it does.
  ...words("tell guess solve"),
];

/** The last id: what the tokenizer's engine makes of a word it does not know; never part of a text. */
export const UNKNOWN_TOKEN = "<|unknown|>";

/** Every token's text; the index is the id. Reserved ids read `<|reserved_N|>`. */
export const SMALL_WORLD_VOCABULARY: readonly string[] = [
  ...Array.from({ length: VOCABULARY_SIZE - 1 }, (_, id) => WORDS[id] ?? `<|reserved_${id}|>`),
  UNKNOWN_TOKEN,
];

function words(line: string): string[] {
  return line.split(" ");
}

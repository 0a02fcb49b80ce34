/** What a question may be used for. */
export type Split = "pretrain" | "verifier" | "train" | "validation" | "test";

/** Share of all question contents that belongs to each split; adds up to 1. */
export const SPLIT_SHARES: Readonly<Record<Split, number>> = {
  pretrain: 0.6,
  verifier: 0.1,
  train: 0.15,
  validation: 0.05,
  test: 0.1,
};

/** All splits. */
export const SPLITS: readonly Split[] = Object.keys(SPLIT_SHARES) as Split[];

/**
 * The split that a question's content belongs to. It depends on nothing else (no seed, no
 * difficulty), so a base model pretrained with one seed never saw another seed's test contents.
 *
 * @param content What makes two questions the same, as text.
 * @returns The split.
 */
export function splitOf(content: string): Split {
  const position = hash32(content) / 2 ** 32;
  let end = 0;
  for (const [split, share] of Object.entries(SPLIT_SHARES)) {
    end += share;
    if (position < end) return split as Split;
  }
  return "test"; // only reached by rounding of the shares' sum
}

/** FNV-1a over UTF-16 units, then the finaliser of MurmurHash3 so that short keys spread evenly. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

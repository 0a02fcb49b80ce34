/**
 * One row for sequences that continue each other.
 *
 * @module
 */
import type { MaskedSequence } from "./sequence_batch.ts";

/** A sequence whose counted tokens are those of one or more others. */
export interface JoinedSequence {
  /** The longest of them, with the tokens of all marked. */
  readonly sequence: MaskedSequence;
  /** Indices of the sequences, in the order in which their counted tokens stand. */
  readonly members: readonly number[];
}

/**
 * Joins sequences that others begin with. An agent's answer at one turn stands in its prompt of the
 * next, so all its turns are one row: a causal model says the same of a token whatever follows it, and the
 * shared tokens are computed once instead of once per turn.
 *
 * A sequence joins a longer one only if all tokens that count there come after its own end, so that the
 * counted tokens of each stay together.
 *
 * @param sequences Sequences of which each has a counted token.
 * @returns Rows that hold every counted token of every sequence once, in the order of their longest members.
 */
export function joinSequences(sequences: readonly MaskedSequence[]): JoinedSequence[] {
  // Sorted like words, a sequence stands directly before those that begin with it.
  const order = sequences.map((_, index) => index)
    .sort((a, b) => compareTokens(sequences[a]!.tokens, sequences[b]!.tokens) || a - b);
  const hosts: Host[] = [];
  const hostAt = new Array<Host>(order.length);
  for (let at = order.length - 1; at >= 0; at--) {
    const index = order[at]!;
    const { tokens, mask } = sequences[index]!;
    let host: Host | undefined;
    for (let next = at + 1; next < order.length; next++) {
      if (!startsWith(sequences[order[next]!]!.tokens, tokens)) break;
      if (hostAt[next]!.first < tokens.length) continue;
      host = hostAt[next]!;
      break;
    }
    const first = mask.indexOf(1);
    if (host === undefined) {
      hosts.push(hostAt[at] = { index, first, members: [index] });
    } else {
      host.members.unshift(index);
      host.first = first;
      hostAt[at] = host;
    }
  }
  return hosts.sort((a, b) => a.index - b.index).map(({ index, members }) => ({
    sequence: members.length === 1
      ? sequences[index]!
      : withMasks(sequences[index]!, members.map((member) => sequences[member]!)),
    members,
  }));
}

/** A sequence that others have joined. */
interface Host {
  /** The longest. */
  readonly index: number;
  /** First position that counts so far. */
  first: number;
  readonly members: number[];
}

function compareTokens(a: Int32Array, b: Int32Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

function startsWith(tokens: Int32Array, start: Int32Array): boolean {
  return tokens.length >= start.length && start.every((token, i) => token === tokens[i]);
}

function withMasks(
  { tokens }: MaskedSequence,
  members: readonly MaskedSequence[],
): MaskedSequence {
  const mask = new Uint8Array(tokens.length);
  for (const member of members) member.mask.forEach((flag, i) => mask[i]! |= flag);
  return { tokens, mask };
}

/**
 * Damage to bytes, as disks, copies and editors do it.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Damage = (random: Random, bytes: Bytes) => Bytes;

const INTERESTING = [0x00, 0x0a, 0x1b, 0x22, 0x7f, 0x80, 0xc0, 0xff];

/** A range of at least one byte, usually short. */
function range(random: Random, length: number): readonly [number, number] {
  const from = random.integer(0, length);
  const size = Math.ceil((length - from) * random.uniform() ** 4);
  return [from, from + Math.max(1, size)];
}

function changed(bytes: Bytes, change: (copy: Bytes) => void): Bytes {
  const copy = bytes.slice();
  change(copy);
  return copy;
}

/** Bytes of several parts behind one another. */
function joined(...parts: Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of parts) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}

const DAMAGES: readonly Damage[] = [
  function flipBit(random, bytes) {
    const at = random.integer(0, bytes.length);
    return changed(bytes, (copy) => void (copy[at]! ^= 1 << random.integer(0, 8)));
  },
  function setByte(random, bytes) {
    const at = random.integer(0, bytes.length);
    return changed(bytes, (copy) => void (copy[at] = random.choice(INTERESTING)));
  },
  function truncate(random, bytes) {
    return bytes.slice(0, random.integer(0, bytes.length));
  },
  function duplicate(random, bytes) {
    const [from, to] = range(random, bytes.length);
    return joined(bytes.subarray(0, to), bytes.subarray(from));
  },
  function cut(random, bytes) {
    const [from, to] = range(random, bytes.length);
    return joined(bytes.subarray(0, from), bytes.subarray(to));
  },
  function splice(random, bytes) {
    const [from, to] = range(random, bytes.length);
    const at = random.integer(0, bytes.length);
    return changed(
      bytes,
      (copy) => copy.set(bytes.subarray(from, to).slice(0, copy.length - at), at),
    );
  },
  function zero(random, bytes) {
    const [from, to] = range(random, bytes.length);
    return changed(bytes, (copy) => void copy.fill(0, from, to));
  },
  function insert(random, bytes) {
    const at = random.integer(0, bytes.length + 1);
    const added = Uint8Array.from({ length: random.integer(1, 9) }, () => random.integer(0, 256));
    return joined(bytes.subarray(0, at), added, bytes.subarray(at));
  },
];

/**
 * Damages bytes in one to three places.
 *
 * @param random Decides where and how.
 * @param bytes The bytes; stay as they are.
 * @returns Other bytes; a byte where there was none.
 */
export function mutateBytes(random: Random, bytes: Uint8Array<ArrayBuffer>): Bytes {
  let mutated = bytes;
  for (let rest = random.choice([1, 1, 1, 2, 3]); rest > 0; rest--) {
    mutated = mutated.length === 0
      ? Uint8Array.of(random.integer(0, 256))
      : random.choice(DAMAGES)(random, mutated);
  }
  return mutated;
}

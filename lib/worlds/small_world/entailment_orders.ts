import type { Random } from "../../core/random.ts";
import { NAMES } from "./small_world_vocabulary.ts";
import type { EntailmentLabel } from "../../tasks/answers/extract_label.ts";
import type { DerivationStep, EntailmentDomain } from "./entailment_derivation.ts";

/** How one person stands to another; `?` if nothing is known. */
type Sign = ">" | "<" | "?";

interface Comparison {
  readonly left: string;
  readonly right: string;
  /** Name of what is compared: the word for more of it. */
  readonly scale: string;
  readonly sign: Sign;
}

/** What can be compared: the word for more of it, the word for less. The scales know nothing of each other. */
const SCALES: readonly (readonly [string, string])[] = [
  ["older", "younger"],
  ["taller", "shorter"],
  ["faster", "slower"],
];

const SENTENCE = /\w+ is \w+ than \w+ \./g;
const COMPARISON = /(\w+) is (\w+) than (\w+)/g;

/** How often a premise speaks of another scale than the claim, so that nothing follows from it. */
const OFF_SCALE_RATE = 0.15;

/**
 * Statements about orders: `Tom is older than Ann . Bob is younger than Ann . Claim : Tom is older than Bob ?`
 *
 * The premises are a chain of people; the claim compares its ends.
 */
export const ORDERS: EntailmentDomain = { draw, read, complete };

function draw(random: Random, numPremises: number): string {
  const order = random.permutation(NAMES.length);
  const people = Array.from({ length: numPremises + 1 }, (_, i) => NAMES[order[i]!]!);
  const scale = random.choice(SCALES);
  const others = SCALES.filter((other) => other !== scale);
  const premises = Array.from({ length: numPremises }, (_, i) => {
    const spoken = random.uniform() < OFF_SCALE_RATE ? random.choice(others) : scale;
    return `${sentence(random, people.slice(i, i + 2), spoken)} .`;
  });
  return `${premises.join(" ")} Claim : ${sentence(random, [people[0]!, people.at(-1)!], scale)} ?`;
}

function complete(text: string, known: readonly number[], random: Random): string {
  const sentences = text.slice(0, text.indexOf(" Claim")).match(SENTENCE)!;
  const asked = text.slice(text.indexOf("Claim"));
  const pairs = sentences.map((told, i) => known.includes(i) ? namesIn(told) : null);
  const ends = namesIn(asked);
  const people = orderedPeople(pairs, random.uniform() < 0.5 ? ends : ends.toReversed());
  const free = NAMES.filter((name) => !people.includes(name) && !pairs.flat().includes(name));
  const order = random.permutation(free.length);
  const names = people.map((person, i) => person ?? free[order[i]!]!);
  const scale = SCALES.find((words) => words.some((word) => asked.includes(` ${word} `)))!;
  const others = SCALES.filter((other) => other !== scale);
  const premises = sentences.map((told, i) => {
    if (known.includes(i)) return told;
    const spoken = random.uniform() < OFF_SCALE_RATE ? random.choice(others) : scale;
    return `${sentence(random, names.slice(i, i + 2), spoken)} .`;
  });
  return `${premises.join(" ")} ${asked}`;
}

/**
 * The people of a chain as far as its known premises and its ends tell; undefined = anybody. Ends are turned
 * round where a known premise at an end says so; a premise that touches nothing known is taken as it stands.
 */
function orderedPeople(
  pairs: readonly (readonly string[] | null)[],
  ends: readonly string[],
): (string | undefined)[] {
  const [first, last] = ends;
  const isTurned = pairs[0]?.includes(last!) === true && !pairs[0]!.includes(first!) ||
    pairs.at(-1)?.includes(first!) === true && !pairs.at(-1)!.includes(last!);
  const people = new Array<string | undefined>(pairs.length + 1).fill(undefined);
  people[0] = isTurned ? last : first;
  people[pairs.length] = isTurned ? first : last;
  const forward = [...pairs.keys()];
  for (const i of [...forward, ...forward.toReversed()]) { // from the start, then from the end
    const pair = pairs[i];
    if (!pair) continue;
    if (people[i] !== undefined) people[i + 1] ??= pair.find((name) => name !== people[i]);
    else if (people[i + 1] !== undefined) people[i] = pair.find((name) => name !== people[i + 1]);
  }
  for (const [i, pair] of pairs.entries()) {
    if (!pair) continue;
    people[i] ??= pair[0];
    people[i + 1] ??= pair[1];
  }
  return people;
}

function namesIn(text: string): string[] {
  const [, left, , right] = [...text.matchAll(COMPARISON)][0]!;
  return [left!, right!];
}

function sentence(random: Random, pair: string[], scale: readonly [string, string]): string {
  const [left, right] = random.uniform() < 0.5 ? pair : pair.toReversed();
  return `${left} is ${random.choice(scale)} than ${right}`;
}

function read(text: string): ReturnType<EntailmentDomain["read"]> {
  const comparisons = Array.from(
    text.matchAll(COMPARISON),
    ([, left, word, right]) => comparison(left!, word!, right!),
  );
  const claim = comparisons.pop();
  if (!claim || comparisons.length === 0) return null;
  const people = chainOf(comparisons);
  const first = people[0]!;
  const steps = comparisons.map((premise, index): DerivationStep => {
    const sign = premise.scale === claim.scale ? turned(premise, people[index]!).sign : "?";
    return {
      follow: (held) => index === 0 || held === sign ? sign : "?",
      alternatives: (_held, right) => [">", "<", "?"].filter((other) => other !== right),
      write: (_held, result) => `${first} ${result} ${people[index + 1]} .`,
    };
  });
  const claimed = turned(claim, first).sign;
  return {
    content: [...comparisons.map(canonical).sort(), canonical(claim)].join(" . "),
    steps,
    labelOf: (sign): EntailmentLabel =>
      sign === "?" ? "neutral" : sign === claimed ? "entailment" : "contradiction",
  };
}

function comparison(left: string, word: string, right: string): Comparison {
  const [scale] = SCALES.find((words) => words.includes(word)) ?? [word];
  return { left, right, scale: scale!, sign: word === scale ? ">" : "<" };
}

/** The people of a chain of premises in order; neighbours share a premise. */
function chainOf(premises: readonly Comparison[]): string[] {
  const [first, second] = premises;
  const sharesLeft = second && [second.left, second.right].includes(first!.left);
  const people = [sharesLeft ? first!.right : first!.left];
  for (const { left, right } of premises) people.push(people.at(-1) === left ? right : left);
  return people;
}

/** The same comparison with a given person on the left. */
function turned(comparison: Comparison, person: string): Comparison {
  if (comparison.left === person) return comparison;
  const { left, right, scale, sign } = comparison;
  return { left: right, right: left, scale, sign: sign === ">" ? "<" : ">" };
}

function canonical(comparison: Comparison): string {
  const { left, right, scale, sign } = comparison;
  return sign === ">" ? `${left} ${scale} ${right}` : `${right} ${scale} ${left}`;
}

/**
 * Sentences in which problems are told. The last ones of each kind are kept for test questions.
 *
 * @module
 */
import type { Person } from "./wording.ts";

/** What a sentence may name; numbers are written already. */
export interface Slots {
  /** Who has the things. */
  readonly who: Person;
  /** Somebody else. */
  readonly friend: Person;
  /** The things, in the plural. */
  readonly things: string;
  /** The sentence's first number. */
  readonly n: string;
  /** Its second. */
  readonly k: string;
}

/** A sentence of a kind. */
export type Form = (slots: Slots) => string;

/** Sentences of a kind: those that all splits share, and those of test questions. */
export interface Forms {
  /** In every split. */
  readonly seen: readonly Form[];
  /** In test questions alone. */
  readonly heldOut: readonly Form[];
}

/** All sentences, by what they tell or ask. */
export const FORMS: Readonly<Record<FormKind, Forms>> = {
  count: {
    seen: [
      ({ who, n, things }) => `${who.name} has ${n} ${things}.`,
      ({ who, n, things }) => `${who.name} starts the day with ${n} ${things}.`,
      ({ who, n, things }) => `There are ${n} ${things} in ${who.name}'s room.`,
      ({ who, n, things }) => `${who.name} collected ${n} ${things} last summer.`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `In the morning ${who.name} counts ${n} ${things} on ${who.possessive} desk.`,
      ({ who, n, things }) => `${who.name} owns ${n} ${things}.`,
    ],
  },
  groups: {
    seen: [
      ({ who, n, k, things }) => `${who.name} has ${n} boxes with ${k} ${things} in each.`,
      ({ who, n, k, things }) => `${who.name} buys ${n} packs of ${k} ${things}.`,
      ({ who, n, k, things }) => `${who.name} puts ${things} into ${n} rows, ${k} in every row.`,
    ],
    heldOut: [
      ({ who, n, k, things }) => `Each of ${who.name}'s ${n} bags holds ${k} ${things}.`,
      ({ who, n, k, things }) => `On each of ${n} shelves ${who.name} keeps ${k} ${things}.`,
    ],
  },
  gain: {
    seen: [
      ({ who, n }) => `${who.subject} buys ${n} more.`,
      ({ who, n, things }) => `A friend gives ${who.object} ${n} more ${things}.`,
      ({ who, n, things }) => `Then ${who.subject} finds ${n} more ${things} at home.`,
      ({ who, n }) => `${who.subject} gets another ${n} from ${who.possessive} aunt.`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `For ${who.possessive} birthday ${who.subject} receives ${n} additional ${things}.`,
      ({ n, things }) => `Later ${n} ${things} are added to them.`,
    ],
  },
  loss: {
    seen: [
      ({ who, n }) => `${who.subject} gives ${n} of them to ${who.possessive} brother.`,
      ({ who, n, things }) => `${who.subject} loses ${n} ${things} on the way home.`,
      ({ who, n, things }) => `Then ${who.subject} sells ${n} ${things}.`,
      ({ n }) => `${n} of them get lost.`,
    ],
    heldOut: [
      ({ who, n, things }) => `${who.subject} leaves ${n} of the ${things} at school.`,
      ({ n, things }) => `After lunch ${n} ${things} are missing.`,
    ],
  },
  half: {
    seen: [
      ({ who }) => `${who.subject} gives half of them away.`,
      ({ who, things }) => `Then ${who.subject} sells half of ${who.possessive} ${things}.`,
    ],
    heldOut: [
      ({ who, things }) => `One half of the ${things} goes to ${who.possessive} neighbor.`,
    ],
  },
  held: {
    seen: [
      ({ who, things }) => `How many ${things} does ${who.name} have now?`,
      ({ who, things }) => `How many ${things} does ${who.subject} have in the end?`,
    ],
    heldOut: [
      ({ who, things }) => `What is the number of ${things} that ${who.name} has now?`,
    ],
  },
  share: {
    seen: [
      ({ who, n, things }) =>
        `${who.subject} shares them equally among ${n} friends. How many ${things} does each friend get?`,
      ({ who, n, things }) =>
        `${who.subject} packs all of them into ${n} bags, the same number into each. How many ${things} are ` +
        "in one bag?",
    ],
    heldOut: [
      ({ n, things }) =>
        `All the ${things} are split evenly between ${n} children. How many does each child receive?`,
    ],
  },
  price: {
    seen: [
      ({ who, n }) =>
        `${who.subject} sells all of them for ${n} dollars each. How many dollars does ${who.subject} earn?`,
      ({ n }) => `Each of them is worth $${n}. How many dollars are they worth together?`,
    ],
    heldOut: [
      ({ n }) => `If one of them costs $${n}, what do all of them cost in dollars?`,
    ],
  },
  more: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} more ${things} than ${who.name}. How many ${things} does ${friend.name} have?`,
      ({ who, friend, n, things }) =>
        `Now ${who.name} has ${n} ${things} fewer than ${friend.name}. How many ${things} does ${friend.name} have?`,
    ],
    heldOut: [
      ({ friend, n, things }) =>
        `${friend.name} has as many ${things} and ${n} besides. How many ${things} are ${friend.name}'s?`,
    ],
  },
  fewer: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} fewer ${things} than ${who.name}. How many ${things} does ${friend.name} have?`,
      ({ who, friend, n, things }) =>
        `Now ${who.name} has ${n} ${things} more than ${friend.name}. How many ${things} does ${friend.name} have?`,
    ],
    heldOut: [
      ({ friend, n, things }) =>
        `${friend.name} lacks ${n} ${things} to have as many. How many ${things} are ${friend.name}'s?`,
    ],
  },
  times: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} as many ${things} as ${who.name}. How many ${things} does ${friend.name} have?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `Compared with ${who.name}, ${friend.name} has ${n} as many. How many ${things} are ${friend.name}'s?`,
    ],
  },
  together: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} ${things}. How many ${things} do ${who.name} and ${friend.name} have together?`,
      ({ friend, n, things }) =>
        `${friend.name} brings ${n} ${things}. How many ${things} do the two have in all?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name}'s own ${things} number ${n}. What do ${who.name} and ${friend.name} have altogether?`,
    ],
  },
  both: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} more ${things} than ${who.name}. How many ${things} do they have together?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name} has as many ${things} as ${who.name} and ${n} besides. How many ${things} is that for ` +
        "the two of them?",
    ],
  },
};

/** What a sentence tells or asks. */
export type FormKind =
  | "count"
  | "groups"
  | "gain"
  | "loss"
  | "half"
  | "held"
  | "share"
  | "price"
  | "more"
  | "fewer"
  | "times"
  | "together"
  | "both";

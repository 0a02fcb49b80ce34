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

/** All sentences, by what they tell or ask; each says what it means, whichever stands before it. */
export const FORMS: Readonly<Record<FormKind, Forms>> = {
  count: {
    seen: [
      ({ who, n, things }) => `${who.name} has ${n} ${things}.`,
      ({ who, n, things }) => `${who.name} starts the day with ${n} ${things}.`,
      ({ who, n, things }) =>
        `There are ${n} ${things} in ${who.name}'s room, all of them ${who.possessive} own.`,
      ({ who, n, things }) => `${who.name} collected ${n} ${things} last summer.`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `In the morning ${who.name} counts ${who.possessive} ${things}: there are ${n}.`,
      ({ who, n, things }) => `${who.name} owns ${n} ${things}.`,
    ],
  },
  groups: {
    seen: [
      ({ who, n, k, things }) => `${who.name} has ${n} boxes with ${k} ${things} in each.`,
      ({ who, n, k, things }) => `${who.name} buys ${n} packs of ${k} ${things}.`,
      ({ who, n, k, things }) =>
        `${who.name} puts all ${who.possessive} ${things} into ${n} rows, ${k} in every row.`,
    ],
    heldOut: [
      ({ who, n, k, things }) => `Each of ${who.name}'s ${n} bags holds ${k} ${things}.`,
      ({ who, n, k, things }) => `On each of ${n} shelves ${who.name} keeps ${k} ${things}.`,
    ],
  },
  gain: {
    seen: [
      ({ who, n, things }) => `${who.subject} buys ${n} more ${things}.`,
      ({ who, n, things }) => `A friend gives ${who.object} ${n} more ${things}.`,
      ({ who, n, things }) => `Then ${who.subject} finds ${n} more ${things} at home.`,
      ({ who, n, things }) =>
        `${who.subject} gets another ${n} ${things} from ${who.possessive} aunt.`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `For ${who.possessive} birthday ${who.subject} receives ${n} additional ${things}.`,
      ({ who, n, things }) => `Later ${who.name} wins ${n} ${things}.`,
      ({ who, n, things }) => `A neighbor brings ${who.object} a gift of ${n} ${things}.`,
    ],
  },
  loss: {
    seen: [
      ({ who, n, things }) =>
        `${who.subject} gives ${n} of ${who.possessive} ${things} to ${who.possessive} brother.`,
      ({ who, n, things }) => `${who.subject} loses ${n} ${things} on the way home.`,
      ({ who, n, things }) => `Then ${who.subject} sells ${n} ${things}.`,
      ({ who, n, things }) => `${n} of ${who.name}'s ${things} get lost.`,
    ],
    heldOut: [
      ({ who, n, things }) => `${who.subject} donates ${n} ${things} to the school.`,
      ({ who, n, things }) => `After lunch ${n} of ${who.name}'s ${things} are gone for good.`,
      ({ who, n, things }) => `${who.subject} throws ${n} old ${things} away.`,
    ],
  },
  half: {
    seen: [
      ({ who, things }) => `${who.subject} gives away half of all ${who.possessive} ${things}.`,
      ({ who, things }) => `Then ${who.subject} sells half of all ${who.possessive} ${things}.`,
    ],
    heldOut: [
      ({ who, things }) =>
        `One half of all the ${things} that ${who.subject} has goes to ${who.possessive} neighbor.`,
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
        `${who.name} now shares all the ${things} that ${who.subject} has equally among ${n} friends. How many ` +
        `${things} does each friend get?`,
      ({ who, n, things }) =>
        `${who.name} now packs all the ${things} that ${who.subject} has into ${n} bags, the same number into ` +
        `each. How many ${things} are in one bag?`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `What ${who.name} has now is split evenly between ${n} children. How many ${things} does each child ` +
        "receive?",
    ],
  },
  price: {
    seen: [
      ({ who, n, things }) =>
        `Now ${who.name} sells all the ${things} that ${who.subject} has for ${n} dollars each. How many dollars ` +
        `does ${who.subject} get for these?`,
      ({ who, n, things }) =>
        `Each of the ${things} that ${who.name} has now is worth $${n}. How many dollars are these worth together?`,
    ],
    heldOut: [
      ({ who, n, things }) =>
        `If each of the ${things} that ${who.name} has now costs $${n}, what do these cost in dollars altogether?`,
    ],
  },
  more: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} more ${things} than ${who.name} has now. How many ${things} does ` +
        `${friend.name} have?`,
      ({ who, friend, n, things }) =>
        `Now ${who.name} has ${n} ${things} fewer than ${friend.name}. How many ${things} does ${friend.name} have?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name} has as many ${things} as ${who.name} has now, and ${n} besides. How many ${things} are ` +
        `${friend.name}'s?`,
    ],
  },
  fewer: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} fewer ${things} than ${who.name} has now. How many ${things} does ` +
        `${friend.name} have?`,
      ({ who, friend, n, things }) =>
        `Now ${who.name} has ${n} ${things} more than ${friend.name}. How many ${things} does ${friend.name} have?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name} lacks ${n} ${things} to have as many as ${who.name} has now. How many ${things} are ` +
        `${friend.name}'s?`,
    ],
  },
  times: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} as many ${things} as ${who.name} has now. How many ${things} does ` +
        `${friend.name} have?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `Compared with what ${who.name} has now, ${friend.name} has ${n} as many ${things}. How many ${things} are ` +
        `${friend.name}'s?`,
    ],
  },
  together: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} ${things}. How many ${things} do ${who.name} and ${friend.name} have together?`,
      ({ who, friend, n, things }) =>
        `${friend.name} comes with ${n} ${things}. How many ${things} do ${who.name} and ${friend.name} have in all?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name}'s own ${things} number ${n}. How many ${things} are ${who.name}'s and ${friend.name}'s ` +
        "altogether?",
    ],
  },
  both: {
    seen: [
      ({ who, friend, n, things }) =>
        `${friend.name} has ${n} more ${things} than ${who.name} has now. How many ${things} do they have together?`,
    ],
    heldOut: [
      ({ who, friend, n, things }) =>
        `${friend.name} has as many ${things} as ${who.name} has now, and ${n} besides. How many ${things} is that ` +
        "for the two of them?",
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

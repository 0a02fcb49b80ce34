/**
 * Problems and their solutions as people write them.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";
import { type Form, type FormKind, FORMS } from "./forms.ts";
import { type Operation, operationsOf, type Problem } from "./problem.ts";
import {
  capitalised,
  PEOPLE,
  type Person,
  THINGS,
  timesInWords,
  writtenNumber,
} from "./wording.ts";

/** Who a story is about. */
export interface Cast {
  /** Who has the things. */
  readonly who: Person;
  /** Somebody else. */
  readonly friend: Person;
  /** The things, in the plural. */
  readonly things: string;
}

/**
 * Draws who a story is about.
 *
 * @param random Where from.
 * @returns Two people and what they have.
 */
export function drawCast(random: Random): Cast {
  const who = random.choice(PEOPLE);
  const friend = random.choice(PEOPLE.filter((other) => other !== who));
  return { who, friend, things: random.choice(THINGS) };
}

/**
 * Tells a problem.
 *
 * @param problem The problem.
 * @param cast Who it is about.
 * @param options Where sentences are drawn from, and whether they are those of test questions.
 * @returns The question.
 */
export function tellProblem(
  { start, changes, ending }: Problem,
  cast: Cast,
  { random, isHeldOut }: { readonly random: Random; readonly isHeldOut: boolean },
): string {
  // No sentence comes twice.
  const told = new Set<Form>();
  const tell = (kind: FormKind, ...numbers: readonly number[]): string => {
    const [n = "", k = ""] = numbers.map((value) => written(kind, value, random));
    const forms = isHeldOut ? FORMS[kind].heldOut : FORMS[kind].seen;
    const form = random.choice(forms.filter((one) => !told.has(one)));
    told.add(form);
    return capitalised(form({ ...cast, n, k }));
  };
  return [
    start.kind === "count" ? tell("count", start.count) : tell("groups", start.groups, start.size),
    ...changes.map((change) =>
      change.kind === "half" ? tell("half") : tell(change.kind, change.amount)
    ),
    ending.kind === "held" ? tell("held") : tell(ending.kind, ending.amount),
  ].join(" ");
}

/** A number of a sentence; behind a currency sign nobody writes words. */
function written(kind: FormKind, value: number, random: Random): string {
  if (kind === "times") return timesInWords(value);
  return kind === "price" ? String(value) : writtenNumber(value, random);
}

/** What an operation of a solution is about. */
type Told = Exclude<FormKind, "count" | "held"> | "sum";

/** A sentence around an operation's equation. */
const STEPS: Readonly<Record<Told, (cast: Cast, equation: string) => string>> = {
  groups: ({ who, things }, equation) => `${who.name} has ${equation} ${things}.`,
  gain: ({ who, things }, equation) => `Then ${who.subject} has ${equation} ${things}.`,
  loss: ({ who, things }, equation) => `Then ${who.subject} has ${equation} ${things} left.`,
  half: ({ who, things }, equation) =>
    `Half of them is gone, so ${who.subject} has ${equation} ${things}.`,
  share: (_, equation) => `Each part is ${equation}.`,
  price: (_, equation) => `All of them are worth ${equation} dollars.`,
  more: ({ friend, things }, equation) => `${friend.name} has ${equation} ${things}.`,
  fewer: ({ friend, things }, equation) => `${friend.name} has ${equation} ${things}.`,
  times: ({ friend, things }, equation) => `${friend.name} has ${equation} ${things}.`,
  together: ({ things }, equation) => `Together they have ${equation} ${things}.`,
  both: ({ friend, things }, equation) => `${friend.name} has ${equation} ${things}.`,
  sum: ({ things }, equation) => `Together they have ${equation} ${things}.`,
};

/** What each operation of a problem is about. */
function toldBy({ start, changes, ending }: Problem): Told[] {
  return [
    ...(start.kind === "groups" ? ["groups" as const] : []),
    ...changes.map(({ kind }) => kind),
    ...(ending.kind === "held" ? [] : [ending.kind]),
    ...(ending.kind === "both" ? ["sum" as const] : []),
  ];
}

const equationOf = ({ left, sign, right, result }: Operation) =>
  `${left} ${sign} ${right} = ${result}`;

/**
 * Solves a problem step by step, in sentences or, half as often, in equations alone.
 *
 * @param problem The problem.
 * @param cast Who it is about.
 * @param random Chooses.
 * @returns The solution, ending in `Answer: \boxed{…}` as the paper's prompts ask for.
 */
export function tellSolution(problem: Problem, cast: Cast, random: Random): string {
  const operations = operationsOf(problem);
  const told = toldBy(problem);
  const isTerse = random.uniform() < 1 / 3;
  const steps = operations.map((operation, i) =>
    isTerse ? `${equationOf(operation)}.` : STEPS[told[i]!](cast, equationOf(operation))
  );
  return `${steps.join(" ")}\nAnswer: \\boxed{${operations.at(-1)!.result}}`;
}

/**
 * What a word problem computes, without its words.
 *
 * @module
 */
import type { Random } from "../../core/mod.ts";

/** What somebody has at first: so many, or so many times as many. */
export type Start =
  | { readonly kind: "count"; readonly count: number }
  | { readonly kind: "groups"; readonly groups: number; readonly size: number };

/** What then happens to it. */
export type Change =
  | { readonly kind: "gain" | "loss"; readonly amount: number }
  | { readonly kind: "half" };

/** What is asked of what is there at last, which may be one or two operations more. */
export type Ending =
  | { readonly kind: "held" }
  | {
    readonly kind: "share" | "price" | "more" | "fewer" | "times" | "together";
    readonly amount: number;
  }
  | { readonly kind: "both"; readonly amount: number };

/** A word problem as numbers. */
export interface Problem {
  /** At first. */
  readonly start: Start;
  /** In order. */
  readonly changes: readonly Change[];
  /** At last. */
  readonly ending: Ending;
}

/** One operation of a solution. */
export interface Operation {
  /** Left operand. */
  readonly left: number;
  /** Its sign. */
  readonly sign: "+" | "-" | "*" | "/";
  /** Right operand. */
  readonly right: number;
  /** What it gives. */
  readonly result: number;
}

/**
 * What an operation gives.
 *
 * @param left Left operand.
 * @param sign Its sign.
 * @param right Right operand.
 * @returns The result, which may be no whole number.
 */
export function computed(left: number, sign: Operation["sign"], right: number): number {
  if (sign === "+") return left + right;
  if (sign === "-") return left - right;
  return sign === "*" ? left * right : left / right;
}

/** The largest number that occurs. */
const MOST = 9999;

/**
 * The operations that solve a problem, one after the other.
 *
 * @param problem The problem.
 * @returns At least one; the last gives the answer.
 */
export function operationsOf({ start, changes, ending }: Problem): Operation[] {
  const operations: Operation[] = [];
  const compute = (left: number, sign: Operation["sign"], right: number): number => {
    const result = computed(left, sign, right);
    operations.push({ left, sign, right, result });
    return result;
  };
  let held = start.kind === "count" ? start.count : compute(start.groups, "*", start.size);
  for (const change of changes) {
    held = change.kind === "half"
      ? compute(held, "/", 2)
      : compute(held, change.kind === "gain" ? "+" : "-", change.amount);
  }
  if (ending.kind === "both") compute(held, "+", compute(held, "+", ending.amount));
  else if (ending.kind !== "held") compute(held, SIGNS[ending.kind], ending.amount);
  return operations;
}

const SIGNS = { share: "/", price: "*", more: "+", fewer: "-", times: "*", together: "+" } as const;

/**
 * Draws a problem.
 *
 * @param random Where from.
 * @param numSteps Operations, from 1 to 3.
 * @returns A problem whose numbers are all whole, from 2 to 9999.
 */
export function drawProblem(random: Random, numSteps: number): Problem {
  for (;;) {
    const problem = drawAny(random, numSteps);
    const operations = operationsOf(problem);
    const isFit = operations.length === numSteps &&
      operations.every(({ result }) => Number.isInteger(result) && result >= 2 && result <= MOST);
    if (isFit) return problem;
  }
}

function drawAny(random: Random, numSteps: number): Problem {
  const small = () => random.integer(2, 13);
  const start: Start = random.uniform() < 0.35
    ? { kind: "groups", groups: small(), size: small() }
    : { kind: "count", count: random.integer(4, 100) };
  const endings = ["held", "share", "price", "more", "fewer", "times", "together", "both"] as const;
  const kind = endings[random.integer(0, endings.length)]!;
  const ending: Ending = kind === "held"
    ? { kind }
    : { kind, amount: kind === "times" ? random.integer(2, 6) : random.integer(2, 21) };
  const used = Number(start.kind === "groups") + (kind === "held" ? 0 : kind === "both" ? 2 : 1);
  const changes: Change[] = [];
  while (changes.length < numSteps - used) {
    const change = random.uniform();
    const isHalved = changes.some(({ kind }) => kind === "half"); // once, or a sentence would come again
    if (change < 0.2 && !isHalved) changes.push({ kind: "half" });
    else changes.push({ kind: change < 0.6 ? "gain" : "loss", amount: random.integer(2, 60) });
  }
  return { start, changes, ending };
}

/**
 * What makes two problems the same: what is computed, whatever it is about and in whichever order two numbers are
 * added or multiplied.
 *
 * @param problem The problem.
 * @returns A text for `splitOf()`.
 */
export function problemContent(problem: Problem): string {
  const steps = operationsOf(problem).map(({ left, sign, right }) => {
    const [a, b] = sign === "+" || sign === "*"
      ? [Math.min(left, right), Math.max(left, right)]
      : [left, right];
    return `${a} ${sign} ${b}`;
  });
  return `word problem: ${steps.join(", ")}`;
}

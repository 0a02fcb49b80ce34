import type { Random } from "../../core/random.ts";

/** The sign of an operation, as it is written in solutions. */
export type Sign = "+" | "-" | "*";

/** One step of a problem: what is done to the number held so far. */
export interface Operation {
  /** What is done. */
  readonly sign: Sign;
  /** The right operand; at least 2. */
  readonly amount: number;
}

/** A chain of operations on a starting number. */
export interface ArithmeticProblem {
  /** The number held at first. */
  readonly start: number;
  /** What is done to it, in order. */
  readonly operations: readonly Operation[];
}

/** What a difficulty means. All ranges include both ends. */
export interface ArithmeticLevel {
  /** Number of operations. */
  readonly numSteps: number;
  /** Range of the starting number. */
  readonly start: readonly [number, number];
  /** Range of what is added or subtracted. */
  readonly amount: readonly [number, number];
  /** Range of what is multiplied by. */
  readonly factor: readonly [number, number];
  /** Every result, slipped ones too, is in [0, maxResult]. */
  readonly maxResult: number;
}

/** The levels of the difficulty knob: 1 small numbers, 2 two-digit numbers, 3 one step more. */
export const ARITHMETIC_LEVELS: Readonly<Record<1 | 2 | 3, ArithmeticLevel>> = {
  1: { numSteps: 2, start: [2, 30], amount: [2, 20], factor: [2, 3], maxResult: 50 },
  2: { numSteps: 2, start: [2, 60], amount: [2, 40], factor: [2, 5], maxResult: 99 },
  3: { numSteps: 3, start: [2, 60], amount: [2, 40], factor: [2, 5], maxResult: 99 },
};

/** Two of five operations add, two subtract, one multiplies. */
const SIGNS: readonly Sign[] = ["+", "+", "-", "-", "*"];

/**
 * Draws a problem whose results all lie in the level's range.
 *
 * @param random Where it is drawn from.
 * @param level Number of steps and ranges.
 * @returns The problem.
 */
export function drawProblem(random: Random, level: ArithmeticLevel): ArithmeticProblem {
  return completeProblem({ operations: [] }, random, level);
}

/** A problem of which a part is known: its start, if it is, and operations at their places. */
export interface PartialProblem {
  /** The number held at first; absent = unknown. */
  readonly start?: number | undefined;
  /** What is done to it; holes = unknown. */
  readonly operations: readonly (Operation | undefined)[];
}

/**
 * Draws what is not known of a problem, so that all results lie in the level's range.
 *
 * @param known What is known; must be a part of a problem of this level.
 * @param random Where the rest is drawn from.
 * @param level Number of steps and ranges.
 * @returns A whole problem.
 */
export function completeProblem(
  known: PartialProblem,
  random: Random,
  level: ArithmeticLevel,
): ArithmeticProblem {
  while (true) {
    const start = known.start ?? between(random, level.start);
    const operations: Operation[] = [];
    for (let step = 0; step < level.numSteps; step++) {
      operations.push(known.operations[step] ?? drawOperation(random, level));
    }
    if (staysInRange(start, operations, level.maxResult)) return { start, operations };
  }
}

function drawOperation(random: Random, level: ArithmeticLevel): Operation {
  const sign = random.choice(SIGNS);
  return { sign, amount: between(random, sign === "*" ? level.factor : level.amount) };
}

/**
 * The result of one operation.
 *
 * @param held The left operand.
 * @param operation What is done to it.
 * @returns The result; may be negative.
 */
export function applyOperation(held: number, { sign, amount }: Operation): number {
  return sign === "+" ? held + amount : sign === "-" ? held - amount : held * amount;
}

/**
 * Whether every number of a chain is in [0, maxResult], the starting one included.
 *
 * @param start The number held at first.
 * @param operations What is done to it.
 * @param maxResult Largest number allowed.
 * @returns True if none leaves the range.
 */
export function staysInRange(
  start: number,
  operations: readonly Operation[],
  maxResult: number,
): boolean {
  let held = start;
  if (held < 0 || held > maxResult) return false;
  for (const operation of operations) {
    held = applyOperation(held, operation);
    if (held < 0 || held > maxResult) return false;
  }
  return true;
}

/**
 * What makes two problems the same computation, whoever holds whatever things: `23+14-9`.
 *
 * @param problem The problem.
 * @returns Its content as text.
 */
export function problemContent({ start, operations }: ArithmeticProblem): string {
  return start + operations.map(({ sign, amount }) => sign + amount).join("");
}

function between(random: Random, [low, high]: readonly [number, number]): number {
  return random.integer(low, high + 1);
}

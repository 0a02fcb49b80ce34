import { Random } from "../../core/random.ts";
import {
  applyOperation,
  type ArithmeticProblem,
  type Operation,
  type Sign,
  staysInRange,
} from "./arithmetic_problem.ts";
import { writeEquation, writeNumber } from "./write_equation.ts";

/** How far a slipped result is from the right one: off by one, by two, or a lost carry. */
const SLIPS: readonly number[] = [-10, -2, -1, 1, 2, 10];

const STEP = /(\d+) ([+*-]) (\d+) = \d+ \./g;

/** Settings of {@link writeSolution}. */
export interface SlipOptions {
  /** Probability in [0, 1] that a step's stated result is wrong. */
  readonly slipRate: number;
  /** Every stated number stays in [0, maxResult]. */
  readonly maxResult: number;
}

/**
 * Writes a worked solution: `23 + 14 = 37 . 37 - 09 = 28 . \boxed{28}`.
 *
 * A slipped step states a result that is off by 1, 2 or 10, each equally likely among those from
 * which the rest of the chain stays in range; if there is none the step does not slip. Later steps go
 * on from the slipped result.
 *
 * @param problem The computation.
 * @param random Where slips are drawn from; unused at rate 0.
 * @param options How often steps slip, and the range.
 * @returns The solution's text.
 */
export function writeSolution(
  problem: ArithmeticProblem,
  random: Random,
  { slipRate, maxResult }: SlipOptions,
): string {
  let held = problem.start;
  const parts = problem.operations.map((operation, step) => {
    let result = applyOperation(held, operation);
    if (slipRate > 0 && random.uniform() < slipRate) {
      const rest = problem.operations.slice(step + 1);
      const slipped = SLIPS.map((slip) => result + slip)
        .filter((wrong) => staysInRange(wrong, rest, maxResult));
      if (slipped.length > 0) result = random.choice(slipped);
    }
    const text = writeEquation([held, operation.sign, operation.amount], result);
    held = result;
    return text;
  });
  return `${parts.join(" ")} \\boxed{${writeNumber(held)}}`;
}

/**
 * Reads the computation back from a worked solution; stated results are not looked at.
 *
 * @param solution A solution as {@link writeSolution} writes it.
 * @returns The computation.
 * @throws {SyntaxError} If there is no step in it.
 */
export function readProblem(solution: string): ArithmeticProblem {
  const steps = [...solution.matchAll(STEP)];
  if (steps.length === 0) {
    throw new SyntaxError(
      `Cannot read the computation as a solution must have steps like "02 + 03 = 05 .": "${solution}"`,
    );
  }
  const operations = steps.map(([, , sign, amount]): Operation => ({
    sign: sign as Sign,
    amount: Number(amount),
  }));
  return { start: Number(steps[0]![1]), operations };
}

/**
 * Reads a computation of which every step is right.
 *
 * @param solution Any text.
 * @param maxResult Every number must be in [0, maxResult].
 * @returns The computation; null if the text is not exactly its worked solution.
 */
export function readExactSolution(solution: string, maxResult: number): ArithmeticProblem | null {
  if (solution.search(STEP) < 0) return null;
  const problem = readProblem(solution);
  if (!staysInRange(problem.start, problem.operations, maxResult)) return null;
  const exact = writeSolution(problem, Random.fromSeed(0), { slipRate: 0, maxResult });
  return exact === solution ? problem : null;
}

import type { Random } from "../../core/random.ts";
import { computed, type Operation } from "./problem.ts";

/** How far a wrong result is from the right one: off by one, by two, or a lost carry. */
const SLIPS: readonly number[] = [-10, -2, -1, 1, 2, 10];

const EQUATION = /(\d+) ([-+*/]) (\d+) = (\d+)/g;

/**
 * A worked solution with a mistake: one of its equations states a wrong result, and what follows goes on from there.
 *
 * @param solution A solution as {@linkcode tellSolution} writes it.
 * @param random Draws where the mistake is, and which.
 * @returns The solution in the same words, with another answer; as it is where no mistake leaves whole numbers above 0.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/mod.ts";
 * import { slipSolution } from "./slip_solution.ts";
 *
 * const slipped = slipSolution("3 * 4 = 12. 12 + 5 = 17.\nAnswer: \\boxed{17}", Random.fromSeed(0));
 * assert(!slipped.includes("\\boxed{17}"));
 * ```
 */
export function slipSolution(solution: string, random: Random): string {
  const operations = [...solution.matchAll(EQUATION)].map(([, left, sign, right, result]) => ({
    left: Number(left),
    sign: sign as Operation["sign"],
    right: Number(right),
    result: Number(result),
  }));
  const wrongs = operations.flatMap((_, step) =>
    SLIPS.map((slip) => goOn(operations, { step, slip }))
  ).filter((wrong) =>
    wrong.every(({ result }) => Number.isInteger(result) && result > 0) &&
    wrong.at(-1)!.result !== operations.at(-1)!.result
  );
  if (wrongs.length === 0) return solution;
  const wrong = random.choice(wrongs);
  let index = 0;
  return solution
    .replaceAll(EQUATION, () => {
      const { left, sign, right, result } = wrong[index++]!;
      return `${left} ${sign} ${right} = ${result}`;
    })
    .replace(/\\boxed\{\d+\}/, `\\boxed{${wrong.at(-1)!.result}}`);
}

/** The operations with one wrong result, computed on from it. */
function goOn(
  operations: readonly Operation[],
  { step, slip }: { readonly step: number; readonly slip: number },
): Operation[] {
  /** What became of the results so far. */
  const became = new Map<number, number>();
  let before: number | undefined;
  return operations.map((operation, index) => {
    const { sign } = operation;
    const left = became.get(operation.left) ?? operation.left;
    // An amount of the question may happen to be like a result: only that of the step before is added or taken away.
    const isResult = operation.right === before && operation.left !== before;
    const right = isResult ? became.get(operation.right)! : operation.right;
    const result = computed(left, sign, right) + (index === step ? slip : 0);
    became.set(operation.result, result);
    before = operation.result;
    return { left, sign, right, result };
  });
}

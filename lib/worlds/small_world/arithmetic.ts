import { Random } from "../../core/random.ts";
import { endlessSets, extractNumber, sameNumber, type Split, splitOf } from "../../tasks/mod.ts";
import {
  ARITHMETIC_LEVELS,
  completeProblem,
  drawProblem,
  type Operation,
  problemContent,
} from "./arithmetic_problem.ts";
import { readExactSolution, readProblem, writeSolution } from "./arithmetic_solution.ts";
import { writeProblem } from "./arithmetic_text.ts";
import type { EvidenceTask } from "./hidden_profile.ts";
import { checkDifficulty, checkSlipRate } from "./check_task.ts";
import type {
  SmallWorldQuestion,
  SmallWorldTaskConfig,
  SolutionOptions,
} from "./small_world_task.ts";

/**
 * Word problems about what somebody has, two or three operations long.
 *
 * ```text
 * Tom has 23 pens . Tom buys 14 pens . Tom loses 09 pens . How many pens has Tom ?
 * 23 + 14 = 37 . 37 - 09 = 28 . \boxed{28}
 * ```
 *
 * @param config Seed and difficulty.
 * @returns The task.
 * @throws {RangeError} If the difficulty is not 1, 2 or 3.
 */
export function makeArithmetic({ seed, difficulty, compat }: SmallWorldTaskConfig): EvidenceTask {
  const level = ARITHMETIC_LEVELS[checkDifficulty(difficulty)];
  const root = Random.fromSeed(seed).split("arithmetic", difficulty);
  const maxResult = level.maxResult;

  function question(split: Split, index: number): SmallWorldQuestion {
    const random = root.split(split, index);
    let problem = drawProblem(random, level);
    while (splitOf(problemContent(problem)) !== split) problem = drawProblem(random, level);
    const solution = writeSolution(problem, random, { slipRate: 0, maxResult });
    return {
      id: `arithmetic/${difficulty}/${seed}/${split}/${index}`,
      text: writeProblem(problem, random),
      gold: extractNumber(solution).answer!,
      solution,
      difficulty,
    };
  }

  function sampleSolution(
    { solution }: SmallWorldQuestion,
    random: Random,
    { slipRate }: SolutionOptions,
  ): string {
    checkSlipRate(slipRate);
    return writeSolution(readProblem(solution), random, { slipRate, maxResult });
  }

  /** Fact 0 is what is held at first, fact k the k-th operation. */
  function solutionFrom(
    { solution }: SmallWorldQuestion,
    known: readonly number[],
    random: Random,
  ): string {
    const { start, operations } = readProblem(solution);
    const problem = completeProblem(
      {
        start: known.includes(0) ? start : undefined,
        operations: operations.map((operation, k) => known.includes(k + 1) ? operation : undefined),
      },
      random,
      level,
    );
    return writeSolution(problem, random, { slipRate: 0, maxResult });
  }

  function usesFacts(
    question: SmallWorldQuestion,
    known: readonly number[],
    solution: string,
  ): boolean {
    const used = readExactSolution(solution, maxResult);
    const wanted = readProblem(question.solution);
    return used !== null && used.operations.length === level.numSteps &&
      known.every((fact) =>
        fact === 0
          ? used.start === wanted.start
          : sameOperation(used.operations[fact - 1]!, wanted.operations[fact - 1]!)
      );
  }

  return {
    name: "arithmetic",
    summary: `word problems of ${level.numSteps} operations with numbers up to ${maxResult}`,
    version: String(seed),
    questions: endlessSets("arithmetic", question),
    extract: (text) => extractNumber(text, compat),
    isCorrect: sameNumber,
    sampleSolution,
    solutionFrom,
    usesFacts,
  };
}

function sameOperation(a: Operation, b: Operation): boolean {
  return a.sign === b.sign && a.amount === b.amount;
}

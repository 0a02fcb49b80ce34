import { Random } from "../../core/random.ts";
import {
  endlessSets,
  ENTAILMENT_LABELS,
  extractLabel,
  type Split,
  splitOf,
} from "../../tasks/mod.ts";
import { checkDifficulty, checkSlipRate } from "./check_task.ts";
import {
  type Derivation,
  type EntailmentDomain,
  labelFrom,
  writeDerivation,
} from "./entailment_derivation.ts";
import type { EvidenceTask } from "./hidden_profile.ts";
import { ORDERS } from "./entailment_orders.ts";
import { QUANTITIES } from "./entailment_quantities.ts";
import { SETS } from "./entailment_sets.ts";
import type {
  SmallWorldQuestion,
  SmallWorldTaskConfig,
  SolutionOptions,
} from "./small_world_task.ts";

/** Sentences and a label in a box. */
const SOLUTION = /^(?:[^.]+ \. )+\\boxed\{(?:entailment|neutral|contradiction)\}$/;
const DOMAINS: readonly EntailmentDomain[] = [SETS, ORDERS, QUANTITIES];

/**
 * Premises and a claim about sets, orders or quantities; does the claim follow, contradict, or neither?
 *
 * ```text
 * all pens are red . no red things are old . Claim : some pens are old ?
 * pens red : all . pens old : no . \boxed{contradiction}
 * ```
 *
 * Every three questions in a row (indices 3k, 3k+1, 3k+2) have the three labels in random order. Sets
 * are never empty.
 *
 * @param config Seed and difficulty.
 * @returns The task.
 * @throws {RangeError} If the difficulty is not 1, 2 or 3.
 */
export function makeEntailment({ seed, difficulty, compat }: SmallWorldTaskConfig): EvidenceTask {
  const numPremises = checkDifficulty(difficulty);
  const root = Random.fromSeed(seed).split("entailment", difficulty);

  function question(split: Split, index: number): SmallWorldQuestion {
    const random = root.split(split, index);
    const order = root.split(split, "labels", Math.floor(index / 3)).permutation(3);
    const gold = ENTAILMENT_LABELS[order[index % 3]!]!;
    const domain = random.choice(DOMAINS);
    while (true) {
      const text = domain.draw(random, numPremises);
      const derivation = domain.read(text)!;
      if (labelFrom(derivation) !== gold || splitOf(derivation.content) !== split) continue;
      const id = `entailment/${difficulty}/${seed}/${split}/${index}`;
      const solution = writeDerivation(derivation, random, { slipRate: 0 });
      return { id, text, gold, solution, difficulty };
    }
  }

  function sampleSolution(
    { text }: SmallWorldQuestion,
    random: Random,
    { slipRate }: SolutionOptions,
  ): string {
    return writeDerivation(readDerivation(text), random, { slipRate: checkSlipRate(slipRate) });
  }

  /** Fact k is premise k. */
  function solutionFrom(
    { text }: SmallWorldQuestion,
    known: readonly number[],
    random: Random,
  ): string {
    const isWhole = known.length === numPremises;
    const whole = isWhole ? text : domainOf(text).complete(text, known, random);
    return writeDerivation(readDerivation(whole), random, { slipRate: 0 });
  }

  function usesFacts(
    question: SmallWorldQuestion,
    known: readonly number[],
    solution: string,
  ): boolean {
    if (known.length === numPremises) return solution === question.solution;
    return SOLUTION.test(solution); // what is made up can lead anywhere
  }

  return {
    name: "entailment",
    summary: `claims about sets, orders and quantities, ${numPremises} premise(s)`,
    version: String(seed),
    questions: endlessSets("entailment", question),
    extract: (text) => extractLabel(text, compat),
    isCorrect: (answer, gold) => answer === gold,
    sampleSolution,
    solutionFrom,
    usesFacts,
  };
}

/**
 * Reads a question of any of the three families.
 *
 * @param text The question's text.
 * @returns How it is worked out.
 * @throws {SyntaxError} If no family can read it.
 */
export function readDerivation(text: string): Derivation {
  return domainOf(text).read(text)!;
}

function domainOf(text: string): EntailmentDomain {
  const domain = DOMAINS.find((domain) => domain.read(text) !== null);
  if (domain) return domain;
  throw new SyntaxError(
    `Cannot work the question out as it must be about sets, orders or quantities: "${text}"`,
  );
}

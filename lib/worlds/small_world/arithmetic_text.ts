import type { Random } from "../../core/random.ts";
import { NAMES, UNITS } from "./small_world_vocabulary.ts";
import type { ArithmeticProblem, Sign } from "./arithmetic_problem.ts";
import { writeNumber } from "./write_equation.ts";

/** Sentence forms of each operation: N the person, B the amount, U the things. */
const FORMS: Readonly<Record<Sign, readonly string[]>> = {
  "+": ["N buys B U .", "N finds B U .", "N gets B U ."],
  "-": ["N loses B U .", "N sells B U .", "N drops B U ."],
  "*": ["Then N has B times as many .", "Now N has B times as many ."],
};

/**
 * Writes a problem as a word problem: `Tom has 23 pens . Tom buys 07 pens . How many pens has Tom ?`
 *
 * @param problem The computation.
 * @param random Where person, things and sentence forms are drawn from.
 * @returns The question's text in words of the small world.
 */
export function writeProblem(problem: ArithmeticProblem, random: Random): string {
  const name = random.choice(NAMES);
  const unit = random.choice(UNITS);
  const fill = (form: string, amount: number) =>
    form.replace(
      /\b[NBU]\b/g,
      (slot) => slot === "N" ? name : slot === "U" ? unit : writeNumber(amount),
    );
  return [
    fill("N has B U .", problem.start),
    ...problem.operations.map(({ sign, amount }) => fill(random.choice(FORMS[sign]), amount)),
    `How many ${unit} has ${name} ?`,
  ].join(" ");
}

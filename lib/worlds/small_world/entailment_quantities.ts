import type { Random } from "../../core/random.ts";
import { NAMES, UNITS } from "./small_world_vocabulary.ts";
import type { EntailmentLabel } from "../../tasks/answers/extract_label.ts";
import type { DerivationStep, EntailmentDomain } from "./entailment_derivation.ts";
import { writeEquation, writeNumber } from "./write_equation.ts";

/** What is said of a number of things. */
type Bound = "more than" | "fewer than" | "exactly";

interface Quantities {
  readonly bound: Bound;
  readonly start: number;
  /** What is gained (positive) or lost (negative) afterwards. */
  readonly changes: readonly number[];
  readonly claimedBound: Bound;
  readonly claimed: number;
}

const BOUNDS: readonly Bound[] = ["more than", "fewer than", "exactly"];
const GAINS: readonly string[] = ["buys", "finds", "gets"];
const LOSSES: readonly string[] = ["loses", "sells", "drops"];
const HAS = /has (more than|fewer than|exactly) (\d+)/g;
const CHANGE = /(buys|finds|gets|loses|sells|drops) (\d+)/g;

/** Every number that is written is in [0, 99]. */
const MAX_NUMBER = 99;
/** How far a slipped sum is from the right one. */
const SLIPS: readonly number[] = [-10, -2, -1, 1, 2, 10];

/** What the claim is worth, by both bounds and how the known number stands to the claimed one. */
const LABELS: Readonly<
  Record<Bound, Readonly<Record<Bound, Readonly<Record<string, EntailmentLabel>>>>>
> = {
  "more than": {
    "more than": { ">": "entailment", "=": "entailment", "<": "neutral" },
    "fewer than": { ">": "contradiction", "=": "contradiction", "<": "neutral" },
    "exactly": { ">": "contradiction", "=": "contradiction", "<": "neutral" },
  },
  "fewer than": {
    "more than": { ">": "neutral", "=": "contradiction", "<": "contradiction" },
    "fewer than": { ">": "neutral", "=": "entailment", "<": "entailment" },
    "exactly": { ">": "neutral", "=": "contradiction", "<": "contradiction" },
  },
  "exactly": {
    "more than": { ">": "entailment", "=": "contradiction", "<": "contradiction" },
    "fewer than": { ">": "contradiction", "=": "contradiction", "<": "entailment" },
    "exactly": { ">": "contradiction", "=": "entailment", "<": "contradiction" },
  },
};

/**
 * Statements about numbers: `Tom has more than 05 pens . Tom buys 03 pens . Claim : Tom has more than 06 pens ?`
 *
 * The first premise bounds a number, the others change it; the claim bounds it again.
 */
export const QUANTITIES: EntailmentDomain = { draw, read, complete };

function draw(random: Random, numPremises: number): string {
  while (true) {
    const changes = Array.from({ length: numPremises - 1 }, () => drawChange(random));
    const quantities: Quantities = {
      bound: random.choice(BOUNDS),
      start: random.integer(5, 61),
      changes,
      claimedBound: random.choice(BOUNDS),
      claimed: 0,
    };
    const numbers = runningNumbers(quantities);
    const claimed = numbers.at(-1)! + random.integer(-10, 11);
    const drawn = { ...quantities, claimed };
    if (isAsked(drawn)) return write(random, drawn);
  }
}

function drawChange(random: Random): number {
  return random.integer(2, 31) * (random.uniform() < 0.5 ? 1 : -1);
}

/**
 * The rule that compares two numbers is blind to neighbours ("more than 5" and "fewer than 6") and to what a
 * gain says of the least number; such questions are not asked.
 */
function isAsked(quantities: Quantities): boolean {
  const numbers = [...runningNumbers(quantities), quantities.claimed];
  return numbers.every((number) => number >= 2 && number <= MAX_NUMBER) &&
    labelByRule(quantities) === labelByCounting(quantities);
}

function complete(text: string, known: readonly number[], random: Random): string {
  const told = readQuantities(text)!;
  while (true) {
    const made: Quantities = {
      ...told,
      ...(known.includes(0) ? {} : { bound: random.choice(BOUNDS), start: random.integer(5, 61) }),
      changes: told.changes.map((change, i) => known.includes(i + 1) ? change : drawChange(random)),
    };
    if (isAsked(made)) return write(random, made);
  }
}

/** Null if the text is of another family. */
function readQuantities(text: string): Quantities | null {
  const [known, claim] = Array.from(text.matchAll(HAS), ([, bound, number]) => ({
    bound: bound as Bound,
    number: Number(number),
  }));
  if (!known || !claim) return null;
  const changes = Array.from(
    text.matchAll(CHANGE),
    ([, verb, amount]) => GAINS.includes(verb!) ? Number(amount) : -Number(amount),
  );
  return {
    bound: known.bound,
    start: known.number,
    changes,
    claimedBound: claim.bound,
    claimed: claim.number,
  };
}

function write(random: Random, quantities: Quantities): string {
  const { bound, start, changes, claimedBound, claimed } = quantities;
  const name = random.choice(NAMES);
  const unit = random.choice(UNITS);
  const events = changes.map((change) =>
    `${name} ${random.choice(change > 0 ? GAINS : LOSSES)} ${
      writeNumber(Math.abs(change))
    } ${unit} .`
  );
  return [
    `${name} has ${bound} ${writeNumber(start)} ${unit} .`,
    ...events,
    `Claim : ${name} has ${claimedBound} ${writeNumber(claimed)} ${unit} ?`,
  ].join(" ");
}

function read(text: string): ReturnType<EntailmentDomain["read"]> {
  const quantities = readQuantities(text);
  if (quantities === null) return null;
  const { bound, start, changes, claimedBound, claimed } = quantities;
  const compare: DerivationStep = {
    follow: (held) => signOf(Number(held || start), claimed),
    alternatives: (_held, right) => [">", "=", "<"].filter((other) => other !== right),
    write: (held, result) =>
      `${writeNumber(Number(held || start))} ${result} ${writeNumber(claimed)} .`,
  };
  return {
    content: `${bound} ${start} ${changes.join(" ")} ${claimedBound} ${claimed}`,
    steps: [...changes.map((_, index) => sumStep(changes, index)), compare],
    labelOf: (result) => LABELS[bound][claimedBound][result]!,
  };

  function sumStep(all: readonly number[], index: number): DerivationStep {
    const change = all[index]!;
    const before = (held: string) => Number(held || start);
    return {
      follow: (held) => String(before(held) + change),
      alternatives: (_held, right) =>
        SLIPS.map((slip) => Number(right) + slip)
          .filter((wrong) => inRange(wrong, all.slice(index + 1)))
          .map(String),
      write: (held, result) =>
        writeEquation([before(held), change > 0 ? "+" : "-", Math.abs(change)], Number(result)),
    };
  }
}

function inRange(start: number, changes: readonly number[]): boolean {
  return runningNumbers({ start, changes }).every((n) => n >= 0 && n <= MAX_NUMBER);
}

function runningNumbers({ start, changes }: Pick<Quantities, "start" | "changes">): number[] {
  const numbers = [start];
  for (const change of changes) numbers.push(numbers.at(-1)! + change);
  return numbers;
}

function labelByRule(quantities: Quantities): EntailmentLabel {
  const sign = signOf(runningNumbers(quantities).at(-1)!, quantities.claimed);
  return LABELS[quantities.bound][quantities.claimedBound][sign]!;
}

function labelByCounting(quantities: Quantities): EntailmentLabel {
  const { bound, start, changes, claimedBound, claimed } = quantities;
  let holds = false;
  let fails = false;
  for (let first = 0; first <= 4 * MAX_NUMBER; first++) {
    const numbers = runningNumbers({ start: first, changes });
    if (!satisfies(first, bound, start) || numbers.some((number) => number < 0)) continue;
    if (satisfies(numbers.at(-1)!, claimedBound, claimed)) holds = true;
    else fails = true;
  }
  return holds && fails ? "neutral" : holds ? "entailment" : "contradiction";
}

function satisfies(count: number, bound: Bound, number: number): boolean {
  if (bound === "exactly") return count === number;
  return bound === "more than" ? count > number : count < number;
}

function signOf(left: number, right: number): string {
  return left > right ? ">" : left < right ? "<" : "=";
}

import type { Random } from "../../core/random.ts";
import { QUALITIES, UNITS } from "./small_world_vocabulary.ts";
import type { EntailmentLabel } from "../../tasks/answers/extract_label.ts";
import { type DerivationStep, type EntailmentDomain, labelFrom } from "./entailment_derivation.ts";

/** How one set stands to another; `open` if nothing is known. Every set has a member. */
type Relation = "all" | "some" | "no" | "open";

interface Statement {
  readonly quantity: Relation;
  readonly subject: string;
  readonly predicate: string;
}

const RELATIONS: readonly Relation[] = ["all", "some", "no", "open"];
const QUANTITIES: readonly Relation[] = ["all", "some", "no"];
const STATEMENT = /(all|some|no) (\w+)(?: things)? are (\w+)/g;

/** What the claim `quantity A are B` is worth when `relation` of A to B is known. */
const LABELS: Readonly<Record<Relation, Readonly<Record<string, EntailmentLabel>>>> = {
  all: { all: "entailment", some: "entailment", no: "contradiction" },
  some: { all: "neutral", some: "entailment", no: "contradiction" },
  no: { all: "contradiction", some: "contradiction", no: "entailment" },
  open: { all: "neutral", some: "neutral", no: "neutral" },
};

/** What is known of B to A when the relation of A to B is known. */
const CONVERSE: Readonly<Record<Relation, Relation>> = {
  all: "some",
  some: "some",
  no: "no",
  open: "open",
};

/**
 * Statements about sets: `all pens are red . no red things are old . Claim : some pens are old ?`
 *
 * The premises are a chain; the claim relates its ends, in either direction.
 */
export const SETS: EntailmentDomain = { draw, read, complete };

function draw(random: Random, numPremises: number): string {
  while (true) {
    const order = random.permutation(QUALITIES.length);
    const sets = [random.choice(UNITS)];
    for (let i = 0; i < numPremises; i++) sets.push(QUALITIES[order[i]!]!);
    const premises = chainOf(sets, () => random.choice(QUANTITIES));
    const ends = [sets[0]!, sets.at(-1)!];
    const [subject, predicate] = random.uniform() < 0.5 ? ends : ends.toReversed();
    const claim: Statement = {
      quantity: random.choice(QUANTITIES),
      subject: subject!,
      predicate: predicate!,
    };
    const text = writeQuestion(sets, premises, claim);
    if (text !== null) return text;
  }
}

function complete(text: string, known: readonly number[], random: Random): string {
  const [premises, claim] = readStatements(text);
  const isEnd = (index: number) => index === 0 || index === premises.length;
  const sets = [premises[0]!.subject, ...premises.map(({ predicate }) => predicate)];
  while (true) {
    // A set between two premises is known by either; the claim names both ends.
    const taken = sets.filter((_, i) => isEnd(i) || known.includes(i) || known.includes(i - 1));
    const free = QUALITIES.filter((quality) => !taken.includes(quality));
    const order = random.permutation(free.length);
    const names = sets.map((set, i) => taken.includes(set) ? set : free[order[i]!]!);
    const made = chainOf(
      names,
      (i) => known.includes(i) ? premises[i]!.quantity : random.choice(QUANTITIES),
    );
    const completed = writeQuestion(names, made, claim);
    if (completed !== null) return completed;
  }
}

/**
 * A question about a chain of sets, the claim relating its first to its last.
 *
 * @param sets At least two; premise i relates set i to set i + 1.
 * @param quantities How premises and, at last, the claim relate them: `all`, `some` or `no`.
 * @returns The question's text.
 */
export function writeSetsQuestion(sets: readonly string[], quantities: readonly string[]): string {
  const { premises, claim } = chainQuestion(sets, quantities);
  return writeStatements(premises, claim);
}

/**
 * The label of such a question by looking at all possible worlds, not by chaining.
 *
 * @param sets As for {@linkcode writeSetsQuestion}.
 * @param quantities As there.
 * @returns The label.
 */
export function labelOfSetsQuestion(
  sets: readonly string[],
  quantities: readonly string[],
): EntailmentLabel {
  const { premises, claim } = chainQuestion(sets, quantities);
  return labelByModels(sets, premises, claim);
}

function chainQuestion(
  sets: readonly string[],
  quantities: readonly string[],
): { readonly premises: Statement[]; readonly claim: Statement } {
  return {
    premises: chainOf(sets, (i) => quantities[i] as Relation),
    claim: {
      quantity: quantities.at(-1) as Relation,
      subject: sets[0]!,
      predicate: sets.at(-1)!,
    },
  };
}

/**
 * A statement about two sets: `no red things are old`.
 *
 * @param statement How the one stands to the other.
 * @returns Its text.
 */
export function writeSetsStatement(statement: {
  /** `all`, `some` or `no`. */
  readonly quantity: string;
  /** Whose members are spoken of. */
  readonly subject: string;
  /** What they are. */
  readonly predicate: string;
}): string {
  return write(statement as Statement);
}

function chainOf(sets: readonly string[], quantityOf: (premise: number) => Relation): Statement[] {
  return sets.slice(1).map((predicate, i) => ({
    quantity: quantityOf(i),
    subject: sets[i]!,
    predicate,
  }));
}

/** Null where the four relations cannot express what is known ("not all"): such questions are not asked. */
function writeQuestion(
  sets: readonly string[],
  premises: readonly Statement[],
  claim: Statement,
): string | null {
  const text = writeStatements(premises, claim);
  return labelFrom(read(text)!) === labelByModels(sets, premises, claim) ? text : null;
}

function writeStatements(premises: readonly Statement[], claim: Statement): string {
  return `${premises.map((premise) => `${write(premise)} .`).join(" ")} Claim : ${write(claim)} ?`;
}

/**
 * The label by looking at all possible worlds. A kind of thing is a subset of the sets, as bits.
 * "all" and "no" forbid kinds, everything else asks for one kind that is not forbidden, so a world
 * exists exactly if each such wish alone can be met.
 */
function labelByModels(
  sets: readonly string[],
  premises: readonly Statement[],
  claim: Statement,
): EntailmentLabel {
  const has = (kind: number, set: string) => (kind >> sets.indexOf(set) & 1) === 1;
  const isWorld = (statements: readonly Statement[], refuted?: Statement) => {
    const allowed = Array.from({ length: 2 ** sets.length }, (_, kind) => kind).filter((kind) =>
      statements.every(({ quantity, subject, predicate }) =>
        quantity === "some" || !has(kind, subject) || has(kind, predicate) === (quantity === "all")
      )
    );
    const wishes = [
      ...sets.map((set) => (kind: number) => has(kind, set)),
      ...statements.filter(({ quantity }) => quantity === "some").map(
        ({ subject, predicate }) => (kind: number) => has(kind, subject) && has(kind, predicate),
      ),
    ];
    if (refuted) {
      const { quantity, subject, predicate } = refuted;
      wishes.push((kind) => has(kind, subject) && has(kind, predicate) !== (quantity === "all"));
    }
    return wishes.every((wish) => allowed.some(wish));
  };
  if (!isWorld([...premises, claim])) return "contradiction";
  const canFail = claim.quantity === "some"
    ? isWorld([...premises, { ...claim, quantity: "no" }])
    : isWorld(premises, claim);
  return canFail ? "neutral" : "entailment";
}

/** Premises and claim. */
function readStatements(text: string): [Statement[], Statement] {
  const statements = Array.from(text.matchAll(STATEMENT), ([, quantity, subject, predicate]) => ({
    quantity: quantity as Relation,
    subject: subject!,
    predicate: predicate!,
  }));
  return [statements.slice(0, -1), statements.at(-1)!];
}

function read(text: string): ReturnType<EntailmentDomain["read"]> {
  const [statements, claim] = readStatements(text);
  if (!claim || statements.length === 0) return null;
  const first = statements[0]!.subject;
  const steps = statements.map(({ quantity, predicate }, index) =>
    step(`${first} ${predicate}`, (held) => index === 0 ? quantity : chain(held, quantity))
  );
  if (claim.subject !== first) {
    steps.push(step(`${claim.subject} ${claim.predicate}`, (held) => CONVERSE[held]));
  }
  return {
    content: [...statements, claim].map(write).join(" . "),
    steps,
    labelOf: (relation) => LABELS[relation as Relation][claim.quantity]!,
  };
}

function step(pair: string, follow: (held: Relation) => Relation): DerivationStep {
  return {
    follow: (held) => follow(held as Relation),
    alternatives: (_held, right) => RELATIONS.filter((relation) => relation !== right),
    write: (_held, result) => `${pair} : ${result} .`,
  };
}

/** The relation of A to C from those of A to B and of B to C. */
function chain(first: Relation, second: Relation): Relation {
  if (first === "all") return second === "some" ? "open" : second;
  return first === "some" && second === "all" ? "some" : "open";
}

function write({ quantity, subject, predicate }: Statement): string {
  const things = QUALITIES.includes(subject) ? " things" : "";
  return `${quantity} ${subject}${things} are ${predicate}`;
}

import { Random } from "../../core/random.ts";
import {
  endlessSets,
  ENTAILMENT_LABELS,
  extractLabel,
  type Split,
  splitOf,
} from "../../tasks/mod.ts";
import { checkDifficulty } from "./check_task.ts";
import type { ClosedBookConfig, ClosedBookTask } from "./closed_book_task.ts";
import { labelFrom } from "./entailment_derivation.ts";
import {
  labelOfSetsQuestion,
  SETS,
  writeSetsQuestion,
  writeSetsStatement,
} from "./entailment_sets.ts";
import { type Fact, type FactTable, makeFactTable } from "./fact_table.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";
import { QUALITIES, UNITS } from "./small_world_vocabulary.ts";

const QUANTITIES: readonly string[] = ["all", "some", "no"];
const ASKED = /(\w+)(?: things)? are (\w+) \?/g;
const GIVEN = /(all|some|no) (\w+)(?: things)? are (\w+) \. Claim : (all|some|no) /;

/** A question as it is read: facts that are not told, one premise that is, and a claim. */
interface Asked {
  /** A chain: how set i stands to set i + 1 is not told, but for the last two. */
  readonly sets: readonly string[];
  readonly given: string;
  readonly claimed: string;
}

/**
 * Claims about sets that follow, or not, from what is so in the world and one premise. How things stand is not
 * told but for that premise: one has to know whether all pens are red.
 *
 * ```text
 * pens are red ? red things are old ? no old things are big . Claim : some pens are big ?
 * pens red : all . red old : all . pens old : all . pens big : no . \boxed{contradiction}
 * ```
 *
 * Every three questions in a row (indices 3k, 3k+1, 3k+2) have the three labels in random order.
 *
 * @param config Seeds, number of facts, and how often pretraining asks for each.
 * @returns The task.
 * @throws {RangeError} If the difficulty is not 1, 2 or 3.
 */
export function makeClosedBookEntailment(
  { seed, difficulty, tailSeed, tailExponent, compat }: ClosedBookConfig,
): ClosedBookTask {
  const numFacts = checkDifficulty(difficulty);
  const root = Random.fromSeed(seed).split("closed_book_entailment", difficulty);
  const ofThings = relationTable("things", { tailSeed, tailExponent });
  const ofQualities = relationTable("qualities", { tailSeed, tailExponent });
  const known = new Map(
    [ofThings, ofQualities].flatMap((table) =>
      table.facts.map((fact) =>
        [`${fact.subject} ${fact.object}`, {
          ...fact,
          popularity: table.popularityOf(fact),
        }] as const
      )
    ),
  );
  const factsOf = ({ sets }: Asked) =>
    sets.slice(0, -2).map((set, i) => known.get(`${set} ${sets[i + 1]}`)!);
  const truths = (asked: Asked) => factsOf(asked).map(({ value }) => value);

  function question(split: Split, index: number): SmallWorldQuestion {
    const random = root.split(split, index);
    const order = root.split(split, "labels", Math.floor(index / 3)).permutation(3);
    const gold = ENTAILMENT_LABELS[order[index % 3]!]!;
    while (true) {
      const asked: Asked = {
        sets: drawChain(split, random),
        given: random.choice(QUANTITIES),
        claimed: random.choice(QUANTITIES),
      };
      if (!isToldByChaining(asked, truths(asked))) continue;
      const solution = workOut(asked, truths(asked))!;
      if (extractLabel(solution).answer !== gold) continue;
      const text = writeAsked(asked);
      if (splitOf(text) !== split) continue;
      const id = `closed_book_entailment/${difficulty}/${seed}/${split}/${index}`;
      return { id, text, gold, solution, difficulty };
    }
  }

  function drawChain(split: Split, random: Random): string[] {
    const first = ofThings.draw(split, random, () => true);
    const sets = [first.subject, first.object];
    const isNew = ({ subject, object }: Fact) => subject === sets.at(-1) && !sets.includes(object);
    while (sets.length <= numFacts) sets.push(ofQualities.draw(split, random, isNew).object);
    const free = QUALITIES.filter((quality) => !sets.includes(quality));
    return [...sets, random.choice(free)];
  }

  return {
    name: "closed_book_entailment",
    summary: `claims that follow, or not, from ${numFacts} fact(s) that are not told and a premise`,
    version: String(seed),
    questions: endlessSets("closed_book_entailment", question),
    extract: (text) => extractLabel(text, compat),
    isCorrect: (answer, gold) => answer === gold,
    recalled: ({ text }) =>
      factsOf(readAsked(text)).map(({ value, popularity }) => ({
        value,
        options: QUANTITIES,
        popularity,
      })),
    solutionFrom: ({ text }, values) => workOut(readAsked(text), values),
    valuesOf: ({ text }, solution) => {
      const asked = readAsked(text);
      const values = asked.sets.slice(0, -2).map((set, i) =>
        new RegExp(`\\b${set} ${asked.sets[i + 1]} : (all|some|no) \\.`).exec(solution)?.[1] ?? ""
      );
      return workOut(asked, values) === solution ? values : null;
    },
  };
}

function relationTable(
  of: "things" | "qualities",
  { tailSeed, tailExponent }: Pick<ClosedBookConfig, "tailSeed" | "tailExponent">,
): FactTable {
  const subjects = of === "things" ? UNITS : QUALITIES;
  return makeFactTable({
    pairs: subjects.flatMap((subject) =>
      QUALITIES.filter((quality) => quality !== subject).map((quality) =>
        [subject, quality] as const
      )
    ),
    values: QUANTITIES,
    world: Random.fromSeed(0).split("relations", of),
    ranks: Random.fromSeed(tailSeed).split("relations", of),
    tailExponent: tailExponent.entailment,
  });
}

function writeAsked({ sets, given, claimed }: Asked): string {
  const [last, end] = sets.slice(-2) as [string, string];
  const open = sets.slice(0, -2).map((set, i) =>
    `${i === 0 ? set : `${set} things`} are ${sets[i + 1]} ?`
  );
  const premise = writeSetsStatement({ quantity: given, subject: last, predicate: end });
  const claim = writeSetsStatement({ quantity: claimed, subject: sets[0]!, predicate: end });
  return `${open.join(" ")} ${premise} . Claim : ${claim} ?`;
}

function readAsked(text: string): Asked {
  const [, given, last, end, claimed] = GIVEN.exec(text)!;
  const before = text.slice(0, text.search(GIVEN));
  const subjects = Array.from(before.matchAll(ASKED), ([, subject]) => subject!);
  return { sets: [...subjects, last!, end!], given: given!, claimed: claimed! };
}

/** Chaining cannot say "not all": such questions are not asked, though who is wrong may still chain so. */
function isToldByChaining({ sets, given, claimed }: Asked, values: readonly string[]): boolean {
  const text = writeSetsQuestion(sets, [...values, given, claimed]);
  return labelFrom(SETS.read(text)!) === labelOfSetsQuestion(sets, [...values, given, claimed]);
}

/** Null if a value is none that a fact can have. */
function workOut({ sets, given, claimed }: Asked, values: readonly string[]): string | null {
  if (!values.every((value) => QUANTITIES.includes(value))) return null;
  const derivation = SETS.read(writeSetsQuestion(sets, [...values, given, claimed]))!;
  const stated = values.map((value, i) => `${sets[i]} ${sets[i + 1]} : ${value} .`);
  let held = "";
  const steps = derivation.steps.map((step) => {
    const result = step.follow(held);
    const line = step.write(held, result);
    held = result;
    return line;
  });
  // The first step repeats the first fact.
  return `${[...stated, ...steps.slice(1)].join(" ")} \\boxed{${labelFrom(derivation)}}`;
}

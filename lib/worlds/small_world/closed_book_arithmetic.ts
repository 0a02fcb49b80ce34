import { Random } from "../../core/random.ts";
import { endlessSets, extractNumber, sameNumber, type Split, splitOf } from "../../tasks/mod.ts";
import { checkDifficulty } from "./check_task.ts";
import { type Fact, type FactTable, makeFactTable } from "./fact_table.ts";
import type { ClosedBookConfig, ClosedBookTask, Recalled } from "./closed_book_task.ts";
import type { SmallWorldQuestion } from "./small_world_task.ts";
import { NAMES, UNITS } from "./small_world_vocabulary.ts";
import { writeEquation, writeNumber } from "./write_equation.ts";

const MONEY = "coins";
/** What somebody asks or pays for one piece. */
const PRICES: readonly string[] = ["2", "3", "4", "5", "6", "7"];
const AMOUNTS: readonly [number, number] = [2, 5];
const START: readonly [number, number] = [1, 99];
const MAX_NUMBER = 99;

const TRADE = /(\w+) (sells|buys) (?:\w+ )?(\d\d) (\w+) \./g;

/** One purchase or sale. */
interface Trade {
  readonly person: string;
  readonly thing: string;
  readonly amount: number;
  /** +1 if money comes in, -1 if it is paid. */
  readonly sign: 1 | -1;
}

/**
 * Word problems about purchases whose prices nobody tells: every person has a price for every thing, and one
 * has to know it. Recalling a price and multiplying it is a single step.
 *
 * ```text
 * Tom has 80 coins . Ann sells Tom 03 apples . Ben buys 02 nuts . How many coins has Tom ?
 * Ann apples 12 . 80 - 12 = 68 . Ben nuts 10 . 68 + 10 = 78 . \boxed{78}
 * ```
 *
 * @param config Seeds, number of purchases, and how often pretraining asks for each price.
 * @returns The task.
 * @throws {RangeError} If the difficulty is not 1, 2 or 3.
 */
export function makeClosedBookArithmetic(
  { seed, difficulty, tailSeed, tailExponent, compat }: ClosedBookConfig,
): ClosedBookTask {
  const numTrades = checkDifficulty(difficulty);
  const root = Random.fromSeed(seed).split("closed_book_arithmetic", difficulty);
  const table = priceTable({ tailSeed, tailExponent });
  const prices = new Map(table.facts.map((fact) => [keyOf(fact.subject, fact.object), fact]));
  const factOf = ({ person, thing }: Trade) => prices.get(keyOf(person, thing))!;
  const priceOf = (trade: Trade) => Number(factOf(trade).value);
  const totalsOf = (trades: readonly Trade[]) =>
    trades.map((trade) => String(trade.amount * priceOf(trade)));

  function question(split: Split, index: number): SmallWorldQuestion {
    const random = root.split(split, index);
    while (true) {
      const hero = random.choice(NAMES);
      const start = random.integer(START[0], START[1] + 1);
      const trades = drawTrades(table, { split, random, hero, numTrades });
      const text = writeQuestion(hero, start, trades);
      const solution = workOut(start, trades, totalsOf(trades));
      if (solution === null || !canBeWorkedOut(start, trades)) continue;
      if (splitOf(contentOf(start, trades)) !== split) continue;
      return {
        id: `closed_book_arithmetic/${difficulty}/${seed}/${split}/${index}`,
        text,
        gold: extractNumber(solution).answer!,
        solution,
        difficulty,
      };
    }
  }

  return {
    name: "closed_book_arithmetic",
    summary: `${numTrades} purchases at prices that are not told`,
    version: String(seed),
    questions: endlessSets("closed_book_arithmetic", question),
    extract: (text) => extractNumber(text, compat),
    isCorrect: sameNumber,
    recalled: ({ text }) => {
      const { trades } = readQuestion(text);
      return trades.map((trade): Recalled => ({
        value: String(trade.amount * priceOf(trade)),
        options: PRICES.map((price) => String(trade.amount * Number(price))),
        popularity: table.popularityOf(factOf(trade)),
      }));
    },
    solutionFrom: ({ text }, values) => {
      const { start, trades } = readQuestion(text);
      return workOut(start, trades, values);
    },
    valuesOf: ({ text }, solution) => {
      const { start, trades } = readQuestion(text);
      const values = trades.map(({ person, thing }) => {
        const stated = new RegExp(`\\b${person} ${thing} (\\d\\d) \\.`).exec(solution)?.[1];
        return stated === undefined ? "" : String(Number(stated));
      });
      if (values.includes("")) return null;
      return workOut(start, trades, values) === solution ? values : null;
    },
  };
}

function priceTable(
  { tailSeed, tailExponent }: Pick<ClosedBookConfig, "tailSeed" | "tailExponent">,
): FactTable {
  const things = UNITS.filter((unit) => unit !== MONEY);
  return makeFactTable({
    pairs: NAMES.flatMap((name) => things.map((thing) => [name, thing] as const)),
    values: PRICES,
    world: Random.fromSeed(0).split("prices"),
    ranks: Random.fromSeed(tailSeed).split("prices"),
    tailExponent: tailExponent.arithmetic,
  });
}

function drawTrades(
  table: FactTable,
  { split, random, hero, numTrades }: {
    readonly split: Split;
    readonly random: Random;
    readonly hero: string;
    readonly numTrades: number;
  },
): Trade[] {
  const trades: Trade[] = [];
  while (trades.length < numTrades) {
    const isFree = ({ subject }: Fact) =>
      subject !== hero && trades.every(({ person }) => person !== subject);
    const { subject, object } = table.draw(split, random, isFree);
    trades.push({
      person: subject,
      thing: object,
      amount: random.integer(AMOUNTS[0], AMOUNTS[1] + 1),
      sign: random.uniform() < 0.5 ? 1 : -1,
    });
  }
  return trades;
}

function writeQuestion(hero: string, start: number, trades: readonly Trade[]): string {
  return [
    `${hero} has ${writeNumber(start)} ${MONEY} .`,
    ...trades.map(({ person, thing, amount, sign }) =>
      `${person} ${sign > 0 ? "buys" : `sells ${hero}`} ${writeNumber(amount)} ${thing} .`
    ),
    `How many ${MONEY} has ${hero} ?`,
  ].join(" ");
}

function readQuestion(text: string): { readonly start: number; readonly trades: Trade[] } {
  const start = Number(/has (\d\d)/.exec(text)![1]);
  const trades = Array.from(text.matchAll(TRADE), ([, person, verb, amount, thing]): Trade => ({
    person: person!,
    thing: thing!,
    amount: Number(amount),
    sign: verb === "buys" ? 1 : -1,
  }));
  return { start, trades };
}

/** Whether every number can be written whatever prices somebody thinks of. */
function canBeWorkedOut(start: number, trades: readonly Trade[]): boolean {
  const extremes = trades.map(({ amount }) =>
    [PRICES[0]!, PRICES.at(-1)!].map((price) => String(amount * Number(price)))
  );
  const all = extremes.reduce<string[][]>(
    (totals, options) => totals.flatMap((one) => options.map((option) => [...one, option])),
    [[]],
  );
  return all.every((totals) => workOut(start, trades, totals) !== null);
}

/** Null if a number leaves [0, 99]. */
function workOut(
  start: number,
  trades: readonly Trade[],
  totals: readonly string[],
): string | null {
  let held = start;
  const parts: string[] = [];
  for (const [i, { person, thing, sign }] of trades.entries()) {
    const total = Number(totals[i]);
    const result = held + sign * total;
    if (result < 0 || result > MAX_NUMBER) return null;
    parts.push(`${person} ${thing} ${writeNumber(total)} .`);
    parts.push(writeEquation([held, sign > 0 ? "+" : "-", total], result));
    held = result;
  }
  return `${parts.join(" ")} \\boxed{${writeNumber(held)}}`;
}

function contentOf(start: number, trades: readonly Trade[]): string {
  return start +
    trades.map(({ person, thing, amount, sign }) => `${sign * amount} ${person} ${thing}`).join();
}

function keyOf(person: string, thing: string): string {
  return `${person} ${thing}`;
}

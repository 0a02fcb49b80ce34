import type { Random } from "../../core/mod.ts";
import type { Split } from "../../tasks/mod.ts";

/** Something that is so in the world and that no question tells: what Ann asks for apples. */
export interface Fact {
  /** What it is about: `Ann`, `pens`. */
  readonly subject: string;
  /** And in which respect: `apples`, `red`. */
  readonly object: string;
  /** What is so: `4`, `all`. */
  readonly value: string;
}

/** Facts of one kind, the most asked for in pretraining first. */
export interface FactTable {
  /** All facts; another seed ranks them otherwise, but what is so stays so. */
  readonly facts: readonly Fact[];
  /**
   * Draws a fact that a question asks for. Ranks move what pretraining asks for and nothing else.
   *
   * @param split Whose question it is.
   * @param random Where it is drawn from.
   * @param wanted Which facts come into question; at least one.
   * @returns The fact.
   */
  draw(split: Split, random: Random, wanted: (fact: Fact) => boolean): Fact;
  /**
   * How often pretraining asks for a fact, where all come into question.
   *
   * @param fact One of the table's.
   * @returns Its place among them.
   */
  popularityOf(fact: Fact): Popularity;
}

/** How often pretraining asks for a fact, compared with the others of its kind. */
export interface Popularity {
  /** Share of the facts that are asked for more often, in [0, 1). */
  readonly quantile: number;
  /** How often it is asked for, as a multiple of the mean over all; at least 0. */
  readonly timesMean: number;
}

/** What a table is made of. */
export interface FactTableOptions {
  /** All pairs of subject and object. */
  readonly pairs: readonly (readonly [subject: string, object: string])[];
  /** Values that a fact can have, each as likely. */
  readonly values: readonly string[];
  /** What is so: the same for everybody. */
  readonly world: Random;
  /** Which facts are asked for often: may differ between models. */
  readonly ranks: Random;
  /**
   * How unevenly pretraining asks for facts, at least 0: the fact of rank r is asked for in proportion to
   * 1 / r^exponent (Zipf's law). 0 = all alike. Other splits ask for all facts alike.
   */
  readonly tailExponent: number;
}

/**
 * Makes a table of facts.
 *
 * @param options Pairs, values, and how often pretraining asks for them.
 * @returns The table.
 */
export function makeFactTable(
  { pairs, values, world, ranks, tailExponent }: FactTableOptions,
): FactTable {
  const all = pairs.map(([subject, object]): Fact => ({
    subject,
    object,
    value: world.split(subject, object).choice(values),
  }));
  const inOrderOf = (random: Random) =>
    Array.from(random.permutation(all.length), (index) => all[index]!);
  const facts = inOrderOf(ranks);
  const unranked = inOrderOf(world);
  const weights = facts.map((_, rank) => (rank + 1) ** -tailExponent);
  const meanWeight = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return {
    facts,
    draw(split, random, wanted) {
      const [listed, weightOf] = split === "pretrain"
        ? [facts, (rank: number) => weights[rank]!]
        : [unranked, () => 1];
      const wantedAt = listed.flatMap((fact, place) => wanted(fact) ? [place] : []);
      let rest = random.uniform() * wantedAt.reduce((sum, place) => sum + weightOf(place), 0);
      for (const place of wantedAt) {
        rest -= weightOf(place);
        if (rest < 0) return listed[place]!;
      }
      return listed[wantedAt.at(-1)!]!; // only reached by rounding of the sum
    },
    popularityOf(fact) {
      const rank = facts.indexOf(fact);
      return { quantile: rank / facts.length, timesMean: weights[rank]! / meanWeight };
    },
  };
}

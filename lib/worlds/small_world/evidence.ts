/**
 * Questions as evidence: the facts that they state, and who knows which (Stasser and Titus 1985).
 *
 * @module
 */
import { Random } from "../../core/random.ts";

/** What a question is made of. */
export interface Evidence {
  /** Its facts, each a sentence: `Tom buys 14 pens .` */
  readonly facts: readonly string[];
  /** What is asked: `How many pens has Tom ?` */
  readonly asked: string;
}

/** Who knows which facts. */
export interface DealOptions {
  /** A, at least 1. */
  readonly numAgents: number;
  /** Facts that everybody knows; each of the others is known to one agent alone. At least 0. */
  readonly numShared: number;
}

/** A number that is not the end of a name: `agent1 : 2 : …` has the fact 2. */
const NUMBERED = /(?<![A-Za-z\d])(\d) : ([^.?:]+ \.)/g;

/**
 * Splits a question's text into its facts and what is asked.
 *
 * @param text Sentences that end with ` .`, and one that ends with ` ?`.
 * @returns The facts in their order.
 */
export function splitFacts(text: string): Evidence {
  const sentences = text.split(/(?<= \.) /);
  return { facts: sentences.slice(0, -1), asked: sentences.at(-1)! };
}

/**
 * Facts with their numbers, so that they can be told apart wherever they are told: `2 : Tom buys 14 pens .`
 *
 * @param facts All facts of a question, at most 9.
 * @param which Indices of those to write; default all of them.
 * @returns One text.
 */
export function writeFacts(
  facts: readonly string[],
  which: readonly number[] = [...facts.keys()],
): string {
  return which.map((index) => `${index + 1} : ${facts[index]}`).join(" ");
}

/**
 * Finds numbered facts in a text, whatever else stands there.
 *
 * @param text Any text.
 * @returns The facts by their indices, from 0.
 */
export function readFacts(text: string): Map<number, string> {
  return new Map(
    Array.from(text.matchAll(NUMBERED), ([, number, fact]) => [Number(number) - 1, fact!]),
  );
}

/**
 * Deals facts to agents: the same question is always dealt in the same way.
 *
 * @param text The question's text; decides the deal.
 * @param numFacts Its facts.
 * @param options Agents, and facts that all of them know.
 * @returns Shape [A], indices of the facts that each knows, ascending. A single agent knows them all; with
 *   fewer facts than agents some know none of their own.
 */
export function dealFacts(
  text: string,
  numFacts: number,
  { numAgents, numShared }: DealOptions,
): number[][] {
  const random = Random.fromSeed(0).split("deal", text, numAgents);
  const order = Array.from(random.permutation(numFacts));
  const first = random.integer(0, numAgents);
  const hands = Array.from({ length: numAgents }, () => order.slice(0, numShared));
  order.slice(numShared).forEach((fact, k) => hands[(first + k) % numAgents]!.push(fact));
  return hands.map((hand) => hand.sort((a, b) => a - b));
}

/**
 * What the tests of discussions share: a question, agents that follow a script, scorers.
 *
 * @module
 */
import { Random } from "../../lib/core/random.ts";
import {
  makeArithmetic,
  smallWorldFormat,
  type SmallWorldQuestion,
} from "../../lib/worlds/small_world/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import {
  type Agent,
  type AgentRequest,
  type DiscussionOptions,
  type ScoreItem,
  type Scorer,
  ScriptedAgent,
} from "../../lib/discussion/mod.ts";

/** A task whose questions the tests use. */
export const task = makeArithmetic({ seed: 0, difficulty: 2 });

/** A word problem written down here, so that snapshots do not depend on the generator. */
export const PENS: SmallWorldQuestion = {
  id: "pens",
  text: "Tom has 23 pens . Tom buys 14 pens . Tom loses 09 pens . How many pens has Tom ?",
  gold: "28",
  solution: "23 + 14 = 37 . 37 - 09 = 28 . \\boxed{28}",
  difficulty: 2,
};

/** Some questions with distinct ids. */
export function questions(count: number): SmallWorldQuestion[] {
  return takeQuestions(task.questions("test"), { count });
}

/** A scorer given by a function of one item; counts what it was asked. */
export class FunctionScorer implements Scorer {
  readonly name = "function scorer";
  /** One entry per call: the items it was asked about. */
  readonly calls: (readonly ScoreItem[])[] = [];

  constructor(readonly scoreOne: (item: ScoreItem) => number = () => 0.5) {}

  score(items: readonly ScoreItem[]): Promise<Float64Array> {
    this.calls.push(items);
    return Promise.resolve(Float64Array.from(items, this.scoreOne));
  }
}

/** An agent that remembers what it was asked, one entry per call. */
export class RecordingAgent extends ScriptedAgent {
  readonly calls: (readonly AgentRequest[])[] = [];

  override respond(
    requests: readonly AgentRequest[],
  ): ReturnType<ScriptedAgent["respond"]> {
    this.calls.push(requests);
    return super.respond(requests);
  }
}

/** What a test may change: with `agents` and `scorer`, seats that all have this scorer. */
export interface Changes extends Partial<DiscussionOptions> {
  readonly agents?: readonly Agent[];
  readonly scorer?: Scorer;
}

/** Options of a discussion in the small world, with what a test wants to change. */
export function options(
  { agents = [], scorer = new FunctionScorer(), ...changes }: Changes,
): DiscussionOptions {
  return {
    task,
    questions: questions(3),
    seats: agents.map((agent) => ({ agent, scorer })),
    numTurns: 3,
    format: smallWorldFormat,
    showScores: true,
    random: Random.fromSeed(11),
    ...changes,
  };
}

import { type CostedAnswer, matchedNumbers } from "../evaluation/mod.ts";
import { type Adapters, adaptersOfTurn, type PolicySet, turnGroup } from "../rl/mod.ts";
import { type Question, takeQuestions } from "../tasks/mod.ts";
import {
  type BaselinesRow,
  costedAnswers,
  type EvaluationsRow,
  type ExperimentContext,
  methodInWords,
} from "../tracking/mod.ts";
import type { Discuss, DiscussionRound } from "./discussion_rounds.ts";
import { evaluationRows } from "./frame_rows.ts";
import { describeBaselines } from "./progress_lines.ts";
import type { RunParts } from "./run_parts.ts";
import type { AlgorithmConfig, DiscussionConfig, EvaluationConfig } from "./schemas.ts";

/** The paper's temperature (MAPoRL G.2). */
const PAPER_TEMPERATURE = 0.7;

/** What {@linkcode baselineRounds} needs. */
export interface BaselineRoundsOptions {
  /** Agents, turns and how they share parameters, questions, and how many answers at most. */
  readonly config: {
    readonly algorithm: Pick<AlgorithmConfig, "turnGroups">;
    readonly discussion: DiscussionConfig;
    readonly evaluation: EvaluationConfig;
  };
  /** Who sits where, and what is asked. */
  readonly parts: Pick<RunParts, "evaluated" | "seatsAbout">;
  /** The trained parameters. */
  readonly policies: PolicySet;
  /** Holds discussions; answers without discussion go the same way. */
  readonly discuss: Discuss;
}

/** A model that answers without discussion. */
interface Alone {
  readonly model: string;
  readonly update: number;
  readonly policies: Adapters | undefined;
}

/** A way of answering, as a round of discussions. */
interface Method extends Partial<DiscussionRound> {
  readonly method: string;
  readonly numTurns: number;
  /** The method whose random streams it draws from; default its own. */
  readonly stream?: string;
}

/**
 * How a run lets its models answer without discussion, for comparisons at the same cost: independent
 * answers, as many as cost the same as a discussion, single answers at other temperatures, and self-refinement
 * (Madaan et al. 2023, arXiv 2303.17651), where each agent goes on from its own answer and verdict alone.
 * What later turns have learnt apart from the first is asked the bare question too (Remark 2 of the paper).
 * The untrained models answer in all these ways, trained ones where training changed something, here or in a run
 * that a seat begins with: a first turn of the base model gives the same answers.
 *
 * @param context The run.
 * @param options Settings, seats, parameters, and how discussions are held.
 * @returns Takes the rows of the last evaluation, whose discussions are what is matched; its answers go to
 * the frame `baselines`.
 */
export function baselineRounds(
  { run, random, log }: Pick<ExperimentContext, "run" | "random" | "log">,
  { config, parts, policies, discuss }: BaselineRoundsOptions,
): (discussed: readonly EvaluationsRow[]) => Promise<void> {
  const { algorithm: { turnGroups }, evaluation, discussion } = config;
  const { maxAnswers } = evaluation.baselines;
  const numAgents = evaluation.numAgents ?? discussion.numAgents;
  const numTurns = evaluation.numTurns ?? discussion.numTurns;
  const { task } = parts.evaluated;
  const seats = parts.seatsAbout(task, numAgents);
  const questions = (): Question[] =>
    takeQuestions(task.questions(evaluation.split), { count: evaluation.numQuestions });

  /** Holds one round, adds its rows to the frame, and gives them. */
  async function answer(
    alone: Alone,
    { method, stream = method, ...round }: Method,
  ): Promise<BaselinesRow[]> {
    const { model, update } = alone;
    const { discussions } = await discuss(`${model} alone: ${methodInWords(method)}`, {
      about: parts.evaluated,
      questions: questions(),
      numAgents,
      numSamples: 1,
      policies: alone.policies,
      version: update,
      update: Infinity,
      random: random.split("baselines", stream), // the same streams for every model, apart from discussions'
      ...round,
    });
    const rows = evaluationRows(discussions, {
      evaluation: evaluation.split,
      questionSeed: task.version,
      model,
      update,
      decoders: seats.map((seat) => seat.model.decoder.config),
    }).map((row): BaselinesRow => ({ method, ...row }));
    run.baselines.append(rows);
    return rows;
  }

  /** Independent answers: as many as a discussion holds, then as many as cost the same tokens. */
  async function sample(alone: Alone, discussed: readonly CostedAnswer[]): Promise<BaselinesRow[]> {
    const method = { method: "sampled", numTurns: 1 };
    const most = Math.max(1, Math.floor(maxAnswers / numAgents)); // every seat answers as often
    const numFirst = Math.min(most, numTurns);
    const first = await answer(alone, { ...method, numSamples: numFirst });
    const { atEqualTokens } = matchedNumbers(discussed, costedAnswers(first), {
      numAgents,
      numTurns,
      firstTurn: discussed.filter(({ turn }) => turn === 0),
    });
    // One more of each seat, as the others may be shorter.
    const numSamples = Math.min(most, Math.ceil(atEqualTokens / numAgents) + 1) - numFirst;
    if (numSamples <= 0) return first;
    return [...first, ...await answer(alone, { ...method, firstSample: numFirst, numSamples })];
  }

  /** One first answer by the parameters of each group of later turns that learnt apart from the first. */
  function asLaterTurns({ policies }: Alone): Method[] {
    if (policies === undefined) return [];
    const turns = [...Array(numTurns).keys()].filter((turn) =>
      seats.some((_, agent) => policies.adapter(agent, turn))
    );
    const byGroup = Map.groupBy(turns, (turn) => turnGroup(turn, turnGroups));
    byGroup.delete(turnGroup(0, turnGroups));
    return [...byGroup].map(([group, [turn]]) => ({
      method: `parameters_of_${group}`,
      stream: "sampled", // untrained, they would give the same answers
      numTurns: 1,
      policies: adaptersOfTurn(policies, turn!),
    }));
  }

  return async (discussed) => {
    if (maxAnswers === 0) return;
    const [{ model, update } = { model: "", update: 0 }] = discussed;
    const parts: BaselinesRow[][] = [];
    const singles = singleAnswers(seats.map(({ temperature }) => temperature));
    const refined = numAgents > 1 && numTurns > 1
      ? [{ method: "self_refinement", numTurns, readsOthers: false }]
      : []; // of one agent, discussions are that
    // What begins trained answers alone as it begins; after further training that is gone, the base model is not.
    const untrained = update === 0 && policies.beginsTrained
      ? { model, update, policies }
      : { model: "off-the-shelf", update: 0, policies: undefined };
    const agents = [...seats.keys()];
    const isTrained = (turns: readonly number[]) =>
      update > 0 && turns.some((turn) => agents.some((agent) => policies.adapter(agent, turn)));
    for (const alone of update > 0 ? [untrained, { model, update, policies }] : [untrained]) {
      const isFirst = alone === untrained;
      if (isFirst || isTrained([0])) {
        parts.push(await sample(alone, costedAnswers(discussed)));
        for (const method of singles) parts.push(await answer(alone, method));
      }
      for (const method of asLaterTurns(alone)) parts.push(await answer(alone, method));
      if (isFirst || isTrained([...Array(numTurns).keys()])) {
        for (const method of refined) parts.push(await answer(alone, method));
      }
    }
    for (const line of describeBaselines(parts.flat())) log(line);
  };
}

/** Single answers at temperatures that seats do not sample with anyway. */
function singleAnswers(temperatures: readonly number[]): Method[] {
  return [0, PAPER_TEMPERATURE]
    .filter((temperature) => temperatures.some((other) => other !== temperature))
    .map((temperature) => ({
      method: temperature === 0 ? "greedy" : `temperature_${temperature}`,
      numTurns: 1,
      temperature,
    }));
}

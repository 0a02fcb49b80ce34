import type { Random } from "../core/random.ts";
import { yieldToEvents } from "../core/yield_to_events.ts";
import type { Question, Task } from "../tasks/task.ts";
import type { AgentRequest, AgentResponse } from "./agent.ts";
import { collectResponses } from "./collect_responses.ts";
import { type ConsensusRule, hasConsensus } from "./consensus.ts";
import type { DiscussionFormat } from "./discussion_format.ts";
import { messagesFor } from "./messages_for.ts";
import { scoreSolutions, type SolutionScorer } from "./score_solutions.ts";
import type { Scorer } from "./scorer.ts";
import type { Seat } from "./seat.ts";
import type { Answer, Discussion } from "./transcript.ts";

/** Settings of {@link runDiscussions}. */
export interface DiscussionOptions {
  /** Extracts and grades answers. */
  readonly task: Task;
  /** The questions; ids must differ. */
  readonly questions: readonly Question[];
  /** Shape [A], who answers and who scores at each place. */
  readonly seats: readonly Seat[];
  /** T, number of turns; at least 1. */
  readonly numTurns: number;
  /** G, discussions of each question; default 1. */
  readonly numSamples?: number;
  /** Number of the first of them; default 0. Later ones continue what an earlier call began. */
  readonly firstSample?: number;
  /** How messages are written. */
  readonly format: DiscussionFormat;
  /** Whether the scores are shown to the agents; they are recorded in any case. */
  readonly showScores: boolean;
  /** Whether agents read each other's answers; default true. False: each refines its own alone. */
  readonly readsOthers?: boolean;
  /** Ends a discussion early; absent: all turns are held. */
  readonly consensus?: ConsensusRule;
  /**
   * Answers draw from `random.split(question id, agent, turn)`, and those of sample s > 0 from
   * `random.split(question id, agent, turn, s)`.
   */
  readonly random: Random;
  /** Called after each turn with the number of answers that were given and that remain at most. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Stops scoring, and between questions; agents that sample for long have one themselves. */
  readonly signal?: AbortSignal | undefined;
}

interface Open {
  readonly index: number;
  readonly question: Question;
  readonly sample: number;
  readonly answersTA: Answer[][];
}

/**
 * Lets agents discuss questions over several turns (MAPoRL §3).
 *
 * Turns are simultaneous: at turn t every agent reads the answers of turn t-1 and none of turn t. Every
 * solution is scored at once, each distinct text of a question one single time by each scorer. What
 * agents write is data and never an error; agents and scorers that fail are.
 *
 * @param options Who discusses what, and how.
 * @returns One discussion for each question and sample, in the order of the questions, samples inside.
 * @throws {RangeError} If there is no seat, no turn or no sample, or two questions share an id.
 * @throws {RunError} If an agent fails or gives the wrong number of responses.
 * @throws {NumericError} If a score is not in [0, 1].
 * @throws The signal's reason when it aborts.
 */
export async function runDiscussions(options: DiscussionOptions): Promise<Discussion[]> {
  checkOptions(options);
  const { questions, seats, numSamples = 1, firstSample = 0 } = options;
  const all = questions.flatMap((question, index) =>
    Array.from({ length: numSamples }, (_, i): Open => ({
      index,
      question,
      sample: firstSample + i,
      answersTA: [],
    }))
  );
  try {
    await holdTurns(options, all);
  } finally {
    for (const agent of new Set(seats.map(({ agent }) => agent))) agent.endDiscussions?.();
  }
  return all.map(({ question, sample, answersTA }) => ({
    question,
    sample,
    answersTA,
    lastTurn: answersTA.length - 1,
  }));
}

async function holdTurns(options: DiscussionOptions, all: readonly Open[]): Promise<void> {
  const { seats, numTurns, consensus, onProgress, signal } = options;
  const agents = seats.map(({ agent }) => agent);
  const scorers = new Map(
    seats.map(({ scorer }) => [scorer, scoreSolutions(scorer, { signal })]),
  );
  let open = all;
  let done = 0;
  for (let turn = 0; turn < numTurns && open.length > 0; turn++) {
    const requestsQA = open.map((discussion) =>
      seats.map((_, agent) => requestOf(options, discussion, { agent, turn }))
    );
    const responsesQA = await collectResponses(agents, requestsQA, turn);
    const solutionsQA = responsesQA.map((row) =>
      row.map(({ text }) => options.format.solutionOf(text))
    );
    const scoresQA = await scoreAll(scorers, { open, seats, solutionsQA });
    for (const [q, discussion] of open.entries()) {
      await yieldToEvents(signal);
      discussion.answersTA.push(
        responsesQA[q]!.map((response, agent) =>
          answerOf(options, response, {
            question: discussion.index,
            sample: discussion.sample,
            agent,
            turn,
            solution: solutionsQA[q]![agent]!,
            score: scoresQA[q]![agent]!,
            gold: discussion.question.gold,
          })
        ),
      );
    }
    done += open.length * seats.length;
    if (consensus) open = open.filter(({ answersTA }) => !agree(answersTA.at(-1)!, consensus));
    onProgress?.(done, done + open.length * seats.length * (numTurns - turn - 1));
  }
}

function requestOf(
  { format, seats, showScores, readsOthers = true, random }: DiscussionOptions,
  { question, sample, answersTA }: Open,
  { agent, turn }: Pick<AgentRequest, "agent" | "turn">,
): AgentRequest {
  const stream = random.split(question.id, agent, turn);
  return {
    messages: messagesFor({ question, answersTA, format, showScores, readsOthers }, {
      agent,
      numAgents: seats.length,
    }),
    turn,
    agent,
    sample,
    random: (sample === 0 ? stream : stream.split(sample)).state(),
  };
}

/** Shape [Q][A], the score of every solution by the scorer of its seat. */
async function scoreAll(
  scorers: ReadonlyMap<Scorer, SolutionScorer>,
  { open, seats, solutionsQA }: {
    readonly open: readonly Open[];
    readonly seats: readonly Seat[];
    readonly solutionsQA: readonly (readonly string[])[];
  },
): Promise<number[][]> {
  const scoresQA = open.map(() => new Array<number>(seats.length));
  for (const [scorer, score] of scorers) {
    const places = open.flatMap(({ question }, q) =>
      seats.flatMap((seat, agent) => seat.scorer === scorer ? [{ question, q, agent }] : [])
    );
    const scores = await score(
      places.map(({ question, q, agent }) => ({ question, solution: solutionsQA[q]![agent]! })),
    );
    places.forEach(({ q, agent }, index) => scoresQA[q]![agent] = scores[index]!);
  }
  return scoresQA;
}

function answerOf(
  { task, format }: DiscussionOptions,
  response: AgentResponse,
  { gold, ...known }:
    & Pick<Answer, "question" | "sample" | "agent" | "turn" | "solution" | "score">
    & { readonly gold: string },
): Answer {
  const { answer } = task.extract(known.solution);
  const { boxed } = task.extract(response.text); // a format may box what it quotes
  return {
    ...response,
    ...known,
    annotations: format.annotationsOf(response.text),
    answer,
    boxed,
    correct: task.isCorrect(answer, gold),
  };
}

function agree(answers: readonly Answer[], rule: ConsensusRule): boolean {
  return hasConsensus(answers.map(({ answer }) => answer), answers.map(({ score }) => score), rule);
}

function checkOptions({ questions, seats, numTurns, numSamples = 1 }: DiscussionOptions): void {
  if (seats.length === 0) {
    throw new RangeError(
      "Cannot run discussions as seats must hold at least one agent: there is none",
    );
  }
  for (const [name, count] of Object.entries({ numTurns, numSamples })) {
    if (Number.isInteger(count) && count >= 1) continue;
    throw new RangeError(
      `Cannot run discussions as ${name} must be a positive integer: current value is ${count}`,
    );
  }
  const ids = new Set<string>();
  for (const { id } of questions) {
    if (ids.has(id)) {
      throw new RangeError(
        `Cannot run discussions as question ids must differ (they name random streams): "${id}" occurs twice`,
      );
    }
    ids.add(id);
  }
}

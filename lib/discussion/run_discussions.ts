import { MaporlError, RunError } from "../core/errors.ts";
import { yieldToEvents } from "../core/yield_to_events.ts";
import type { Random } from "../core/random.ts";
import type { Question, Task } from "../tasks/task.ts";
import type { Agent, AgentRequest, AgentResponse } from "./agent.ts";
import { type ConsensusRule, hasConsensus } from "./consensus.ts";
import type { DiscussionFormat } from "./discussion_format.ts";
import { messagesFor } from "./messages_for.ts";
import { scoreSolutions } from "./score_solutions.ts";
import type { Scorer } from "./scorer.ts";
import type { Answer, Discussion } from "./transcript.ts";

/** Settings of {@link runDiscussions}. */
export interface DiscussionOptions {
  /** Extracts and grades answers. */
  readonly task: Task;
  /** The questions; ids must differ. */
  readonly questions: readonly Question[];
  /** Shape [A], who sits at each place; the same object may sit at several. */
  readonly agents: readonly Agent[];
  /** T, number of turns; at least 1. */
  readonly numTurns: number;
  /** G, discussions of each question; default 1. */
  readonly numSamples?: number;
  /** Scores every solution right after it was given. */
  readonly scorer: Scorer;
  /** How messages are written. */
  readonly format: DiscussionFormat;
  /** Whether the scores are shown to the agents; they are recorded in any case. */
  readonly showScores: boolean;
  /** Ends a discussion early; absent: all turns are held. */
  readonly consensus?: ConsensusRule;
  /**
   * Answers draw from `random.split(question id, agent, turn)`, those of later samples from
   * `random.split(question id, agent, turn, sample)`.
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
 * Turns are simultaneous: at turn t every agent reads the answers of turn t-1 and none of turn t.
 * Every solution is scored at once, each distinct text of a question one single time. What agents
 * write is data and never an error; agents and scorers that fail are.
 *
 * @param options Who discusses what, and how.
 * @returns The samples of each question, in the order of the questions.
 * @throws {RangeError} If there is no agent or no turn, or two questions share an id.
 * @throws {RunError} If an agent fails or gives the wrong number of responses.
 * @throws {NumericError} If a score is not in [0, 1].
 * @throws The signal's reason when it aborts.
 */
export async function runDiscussions(options: DiscussionOptions): Promise<Discussion[]> {
  checkOptions(options);
  const { questions, agents, numTurns, consensus, onProgress, signal } = options;
  const score = scoreSolutions(options.scorer, { signal });
  const samples = [...Array(options.numSamples ?? 1).keys()];
  const all = questions.flatMap((question, index) =>
    samples.map((sample): Open => ({ index, question, sample, answersTA: [] }))
  );
  let open = all;
  let done = 0;
  for (let turn = 0; turn < numTurns && open.length > 0; turn++) {
    const responsesQA = await askAll(options, open, turn);
    const solutionsQA = responsesQA.map((row) =>
      row.map(({ text }) => options.format.solutionOf(text))
    );
    const scores = await score(
      open.flatMap(({ question }, q) =>
        solutionsQA[q]!.map((solution) => ({ question, solution }))
      ),
    );
    for (const [q, discussion] of open.entries()) {
      await yieldToEvents(signal);
      discussion.answersTA.push(
        responsesQA[q]!.map((response, agent) =>
          answerOf(options, response, {
            question: discussion.index,
            agent,
            turn,
            solution: solutionsQA[q]![agent]!,
            score: scores[q * agents.length + agent]!,
            gold: discussion.question.gold,
          })
        ),
      );
    }
    done += open.length * agents.length;
    if (consensus) open = open.filter(({ answersTA }) => !agree(answersTA.at(-1)!, consensus));
    onProgress?.(done, done + open.length * agents.length * (numTurns - turn - 1));
  }
  return all.map(({ question, sample, answersTA }) => ({
    question,
    sample,
    answersTA,
    lastTurn: answersTA.length - 1,
  }));
}

/** Asks every agent about every open question; those that are the same object in one batch. */
async function askAll(
  { agents, format, showScores, random }: DiscussionOptions,
  open: readonly Open[],
  turn: number,
): Promise<AgentResponse[][]> {
  const responsesQA = open.map(() => new Array<AgentResponse>(agents.length));
  const placesByAgent = Map.groupBy(agents.keys(), (place) => agents[place]!);
  for (const [agent, places] of placesByAgent) {
    const seats = open.flatMap((_, q) => places.map((place) => ({ q, place })));
    const requests = seats.map(({ q, place }): AgentRequest => {
      const { question, sample, answersTA } = open[q]!;
      const labels = sample === 0 ? [] : [sample];
      return {
        messages: messagesFor({ question, answersTA, format, showScores }, place),
        turn,
        agent: place,
        random: random.split(question.id, place, turn, ...labels),
      };
    });
    const responses = await ask(agent, requests, turn);
    seats.forEach(({ q, place }, seat) => responsesQA[q]![place] = responses[seat]!);
  }
  return responsesQA;
}

async function ask(
  agent: Agent,
  requests: readonly AgentRequest[],
  turn: number,
): Promise<AgentResponse[]> {
  const what =
    `Cannot hold turn ${turn} as agent "${agent.name}" must answer ${requests.length} requests`;
  let responses: AgentResponse[];
  try {
    responses = await agent.respond(requests);
  } catch (cause) {
    // Errors that already tell what to do, and interruptions, pass as they are.
    if (cause instanceof MaporlError || isAbort(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RunError(`${what}: it failed with "${reason}"`, { thing: agent.name, cause });
  }
  if (responses.length !== requests.length) {
    throw new RunError(`${what}: it gave ${responses.length}`, { thing: agent.name });
  }
  return responses;
}

function answerOf(
  { task, format }: DiscussionOptions,
  { promptTokens, tokens, logProbs, text, finished }: AgentResponse,
  { gold, ...known }: Pick<Answer, "question" | "agent" | "turn" | "solution" | "score"> & {
    readonly gold: string;
  },
): Answer {
  const { answer, boxed } = task.extract(known.solution);
  return {
    ...known,
    promptTokens,
    tokens,
    logProbs,
    text,
    annotations: format.annotationsOf(text),
    answer,
    boxed,
    correct: task.isCorrect(answer, gold),
    finished,
  };
}

function agree(answers: readonly Answer[], rule: ConsensusRule): boolean {
  return hasConsensus(answers.map(({ answer }) => answer), answers.map(({ score }) => score), rule);
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === "AbortError";
}

function checkOptions({ questions, agents, numTurns }: DiscussionOptions): void {
  if (agents.length === 0) {
    throw new RangeError("Cannot run discussions as at least one agent is needed: there is none");
  }
  if (!Number.isInteger(numTurns) || numTurns < 1) {
    throw new RangeError(
      `Cannot run discussions as numTurns must be a positive integer: current value is ${numTurns}`,
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

/**
 * What one update had to learn from, in a few numbers.
 *
 * @module
 */

/** What is needed of an answer of training; a row of `answers.parquet` is one. */
export interface SignalAnswer {
  /** Index of the question in its batch. */
  readonly question: number;
  /** 0-based agent. */
  readonly agent: number;
  /** 0-based turn. */
  readonly turn: number;
  /** Whether its tokens are trained on. */
  readonly trained: boolean;
  /** Extracted answer; null = none. */
  readonly answer: string | null;
  /** Whether it states its answer as asked, also where it states that it has none. */
  readonly boxed: boolean;
  /** Whether it ended by itself within the token limit. */
  readonly finished: boolean;
  /** Whether it is right. */
  readonly correct: boolean;
  /** Kinds of penalties, joined by commas. */
  readonly penalties: string;
  /** What it is paid. */
  readonly reward: number;
  /** log(policy / base) of the response, nats; null = not trained on. */
  readonly kl: number | null;
}

/** What is needed of a row of `updates.parquet`, of one parameter group. */
export interface SignalSteps {
  /** Answers trained on. */
  readonly numAnswers: number;
  /** Distance of new from old policy, nats per token. */
  readonly approxKl: number;
  /** Share of tokens whose ratio left the clip range. */
  readonly clipFrac: number;
  /** Learning rate at the last step. */
  readonly lr: number;
}

/** Answers that a credit compares: of the whole update by turn and agent, or of one question. */
export type ComparedAnswers = "batch" | "question" | "agent" | "turn" | "agent_turn";

/** One update in numbers. Counts and variances are of the answers that it trained on. */
export interface UpdateSignal {
  /** Mean reward of all answers, trained on or not. */
  readonly meanReward: number;
  /** Its standard error over questions. */
  readonly rewardError: number;
  /** Answers trained on. */
  readonly count: number;
  /** Those that were cut at the token limit. */
  readonly numCut: number;
  /** Those that ended by themselves, without an answer, and did not say so as asked. */
  readonly numUnread: number;
  /** Those from which an answer could be extracted. */
  readonly numRead: number;
  /** Those that are right. */
  readonly numRight: number;
  /** Those that ended by themselves and are penalised, by the kind of the penalty. */
  readonly penalties: Readonly<Record<string, number>>;
  /** Groups of at least two answers that are compared with each other. */
  readonly numGroups: number;
  /** Those of them whose answers are all paid the same. */
  readonly numEqual: number;
  /** Variance of the reward within turn and agent. */
  readonly rewardVariance: number;
  /** Variance of log(policy / base) within turn and agent, nats². */
  readonly klVariance: number;
  /** Distance of new from old policy, mean over the answers' groups, nats per token. */
  readonly approxKl: number;
  /** Share of tokens that left the clip range. */
  readonly clipFrac: number;
  /** Largest learning rate at the last step. */
  readonly lr: number;
}

/**
 * Sums up one update.
 *
 * @param answers All of its answers, at least one.
 * @param steps Its parameter groups.
 * @param options Which answers the credit compares.
 * @returns The numbers; where nothing was trained on, those of the answers are of all.
 */
export function updateSignal(
  answers: readonly SignalAnswer[],
  steps: readonly SignalSteps[],
  { compared }: { readonly compared: ComparedAnswers },
): UpdateSignal {
  const learnt = answers.filter(({ trained }) => trained);
  const trained = learnt.length > 0 ? learnt : answers;
  const count = (test: (answer: SignalAnswer) => boolean) => trained.filter(test).length;
  const seats = groupsOf(trained, "batch");
  const groups = groupsOf(trained, compared).filter((rows) => rows.length > 1);
  const kinds = trained.filter(({ finished, penalties }) => finished && penalties !== "")
    .flatMap(({ penalties }) => penalties.split(","));
  const numAnswers = steps.reduce((sum, row) => sum + row.numAnswers, 0);
  const meanOf = (value: (row: SignalSteps) => number) =>
    steps.reduce((sum, row) => sum + value(row) * row.numAnswers, 0) / Math.max(1, numAnswers);
  const questions = [...Map.groupBy(answers, ({ question }) => question).values()]
    .map((rows) => mean(rows.map(({ reward }) => reward)));
  return {
    meanReward: mean(questions),
    rewardError: Math.sqrt(
      squaresOf(questions) / Math.max(1, questions.length - 1) / questions.length,
    ),
    count: trained.length,
    numCut: count(({ finished }) => !finished),
    numUnread: count(({ answer, boxed, finished }) => answer === null && !boxed && finished),
    numRead: count(({ answer }) => answer !== null),
    numRight: count(({ correct }) => correct),
    penalties: Object.fromEntries(
      [...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]),
    ),
    numGroups: groups.length,
    numEqual: groups.filter((rows) => rows.every((row) => isEqual(row, rows[0]!))).length,
    rewardVariance: varianceWithin(seats, ({ reward }) => reward),
    klVariance: varianceWithin(seats, ({ kl }) => kl ?? 0),
    approxKl: meanOf(({ approxKl }) => approxKl),
    clipFrac: meanOf(({ clipFrac }) => clipFrac),
    lr: Math.max(0, ...steps.map(({ lr }) => lr)),
  };
}

/** Parts of a key that answers of one group share. */
const SHARED: Readonly<Record<ComparedAnswers, readonly ("question" | "agent" | "turn")[]>> = {
  batch: ["agent", "turn"],
  question: ["question"],
  agent: ["question", "agent"],
  turn: ["question", "turn"],
  agent_turn: ["question", "agent", "turn"],
};

function groupsOf(answers: readonly SignalAnswer[], compared: ComparedAnswers): SignalAnswer[][] {
  const parts = SHARED[compared];
  return [...Map.groupBy(answers, (answer) => parts.map((part) => answer[part]).join()).values()];
}

/** Rewards that differ by rounding alone are the same. */
function isEqual(a: SignalAnswer, b: SignalAnswer): boolean {
  return Math.abs(a.reward - b.reward) <= 1e-9 * Math.max(1, Math.abs(a.reward));
}

/** Pooled variance around the groups' means; 0 where no group has two answers. */
function varianceWithin(
  groups: readonly (readonly SignalAnswer[])[],
  valueOf: (answer: SignalAnswer) => number,
): number {
  const squares = groups.reduce((sum, rows) => sum + squaresOf(rows.map(valueOf)), 0);
  const free = groups.reduce((sum, rows) => sum + rows.length - 1, 0);
  return squares / Math.max(1, free);
}

function squaresOf(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

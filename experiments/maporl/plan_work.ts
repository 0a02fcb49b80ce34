/**
 * What a run computes at most.
 *
 * @module
 */
import { hasCritic, turnGroup } from "../../lib/rl/mod.ts";
import {
  type AskedModel,
  countWeights,
  decoderFlops,
  type Discussing,
  promptOf,
  type SeatChoice,
  type WorkPart,
} from "../../lib/training/mod.ts";
import type { MaporlConfig } from "./config.ts";

/**
 * How often the run evaluates.
 *
 * @param config The run's settings.
 * @returns Before, after, and on the way.
 */
export function numEvaluations({ algorithm, evaluation }: MaporlConfig): number {
  const { updates } = algorithm;
  return 2 + (evaluation.every > 0 ? Math.floor(Math.max(0, updates - 1) / evaluation.every) : 0);
}

/** Tokens that pass through a seat's model in the discussions of one question. */
interface SeatTokens {
  /** Sampling. */
  readonly sampled: number;
  /** Scoring: question and answer, each by itself. */
  readonly scored: number;
  /** The policy in a pass of an update. */
  readonly policy: number;
  /** The critic in a pass of an update. */
  readonly critic: number;
}

/**
 * The prompt of each turn continues that of the turn before with its answer, so that a discussion is computed
 * once, with its last prompt: when it is sampled, if keys and values are kept, and when it is trained on.
 */
function tokensOf(
  { algorithm, sampling, discussion }: MaporlConfig,
  who: Discussing,
  { model, models }: { readonly model: AskedModel; readonly models: readonly AskedModel[] },
): SeatTokens {
  const { maxNewTokens, prefixMegabytes } = sampling;
  const longest = model.prompt + maxNewTokens;
  const first = promptOf(model, { ...who, numTurns: 1 }, { models, maxNewTokens, ...discussion });
  const alone = Math.min(first + maxNewTokens, longest);
  const whole = who.numTurns === 1 ? alone : longest;
  const trainedTurns = Array.from({ length: who.numTurns }, (_, turn) => turn)
    .filter((turn) => algorithm.trainGroups.includes(turnGroup(turn, algorithm.turnGroups)));
  const policy = trainedTurns.length > 0 ? whole : 0;
  return {
    sampled: prefixMegabytes > 0 ? whole : who.numTurns * whole,
    scored: who.numTurns * alone,
    policy,
    critic: algorithm.valueInput === "full" ? policy : trainedTurns.length * alone,
  };
}

/**
 * The work of each model by what it is for. A trained scorer reads every answer once; an update computes
 * log-probabilities of policy and base model, and values, then trains on both.
 *
 * @param config The run's settings.
 * @param planned Discussions and models.
 * @returns One part for each purpose.
 */
export function workParts(
  config: MaporlConfig,
  { training, evaluated, alone, models }: {
    readonly training: Discussing;
    readonly evaluated: Discussing;
    /** Without discussion. */
    readonly alone: readonly Discussing[];
    readonly models: readonly AskedModel[];
  },
): WorkPart[] {
  const { algorithm } = config;
  /** Operations of one round, by the tokens that a seat's model reads, those of each pass counted. */
  const flops = (who: Discussing, read: (tokens: SeatTokens, seat: SeatChoice) => number) => {
    // Of a split that nobody asks, there may be none.
    if (who.numQuestions === 0) return 0;
    return who.seats.reduce((sum, seat) => {
      const model = models.find(({ base }) => base === seat.base)!;
      const tokens = read(tokensOf(config, who, { model, models }), seat);
      return sum + decoderFlops(countWeights(model.config), who.numQuestions * tokens, 1);
    }, 0);
  };
  const answered = ({ sampled, scored }: SeatTokens, { verifier }: SeatChoice) =>
    sampled + (verifier.kind === "trained" ? scored : 0);
  const passesOfPolicy = 2 + 3 * algorithm.numPpoEpochs;
  const passesOfCritic = hasCritic(algorithm.credit, algorithm.vfCoef)
    ? 1 + 3 * (algorithm.numCriticEpochs ?? algorithm.numPpoEpochs)
    : 0;
  return [
    {
      name: "discussions",
      flops: algorithm.updates * flops(training, answered),
      setting: "algorithm.updates",
    },
    {
      name: "updates",
      flops: algorithm.updates * flops(
        training,
        ({ policy, critic }, { frozen }) =>
          frozen ? 0 : passesOfPolicy * policy + passesOfCritic * critic,
      ),
      setting: "algorithm.updates",
    },
    {
      name: "evaluations",
      flops: numEvaluations(config) * flops(evaluated, answered),
      setting: "evaluation.numQuestions",
    },
    {
      name: "baselines",
      flops: alone.reduce((sum, who) => sum + flops(who, answered), 0),
      setting: "evaluation.baselines.maxAnswers",
    },
  ];
}

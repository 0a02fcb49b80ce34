/**
 * What a run computes at most.
 *
 * @module
 */
import { hasCritic } from "../../lib/rl/mod.ts";
import {
  countWeights,
  decoderFlops,
  type SeatChoice,
  type WorkPart,
} from "../../lib/training/mod.ts";
import type { MaporlConfig } from "./config.ts";
import { answersOf, type AskedModel, type Discussing } from "./planned.ts";

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

/**
 * The work of each model by what it is for. Scorers read every answer once; an update computes
 * log-probabilities and values, then trains on both.
 *
 * @param config The run's settings.
 * @param planned Discussions and models.
 * @returns One part for each purpose.
 */
export function workParts(
  config: MaporlConfig,
  { training, evaluated, models }: {
    readonly training: Discussing;
    readonly evaluated: Discussing;
    readonly models: readonly AskedModel[];
  },
): WorkPart[] {
  const { algorithm, sampling } = config;
  /** Operations of each seat's answers, each of which goes so often through its model. */
  const flops = (who: Discussing, passesOf: (seat: SeatChoice) => number) =>
    who.seats.reduce((sum, seat) => {
      const model = models.find(({ base }) => base === seat.base)!;
      const tokens = answersOf({ ...who, seats: [seat] }) * (model.prompt + sampling.maxNewTokens);
      return sum + decoderFlops(countWeights(model.config), tokens, passesOf(seat));
    }, 0);
  const asked = ({ verifier }: SeatChoice) => verifier.kind === "trained" ? 2 : 1;
  const passesOfCritic = hasCritic(algorithm.credit, algorithm.vfCoef)
    ? 1 + 3 * (algorithm.numCriticEpochs ?? algorithm.numPpoEpochs)
    : 0;
  const passes = 2 + 3 * algorithm.numPpoEpochs + passesOfCritic;
  return [
    {
      name: "discussions",
      flops: algorithm.updates * flops(training, asked),
      setting: "algorithm.updates",
    },
    {
      name: "updates",
      flops: algorithm.updates * flops(training, ({ frozen }) => frozen ? 0 : passes),
      setting: "algorithm.updates",
    },
    {
      name: "evaluations",
      flops: numEvaluations(config) * flops(evaluated, asked),
      setting: "evaluation.numQuestions",
    },
  ];
}

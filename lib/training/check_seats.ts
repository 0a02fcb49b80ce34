/**
 * Seats that contradict each other.
 *
 * @module
 */
import type { IssueList } from "../core/mod.ts";
import {
  NEEDS_VERIFIER,
  newParameters,
  type SeatChoice,
  seatChoices,
  type SeatedConfig,
  verifierOf,
} from "./seat_choices.ts";
import type { AlgorithmConfig, DiscussionConfig, EvaluationConfig } from "./schemas.ts";

/** The sections that {@linkcode checkSeats} compares. */
export interface CheckedSeats extends SeatedConfig {
  /** Agents and turns of training. */
  readonly discussion: Pick<DiscussionConfig, "numAgents" | "numTurns">;
  /** Whether seats share parameters, and whether these are trained. */
  readonly algorithm: Pick<AlgorithmConfig, "shareAgents" | "updates">;
  /** Agents and turns of the evaluation. */
  readonly evaluation: Pick<EvaluationConfig, "numAgents" | "numTurns">;
}

/**
 * Finds seats that are missing, have no verifier, cannot be trained, or share parameters that cannot be
 * shared. Parameters are told apart without an update too, as a resumption may train them.
 *
 * @param config Resolved settings.
 * @param issues Gets one sentence per problem, with the path of the setting.
 * @returns Shape [A], the seats of training; null where they are refused.
 */
export function checkSeats(config: CheckedSeats, issues: IssueList): readonly SeatChoice[] | null {
  const { seats, discussion, evaluation, algorithm } = config;
  let numRefused = 0;
  const refuse = (path: string, message: string) => {
    numRefused++;
    issues.addIssue({ code: "custom", path: path.split("."), message });
  };
  if (seats && seats.length !== discussion.numAgents) {
    refuse(
      "seats",
      `has ${seats.length} entries and must have one for each of the ${discussion.numAgents} agents ` +
        `of discussion.numAgents`,
    );
    return null;
  }
  if (seats && (evaluation.numAgents ?? 0) > seats.length) {
    refuse("evaluation.numAgents", `must not exceed the number of seats, ${seats.length}`);
  }
  if (
    !seats && !algorithm.shareAgents && (evaluation.numAgents ?? 0) > discussion.numAgents
  ) {
    refuse(
      "evaluation.numAgents",
      `must not exceed discussion.numAgents, ${discussion.numAgents}, with algorithm.shareAgents ` +
        "false, as others have no parameters",
    );
  }
  const numTurns = Math.max(discussion.numTurns, evaluation.numTurns ?? 0);
  for (const [agent, seat] of seats?.entries() ?? []) {
    if ((seat.prefill?.length ?? 0) > numTurns) {
      refuse(
        `seats.${agent}.prefill`,
        `has ${
          seat.prefill!.length
        } texts and must have at most one for each of the ${numTurns} turns`,
      );
    }
    if (!verifierOf(seat, config)) refuse(`seats.${agent}.verifier`, NEEDS_VERIFIER);
    if (seat.prefill && !seat.frozen) {
      refuse(
        `seats.${agent}.prefill`,
        `must go with seats.${agent}.frozen true, as words that were not sampled cannot be learnt from`,
      );
    }
  }
  if (numRefused > 0) return null;
  const choices = seatChoices(config);
  const untrainable = checkTraining(config, { choices, issues });
  const isTrained = (agent: number) => !choices[agent]!.frozen && !untrainable.has(agent);
  for (const [agent, seat] of choices.entries()) {
    const first = choices.findIndex(({ parameters }, agent) =>
      isTrained(agent) && parameters === seat.parameters
    );
    if (!isTrained(agent) || isAlike(choices[first]!, seat)) continue;
    refuse(`seats.${agent}`, describeSharing(choices, { first, agent, config }));
  }
  return numRefused > 0 ? null : choices;
}

/**
 * Finds seats that are to be trained and answer greedily, and names of parameters that are never trained:
 * these without an update too, as no resumption can take them back.
 */
function checkTraining(
  { seats, algorithm }: CheckedSeats,
  { choices, issues }: { readonly choices: readonly SeatChoice[]; readonly issues: IssueList },
): Set<number> {
  const greedy = new Set<number>();
  const messages = new Map<string, string>();
  for (const [agent, { temperature, frozen }] of choices.entries()) {
    if (frozen) {
      const path = `seats.${agent}.parameters`;
      const isNamed = seats![agent]!.parameters !== null;
      if (isNamed) messages.set(path, `${path} has no effect in a frozen seat: leave it at null`);
    } else if (temperature === 0 && algorithm.updates > 0) {
      greedy.add(agent);
      const isOwn = seats !== null && seats[agent]!.temperature !== null;
      const message = "must be above 0 while training, as greedy answers have no probability";
      if (isOwn) {
        messages.set(`seats.${agent}.temperature`, `${message}; or set frozen: true there`);
      } else messages.set("sampling.temperature", message);
    }
  }
  for (const [path, message] of messages) {
    issues.addIssue({ code: "custom", path: path.split("."), message });
  }
  return greedy;
}

/** An adapter fits one base model, and log-probabilities are those at one temperature. */
function isAlike(one: SeatChoice, other: SeatChoice): boolean {
  return one.base === other.base && one.temperature === other.temperature;
}

function describeSharing(
  choices: readonly SeatChoice[],
  { first, agent, config }: {
    readonly first: number;
    readonly agent: number;
    readonly config: CheckedSeats;
  },
): string {
  const [one, other] = [choices[first]!, choices[agent]!];
  const what = (seat: SeatChoice) => `"${seat.base}" at temperature ${seat.temperature}`;
  const isNamed = config.seats?.some(({ parameters }, seat) =>
    (seat === first || seat === agent) && parameters !== null
  );
  return `seats.${agent} must have the base and temperature of seats.${first}, whose parameters ` +
    `"${one.parameters}" it shares: it is ${what(other)}, the other ${what(one)}; ` +
    (isNamed
      ? `give it parameters of its own: seats.${agent}.parameters=${newParameters(choices, agent)}`
      : "set algorithm.shareAgents=false");
}

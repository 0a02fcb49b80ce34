import type { EvaluationTable } from "./evaluation_table.ts";
import { heldTurns, opinionOf, type TurnChoice } from "./held_turns.ts";

/** How often one agent took over what another had said. */
export interface TakenOver {
  /** Times that the two disagreed and the speaker had an answer. */
  readonly disagreed: number;
  /** Times among them that the listener held the speaker's answer one turn later. */
  readonly moved: number;
  /** moved / disagreed; null where they never disagreed. */
  readonly rate: number | null;
}

/** An edge of the graph of persuasion. */
export interface Persuasion {
  /** 0-based agent that said something. */
  readonly speaker: number;
  /** 0-based agent that read it. */
  readonly listener: number;
  /** Where the speaker was right: a move is to the right answer. */
  readonly rightly: TakenOver;
  /** Where the speaker was wrong: a move is to a wrong answer. */
  readonly wrongly: TakenOver;
}

/**
 * The graph of persuasion: who took over whose answers, rightly or wrongly.
 *
 * An edge from j to i counts the turns t at which j had an answer and i another or none, and among them
 * those at which i held j's answer at t + 1. Where several had said that answer it counts for each of
 * them: answers do not tell which of them was believed, and so a rate is a plain frequency, "of the times
 * that they disagreed", that does not shrink with the number of agents. Moves of different edges must
 * therefore not be added. Nor is a move proof of influence: an agent may come to the same answer alone.
 *
 * @param table The answers.
 * @param choice One turn t, or all.
 * @returns One edge for each ordered pair of agents, by speaker, then listener.
 * @throws {RangeError} If `turn` has no next turn.
 */
export function persuasionGraph(table: EvaluationTable, choice: TurnChoice = {}): Persuasion[] {
  const pairs = heldTurns(table, choice).map(({ before, after }) => ({
    before: before.map(opinionOf),
    after: after.map(opinionOf),
    rightA: before.map(({ correct }) => correct),
  }));
  const agents = Array.from({ length: table.numAgents }, (_, agent) => agent);
  const edge = (speaker: number, listener: number): Persuasion => {
    const disagreed = pairs.filter(({ before }) =>
      before[speaker] !== null && before[speaker] !== before[listener]
    );
    const moved = disagreed.filter(({ before, after }) => after[listener] === before[speaker]);
    const taken = (isRight: boolean): TakenOver => {
      const [all, some] = [disagreed, moved].map((cases) =>
        cases.filter(({ rightA }) => rightA[speaker] === isRight).length
      );
      return { disagreed: all!, moved: some!, rate: all === 0 ? null : some! / all! };
    };
    return { speaker, listener, rightly: taken(true), wrongly: taken(false) };
  };
  return agents.flatMap((speaker) =>
    agents.filter((listener) => listener !== speaker).map((listener) => edge(speaker, listener))
  );
}

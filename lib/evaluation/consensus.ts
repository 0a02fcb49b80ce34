import type { EvaluationTable } from "./evaluation_table.ts";
import { opinionOf } from "./held_turns.ts";

/** Agreement at one turn. */
export interface Unanimity {
  /** Discussions that count at this turn. */
  readonly count: number;
  /** Share of them in which all agents hold one valid answer; null if `count` is 0. */
  readonly share: number | null;
  /** Share of the unanimous ones that are right; null if there are none. */
  readonly right: number | null;
}

/** How fast agents come to one answer. */
export interface Consensus {
  /** Agreement at each turn, shape [T]. */
  readonly byTurn: readonly Unanimity[];
  /** Share of the discussions that were unanimous at some turn. */
  readonly reached: number;
  /** Mean 0-based turn of the first unanimity, of those that reached it; null if none did. */
  readonly meanFirstTurn: number | null;
  /** Share of the first unanimities that were right; null if there were none. */
  readonly firstRight: number | null;
}

/**
 * Speed of consensus. Agents agree if all have a valid answer and it is the same; right answers are the
 * same however they are written.
 *
 * @param table The answers.
 * @returns Agreement by turn, and when it came first.
 */
export function consensusOf({ rowsQTA, numTurns }: EvaluationTable): Consensus {
  const agreedQT = rowsQTA.map((rowsTA) =>
    rowsTA.map((rows) => {
      const opinions = new Set(rows.map(opinionOf));
      const [only] = opinions;
      return opinions.size === 1 && only !== null ? only : undefined;
    })
  );
  const byTurn = Array.from({ length: numTurns }, (_, turn): Unanimity => {
    const held = agreedQT.filter((agreedT) => agreedT.length > turn);
    const agreed = held.flatMap((agreedT) => agreedT[turn] ?? []);
    return {
      count: held.length,
      share: shareOf(agreed.length, held.length),
      right: shareOf(agreed.filter(isRight).length, agreed.length),
    };
  });
  const first = agreedQT.map((agreedT) => agreedT.findIndex((agreed) => agreed !== undefined));
  const turns = first.filter((turn) => turn >= 0);
  const opinions = agreedQT.flatMap((agreedT, q) => agreedT[first[q]!] ?? []);
  return {
    byTurn,
    reached: turns.length / agreedQT.length,
    meanFirstTurn: shareOf(turns.reduce((sum, turn) => sum + turn, 0), turns.length),
    firstRight: shareOf(opinions.filter(isRight).length, opinions.length),
  };
}

const isRight = (opinion: string) => opinion === "right";

const shareOf = (part: number, whole: number) => whole === 0 ? null : part / whole;

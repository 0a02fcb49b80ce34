import { opinionOf } from "../../evaluation/held_turns.ts";
import { agentNames } from "./grades.ts";
import type { MovedAnswer } from "./moves.ts";

/** One agent's answer that another one took over. */
export interface MovedAgent {
  /** 0-based agent that gave it. */
  readonly speaker: number;
  /** 0-based agent that took it over. */
  readonly listener: number;
  /** Whether it is right. */
  readonly isRight: boolean;
}

/**
 * The name of a kind of move in addresses.
 *
 * @param moved Who moved whom.
 * @returns Such as `1-2-rightly`.
 */
export function movedName({ speaker, listener, isRight }: MovedAgent): string {
  return `${speaker + 1}-${listener + 1}-${isRight ? "rightly" : "wrongly"}`;
}

/**
 * A kind of move in words.
 *
 * @param name Its name in addresses.
 * @returns Such as `agent 1 → agent 2, rightly`; the name as it is if it is none.
 */
export function movedTitle(name: string): string {
  const [, speaker, listener, how] = name.match(/^(\d+)-(\d+)-(rightly|wrongly)$/) ?? [];
  if (how === undefined) return name;
  const [from, to] = [speaker, listener].map((number) => agentNames([Number(number) - 1]));
  return `${from} → ${to}, ${how}`;
}

/**
 * Who moved whom in a discussion, as `persuasionGraph()` counts it: the listener had another opinion or none, and
 * holds the speaker's one turn later. All right answers are one opinion, however they are written.
 *
 * @param answersTA Shape [T][A], its answers.
 * @returns Names of the moves, each once.
 */
export function movedNames(answersTA: readonly (readonly MovedAnswer[])[]): Set<string> {
  const names = new Set<string>();
  for (const [turn, after] of answersTA.entries()) {
    if (turn === 0) continue;
    const before = answersTA[turn - 1]!;
    const held = before.map(opinionOf);
    for (const [listener, answer] of after.entries()) {
      const opinion = opinionOf(answer);
      if (opinion === null || opinion === held[listener]) continue;
      for (const [speaker, said] of held.entries()) {
        if (said !== opinion) continue;
        names.add(movedName({ speaker, listener, isRight: before[speaker]!.correct }));
      }
    }
  }
  return names;
}

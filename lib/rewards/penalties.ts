import { hasBoxOnOneLine, hasTextAfterBox } from "./boxed_text.ts";
import type { Compat } from "../core/compat.ts";
import { hasRepetition } from "./repetition.ts";

/** What a response can be penalised for. */
export type PenaltyKind =
  | "missing_eos"
  | "missing_box"
  | "too_short"
  | "repetition"
  | "text_after_box"
  | "empty_reasoning";

/** All kinds, in the order in which they are reported. */
export const PENALTY_KINDS: readonly PenaltyKind[] = [
  "missing_eos",
  "missing_box",
  "too_short",
  "repetition",
  "text_after_box",
  "empty_reasoning",
];

/**
 * A judge's verdict on whether a response gives reasons (not whether they are right).
 * `"unparsable"` means that the judge was asked and could not be understood.
 */
export type ReasoningVerdict = "present" | "absent" | "unparsable";

/** What is looked at. */
export interface PenaltyInput {
  /** Sampled tokens, with the end-of-sequence token if `finished`. */
  readonly tokens: ArrayLike<number>;
  /** Their text, raw: not normalised, without special tokens. */
  readonly text: string;
  /** Whether it states its answer in the form that the task asks for, as the task says. */
  readonly boxed: boolean;
  /** Whether the end-of-sequence token was sampled. */
  readonly finished: boolean;
  /** Turn of the response, from 0. */
  readonly turn: number;
  /** Verdict on its reasoning; absent = not judged, which is never penalised. */
  readonly reasoning?: ReasoningVerdict;
}

/** Options of {@link findPenalties}. */
export interface PenaltyOptions {
  /** Text of some tokens, for the exemption of numbers from `repetition`. */
  readonly decode: (tokens: readonly number[]) => string;
  /** Switches; default: all on in paper mode; official: `missing_box`, `too_short`, `repetition`. */
  readonly switches?: Partial<Readonly<Record<PenaltyKind, boolean>>>;
  /** Tokens that a response must have, its end-of-sequence token included. Default 50. */
  readonly minTokens?: number;
  /** Default `"paper"`; the differences are listed at {@link findPenalties}. */
  readonly compat?: Compat;
  /** Official mode: whether turn 0 is trained, and so must be boxed (`task_training`). Default false. */
  readonly trainsFirstTurn?: boolean;
}

const OFFICIAL_KINDS: readonly PenaltyKind[] = ["missing_box", "too_short", "repetition"];

/**
 * The reasons to penalise a response (MAPoRL G.2, G.3.1). Each is independent of the others. What is
 * asked for instead of a box is a task's own affair (`boxed`); `text_after_box` looks for a literal
 * `\boxed{}`, and never applies to a response without one.
 *
 * What `compat: "official"` changes:
 * 1. `missing_box`: at turn 0 only if `trainsFirstTurn`; a literal `\boxed{}` on one line, whatever the
 *    task says.
 * 2. `too_short`: one token more is required (the index of the last token must reach `minTokens`).
 * 3. `empty_reasoning`: penalised if the verdict was unparsable, never if it was "absent".
 * 4. `missing_eos`, `text_after_box`, `empty_reasoning` are off unless switched on: the released code
 *    never checks the first two, and no config of it asks for the third.
 *
 * @param response What was sampled. Any text is fine: bad output is what this is for.
 * @param options Switches and limits.
 * @returns The kinds that apply, in the order of {@link PENALTY_KINDS}.
 * @throws {RangeError} If `minTokens` is not an integer of at least 0.
 */
export function findPenalties(response: PenaltyInput, options: PenaltyOptions): PenaltyKind[] {
  const { decode, switches = {}, minTokens = 50, compat = "paper", trainsFirstTurn = false } =
    options;
  if (!Number.isInteger(minTokens) || minTokens < 0) {
    throw new RangeError(
      `Cannot look for short responses as minTokens must be an integer of at least 0: current value is ${minTokens}`,
    );
  }
  const { tokens, text, boxed, finished, turn, reasoning } = response;
  const isOfficial = compat === "official";
  const applies: Record<PenaltyKind, () => boolean> = {
    missing_eos: () => !finished,
    missing_box: () =>
      isOfficial ? (turn > 0 || trainsFirstTurn) && !hasBoxOnOneLine(text) : !boxed,
    too_short: () => tokens.length - (isOfficial ? 1 : 0) < minTokens,
    repetition: () => hasRepetition(withoutStop(tokens, finished || isOfficial), { decode }),
    text_after_box: () => hasTextAfterBox(text),
    empty_reasoning: () => reasoning === (isOfficial ? "unparsable" : "absent"),
  };
  return PENALTY_KINDS.filter((kind) =>
    (switches[kind] ?? (!isOfficial || OFFICIAL_KINDS.includes(kind))) && applies[kind]()
  );
}

function withoutStop(tokens: ArrayLike<number>, dropsLast: boolean): number[] {
  const all = Array.from(tokens);
  return dropsLast ? all.slice(0, -1) : all;
}

/** Options of {@link penalisedScore}. */
export interface PenalisedScoreOptions {
  /** What replaces the score, in its units. Default −10. */
  readonly penaltyValue?: number;
  /** Official mode: `empty_reasoning` alone sets the score to 0. Default `"paper"`. */
  readonly compat?: Compat;
}

/**
 * The score that a penalised response is trained with.
 *
 * @param kinds What the response is penalised for.
 * @param options The value, and which source to follow.
 * @returns The value that replaces the score, or undefined without a penalty.
 */
export function penalisedScore(
  kinds: readonly PenaltyKind[],
  options: PenalisedScoreOptions = {},
): number | undefined {
  const { penaltyValue = -10, compat = "paper" } = options;
  if (kinds.length === 0) return undefined;
  const onlyReasoning = kinds.every((kind) => kind === "empty_reasoning");
  return compat === "official" && onlyReasoning ? 0 : penaltyValue;
}

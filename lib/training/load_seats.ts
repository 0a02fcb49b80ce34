/**
 * The models that sit at a table, each loaded once.
 *
 * @module
 */
import {
  type DiscussionFormat,
  InvertedScorer,
  OracleScorer,
  type Scorer,
} from "../discussion/mod.ts";
import {
  type BaseDtype,
  baseFingerprint,
  type LanguageModel,
  loadLanguageModel,
  tokenizerFingerprint,
} from "../models/mod.ts";
import type { Task } from "../tasks/mod.ts";
import { loadVerifier, type Verifier, verifierFingerprint } from "../verifier/mod.ts";
import type { SeatChoice } from "./seat_choices.ts";

/** The models of some seats. */
export interface LoadedSeats {
  /** The base model of a folder that a seat names. */
  readonly modelOf: (base: string) => LanguageModel;
  /** Who scores a seat's answers to a task's questions. */
  readonly scorerOf: (seat: Pick<SeatChoice, "base" | "verifier">, task: Task) => Scorer;
  /**
   * SHA-256 of the models by name: `base`, `tokenizer` and `verifier` of seat 0; what a later seat is the
   * first to have ends in its number, such as `base_2`.
   */
  readonly inputs: Readonly<Record<string, string>>;
  /** Frees the models. */
  dispose(): void;
}

/** Settings of {@linkcode loadSeats}. */
export interface LoadSeatsOptions {
  /** How discussions are written, for the verifiers. */
  readonly format: DiscussionFormat;
  /** Called with the fingerprints of the bases before verifiers are loaded onto them; may refuse them. */
  readonly checkBases: (inputs: Readonly<Record<string, string>>) => void;
  /** What the matrices of the bases are kept in. */
  readonly baseDtype: BaseDtype;
}

/**
 * Loads each base model once, and each verifier once for each base that it is used with.
 *
 * @param seats Who is to sit where.
 * @param options Format of the discussions, and what checks the bases.
 * @returns The models; the caller disposes of them.
 * @throws {CheckpointError} If one cannot be loaded, or a verifier is that of another base.
 */
export async function loadSeats(
  seats: readonly SeatChoice[],
  { format, checkBases, baseDtype }: LoadSeatsOptions,
): Promise<LoadedSeats> {
  const models = new Map<string, LanguageModel>();
  const verifiers = new Map<string, Verifier>();
  const dispose = () => {
    for (const verifier of verifiers.values()) verifier.dispose();
    for (const { decoder } of models.values()) decoder.dispose();
  };
  const inputs: Record<string, string> = {};
  try {
    for (const [seat, { base }] of seats.entries()) {
      if (models.has(base)) continue;
      const model = await loadLanguageModel(base, { baseDtype });
      models.set(base, model);
      inputs[nameOf("base", seat)] = await baseFingerprint(model.decoder);
      inputs[nameOf("tokenizer", seat)] = tokenizerFingerprint(model);
    }
    checkBases({ ...inputs }); // or a verifier would say that it does not fit
    for (const [seat, { base, verifier }] of seats.entries()) {
      const key = keyOf({ base, verifier });
      if (verifier.kind === "oracle" || verifiers.has(key)) continue;
      const { decoder, tokenizer, template } = models.get(base)!;
      const loaded = await loadVerifier(verifier.path, decoder, { tokenizer, template, format });
      verifiers.set(key, loaded);
      inputs[nameOf("verifier", seat)] = await verifierFingerprint(loaded);
    }
  } catch (error) {
    dispose();
    throw error;
  }
  const oracles = new Map<Task, Scorer>();
  const oracleOf = (task: Task) => {
    const oracle = oracles.get(task) ?? new OracleScorer(task);
    oracles.set(task, oracle);
    return oracle;
  };
  const opposites = new Map<Scorer, Scorer>();
  // One object for all seats that it scores, so that they are scored together.
  const oppositeOf = (scorer: Scorer) => {
    const opposite = opposites.get(scorer) ?? new InvertedScorer(scorer);
    opposites.set(scorer, opposite);
    return opposite;
  };
  return {
    modelOf: (base) => models.get(base)!,
    scorerOf: (seat, task) => {
      const scorer = verifiers.get(keyOf(seat)) ?? oracleOf(task);
      return seat.verifier.inverted ? oppositeOf(scorer) : scorer;
    },
    inputs,
    dispose,
  };
}

/**
 * Under which name the inputs of a run hold the base model of a seat.
 *
 * @param seats Shape [A].
 * @param agent The seat.
 * @returns `base`, or `base_N` after the first seat that has it.
 */
export function baseInput(seats: readonly Pick<SeatChoice, "base">[], agent: number): string {
  return nameOf("base", seats.findIndex(({ base }) => base === seats[agent]!.base));
}

const nameOf = (what: string, seat: number) => seat === 0 ? what : `${what}_${seat}`;

function keyOf({ base, verifier }: Pick<SeatChoice, "base" | "verifier">): string {
  return JSON.stringify([base, verifier.kind === "trained" ? verifier.path : null]);
}

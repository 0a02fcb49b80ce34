import type { Scorer } from "../discussion/mod.ts";
import type { LanguageModel, LoraAdapter } from "../models/mod.ts";
import type { VerifierParts } from "../verifier/mod.ts";

/** A verifier that scores what clients send. */
export interface ServedVerifier extends Pick<Scorer, "score"> {
  /** What reads the answers, and how they are written for it. */
  readonly parts: Pick<VerifierParts, "decoder" | "text">;
}

/** What a server answers with; all of it stays the caller's. */
export interface ServedModel {
  /** What clients call the model. */
  readonly id: string;
  /** Decoder, tokenizer and chat template. */
  readonly model: LanguageModel;
  /** What an agent has learnt; absent = the base model answers. */
  readonly adapter?: LoraAdapter | undefined;
  /** Scores answers; absent = nothing is scored. */
  readonly verifier?: ServedVerifier | undefined;
}

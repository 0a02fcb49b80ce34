import type { GenerationCost } from "../generation/generation_cost.ts";
import type { Question } from "../tasks/task.ts";
import type { Annotations } from "./discussion_format.ts";

/** One answer of a discussion: plain data. */
export interface Answer {
  /** Index of the question in the call. */
  readonly question: number;
  /** Index of the discussion among those about its question, from 0. */
  readonly sample: number;
  /** Index of the agent, from 0. */
  readonly agent: number;
  /** Turn, from 0. */
  readonly turn: number;
  /** Shape [P], token ids of the prompt; null where its agent knows none. */
  readonly promptTokens: Int32Array | null;
  /** Shape [L], the sampled token ids; null where its agent knows none. */
  readonly tokens: Int32Array | null;
  /** Shape [L], their log-probabilities in nats; null where its agent knows none. */
  readonly logProbs: Float32Array | null;
  /** The response as text. */
  readonly text: string;
  /** The part that is quoted to the others and scored. */
  readonly solution: string;
  /** What the format reads of it, by name; plain data. */
  readonly annotations: Annotations;
  /** The extracted answer in canonical form; null if invalid. */
  readonly answer: string | null;
  /** Whether the response states its answer in the asked form, such as in a box. */
  readonly boxed: boolean;
  /** Whether the extracted answer is the gold one. */
  readonly correct: boolean;
  /** Verifier score in [0, 1], before penalties. */
  readonly score: number;
  /** Whether the response ended by itself. */
  readonly finished: boolean;
  /** Name of the model that answered. */
  readonly model: string;
  /** Updates that it had been trained for. */
  readonly version: number;
  /** Words of the discussion that its tokenizer cannot write, left out of the prompt; absent = none. */
  readonly wordsLeftOut?: number;
  /** What the answer cost. */
  readonly cost: GenerationCost;
}

/** One discussion of a question: plain data. */
export interface Discussion {
  /** The question. */
  readonly question: Question;
  /** Which of the question's discussions it is, from 0. */
  readonly sample: number;
  /** Shape [T][A]; T is `lastTurn + 1`. */
  readonly answersTA: readonly (readonly Answer[])[];
  /** Index of the last turn that was held; below the number of turns asked for after a consensus. */
  readonly lastTurn: number;
}

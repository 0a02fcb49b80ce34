/**
 * Sizes along which the cost of an update is measured.
 *
 * @module
 */

/** Sizes of one update; what a curve does not vary is as here. */
export interface UpdateSizes {
  /** Agents. */
  readonly agents: number;
  /** Turns. */
  readonly turns: number;
  /** Tokens before an answer; null = the discussion's own, which grow with agents and turns. */
  readonly context: number | null;
  /** D, width of the model; its MLP is 2.75 times as wide, its heads are 32 wide. */
  readonly width: number;
  /** Layers. */
  readonly layers: number;
  /** V. */
  readonly vocabulary: number;
}

/** One curve. */
export interface Curve {
  /** What grows. */
  readonly name: string;
  /** Sizes, growing. */
  readonly sizes: readonly number[];
  /** The update at a size. */
  readonly at: (size: number) => UpdateSizes;
}

/** The arithmetic experiment's discussion, and the base model's sizes. */
const DISCUSSION: UpdateSizes = {
  agents: 3,
  turns: 3,
  context: null,
  width: 128,
  layers: 4,
  vocabulary: 128,
};
/** One answer to each prompt, without a discussion around it. */
const ANSWERS: UpdateSizes = { ...DISCUSSION, agents: 1, turns: 1, context: 128 };

/** All curves. */
export const curves: readonly Curve[] = [
  {
    name: "agents A",
    sizes: [2, 3, 4, 6, 8],
    at: (agents) => ({ ...DISCUSSION, agents }),
  },
  {
    name: "turns T",
    sizes: [2, 3, 4, 6],
    at: (turns) => ({ ...DISCUSSION, turns }),
  },
  {
    name: "context",
    sizes: [64, 128, 256, 512, 1024],
    at: (context) => ({ ...ANSWERS, context }),
  },
  {
    name: "width D",
    sizes: [64, 128, 256, 512],
    at: (width) => ({ ...ANSWERS, width }),
  },
  {
    name: "layers",
    sizes: [2, 4, 8, 16],
    at: (layers) => ({ ...ANSWERS, layers }),
  },
  {
    name: "vocabulary V",
    sizes: [1024, 4096, 16_384, 65_536],
    at: (vocabulary) => ({ ...ANSWERS, vocabulary }),
  },
];

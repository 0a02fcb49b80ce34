import type { Registry } from "../lib/tracking/mod.ts";

/**
 * The experiments of this folder, in the order in which they are listed. A new one is a folder with a
 * `run.ts` that exports `experiment`, or an `arms.ts` that exports `arms`, and a line here.
 */
export const registry: Registry = {
  quickstart: () => import("./quickstart/arms.ts"),
  hidden_profile: () => import("./hidden_profile/arms.ts"),
  single_agent: () => import("./single_agent/arms.ts"),
  closed_book: () => import("./closed_book/arms.ts"),
  arithmetic: () => import("./arithmetic/arms.ts"),
  off_the_shelf: () => import("./off_the_shelf/arms.ts"),
  training_length: () => import("./training_length/arms.ts"),
  incentives: () => import("./incentives/arms.ts"),
  transfer: () => import("./transfer/arms.ts"),
  verifier: () => import("./verifier/arms.ts"),
  sft: () => import("./sft/arms.ts"),
  critic: () => import("./critic/arms.ts"),
  credit: () => import("./credit/arms.ts"),
  scaling_agents: () => import("./scaling_agents/arms.ts"),
  heterogeneous: () => import("./heterogeneous/arms.ts"),
  cross_play: () => import("./cross_play/arms.ts"),
  adversarial: () => import("./adversarial/arms.ts"),
  smollm2: () => import("./smollm2/arms.ts"),
  discuss: () => import("./discuss/run.ts"),
  maporl: () => import("./maporl/run.ts"),
  supervised: () => import("./supervised/run.ts"),
  pretrain: () => import("./pretrain/run.ts"),
  train_verifier: () => import("./train_verifier/run.ts"),
};

import type { RopeScaling } from "../../lib/ops/mod.ts";

/** LongRoPE's scaling, whose long factors are of no sequence that is computed. */
export const longRope = (shortFactor: readonly number[], attentionFactor: number): RopeScaling => ({
  ropeType: "longrope",
  ...{ shortFactor, longFactor: shortFactor, originalMaxPositionEmbeddings: 9, attentionFactor },
});

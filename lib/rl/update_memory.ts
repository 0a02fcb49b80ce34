/**
 * Peak memory of an update, predicted from sizes before anything is computed, and micro-batches that fit
 * into a budget.
 *
 * @module
 */
import { ConfigError } from "../core/mod.ts";
import {
  type BatchSizes,
  batchSizes,
  type DecoderConfig,
  forwardBytes,
  type MaskedSequence,
  numLoraWeights,
  numTrained,
  numWeights,
  passBytes,
  type PassOptions,
  rowBatches,
} from "../models/mod.ts";

const MIB = 1 << 20;
/** Bytes of a value. */
const VALUE_BYTES = 4;

/** Micro-batches that are differentiated one after the other, their gradients added up. */
export interface UpdatePass {
  /** Sizes of the micro-batches; at least one. */
  readonly batches: readonly BatchSizes[];
  /** What is differentiated. */
  readonly options: PassOptions;
}

/**
 * Predicts the peak of one optimiser step: the passes run one after the other, each keeps its gradients,
 * then the gradients are clipped and the weights are updated in place.
 *
 * @param config Sizes of the decoder.
 * @param passes What is differentiated, in order; PPO has one of the policy and, with a critic, one of the values.
 * @param options `heldBytes`: weights, optimiser state and whatever else stays in memory meanwhile.
 * @returns Bytes, what is held included.
 */
export function predictUpdateMemory(
  config: DecoderConfig,
  passes: readonly UpdatePass[],
  { heldBytes }: { readonly heldBytes: number },
): number {
  let gradBytes = 0;
  let peak = 0;
  for (const { batches, options } of passes) {
    const own = VALUE_BYTES * numTrained(config, options);
    // From the second micro-batch on the sum of those before is there while the next is computed.
    const summed = batches.length > 1 ? own : 0;
    const largest = Math.max(...batches.map((sizes) => passBytes(config, sizes, options)));
    peak = Math.max(peak, gradBytes + summed + largest);
    gradBytes += own;
  }
  // Clipping squares and scales one gradient after the other; the largest is that of the embeddings.
  const scaled = passes.some(({ options }) => options.trains === "weights")
    ? VALUE_BYTES * config.vocabSize * config.hiddenSize
    : 0;
  return heldBytes + Math.max(peak, gradBytes + scaled);
}

/** What the policy and the value function read of one answer. */
export interface UpdateSequences {
  /** Prompt and answer, as the policy reads them. */
  readonly policySequence: MaskedSequence;
  /** Prompt and answer, as the critic reads them; absent without a critic. */
  readonly valueSequence?: MaskedSequence;
}

/** Settings of {@link planUpdate}. */
export interface UpdatePlanOptions {
  /** R, rank of the adapters. */
  readonly loraR: number;
  /** Whether the backward pass computes each layer again. */
  readonly gradientCheckpointing: boolean;
  /** Whether products read bfloat16 copies of their factors; default false. */
  readonly bfloat16Copies?: boolean;
  /** Bytes of weights, optimiser state and whatever else stays in memory meanwhile. */
  readonly heldBytes: number;
  /** Most memory of the update, what is held included, in MiB; null = as much as the micro-batches take. */
  readonly memoryBudget: number | null;
  /** Most padded tokens of a micro-batch where there is no budget. */
  readonly maxBatchTokens: number;
}

/** How an update is cut, and what it takes. */
export interface UpdatePlan {
  /** Most padded tokens of a micro-batch. */
  readonly maxBatchTokens: number;
  /** Predicted peak in bytes, what is held included. */
  readonly peakBytes: number;
}

/**
 * Predicts the peak memory of a PPO update, and cuts its micro-batches as large as a budget allows.
 *
 * @param config Sizes of the decoder.
 * @param miniBatches The answers of every optimiser step; together all answers, at least one.
 * @param options Settings and budget.
 * @returns Size of the micro-batches and the predicted peak.
 * @throws {ConfigError} If not even one row at a time fits into the budget, naming the smallest that does.
 */
export function planUpdate(
  config: DecoderConfig,
  miniBatches: readonly (readonly UpdateSequences[])[],
  options: UpdatePlanOptions,
): UpdatePlan {
  const { memoryBudget } = options;
  const planOf = (maxBatchTokens: number): UpdatePlan => ({
    maxBatchTokens,
    peakBytes: peakOf(config, miniBatches, { ...options, maxBatchTokens }),
  });
  if (memoryBudget === null) return planOf(options.maxBatchTokens);
  const all = [...new Set(miniBatches.flat())];
  const lengths = all.flatMap(({ policySequence, valueSequence }) =>
    [policySequence, valueSequence ?? policySequence].map(({ tokens }) => tokens.length)
  );
  const longest = Math.max(...lengths);
  let best = planOf(longest);
  if (best.peakBytes > memoryBudget * MIB) {
    throw new ConfigError(
      `Cannot update within algorithm.memoryBudget=${memoryBudget} MiB as one row of ${longest} tokens ` +
        `at a time takes more: ${Math.ceil(best.peakBytes / MIB)} MiB`,
      {
        thing: "algorithm.memoryBudget",
        remedy: `Set it to ${Math.ceil(best.peakBytes / MIB)} or more` +
          (options.gradientCheckpointing ? "" : ", or turn algorithm.gradientCheckpointing on"),
      },
    );
  }
  // The largest number of longest rows that fits, by bisection.
  let fits = 1;
  let tooMany = all.length + 1;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    const plan = planOf(middle * longest);
    if (plan.peakBytes > memoryBudget * MIB) tooMany = middle;
    else [fits, best] = [middle, plan];
  }
  return best;
}

function peakOf(
  config: DecoderConfig,
  miniBatches: readonly (readonly UpdateSequences[])[],
  options: UpdatePlanOptions,
): number {
  const { loraR, gradientCheckpointing, bfloat16Copies = false, maxBatchTokens } = options;
  const hasCritic = miniBatches.some((rows) => rows.some(({ valueSequence }) => valueSequence));
  const numAdapters = hasCritic ? 2 : 1;
  // Copies of the weights, too, stay from product to product.
  const heldBytes = options.heldBytes +
    (bfloat16Copies
      ? (numWeights(config) + numAdapters * numLoraWeights(config, loraR)) * VALUE_BYTES / 2
      : 0);
  const sizesOf = (sequences: readonly MaskedSequence[]) =>
    rowBatches(sequences, { padTokenId: config.padTokenId, maxTokens: maxBatchTokens })
      .map(({ batch }) => batchSizes(batch));
  const policyOf = (rows: readonly UpdateSequences[]) =>
    sizesOf(rows.map(({ policySequence }) => policySequence));
  const valueOf = (rows: readonly UpdateSequences[]) =>
    sizesOf(rows.flatMap(({ valueSequence }) => valueSequence ?? []));
  const pass = { loraR, trains: "adapter" as const, gradientCheckpointing, bfloat16Copies };
  const steps = miniBatches.map((rows) =>
    predictUpdateMemory(config, [
      { batches: policyOf(rows), options: { ...pass, readout: "tokens" } },
      ...(hasCritic
        ? [{ batches: valueOf(rows), options: { ...pass, readout: "value" as const } }]
        : []),
    ], { heldBytes })
  );
  // Old and reference log-probabilities and values come first, of all answers.
  const all = [...new Set(miniBatches.flat())];
  const first = [
    ...policyOf(all).map((sizes) => forwardBytes(config, sizes, { readout: "tokens" })),
    ...(hasCritic
      ? valueOf(all).map((sizes) => forwardBytes(config, sizes, { readout: "value" }))
      : []),
  ];
  return Math.max(...steps, heldBytes + Math.max(...first));
}

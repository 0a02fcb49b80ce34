/**
 * The seats of a discussion, from the models of a run.
 *
 * @module
 */
import type { Scorer, Seat } from "../discussion/mod.ts";
import { PrefixStore } from "../generation/mod.ts";
import type { Decoder, LanguageModel } from "../models/mod.ts";
import { type Adapters, PolicyAgent } from "../rl/mod.ts";
import type { SamplingConfig } from "./schemas.ts";

/** Who sits at a seat. */
export interface SeatModel {
  /** What answers, with the trained parameters of its seat if there are any. */
  readonly model: LanguageModel;
  /** Softmax temperature of its answers; 0 = greedy. */
  readonly temperature: number;
  /** What its answers begin with, by turn, the last also later; none = with what it samples. */
  readonly prefill?: readonly string[];
  /** Who scores them. */
  readonly scorer: Scorer;
}

/** Settings of {@link makeSeats}. */
export interface MakeSeatsOptions {
  /** Truncation, lengths and memory. */
  readonly sampling: SamplingConfig;
  /** Trained parameters; absent = off the shelf. */
  readonly policies?: Adapters | undefined;
  /** Updates that they were trained for; default 0. */
  readonly version?: number;
  /** Stops generation between tokens. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes the seats of one batch of discussions. Agents with the same model, temperature and prefill are one
 * object and so are asked in one batch. Keys and values are kept from turn to turn and freed when the discussions
 * end: no parameter may change while they run.
 *
 * @param models Shape [A], who sits where.
 * @param options Sampling and trained parameters.
 * @returns Shape [A].
 */
export function makeSeats(models: readonly SeatModel[], options: MakeSeatsOptions): Seat[] {
  const { sampling, ...rest } = options;
  const decoders = new Set(models.map(({ model }) => model.decoder));
  const maxBytes = sampling.prefixMegabytes * 2 ** 20 / decoders.size;
  const prefixes = new Map<Decoder, PrefixStore>();
  for (const decoder of decoders) prefixes.set(decoder, new PrefixStore(decoder, { maxBytes }));
  const made: (SeatModel & { readonly agent: PolicyAgent })[] = [];
  return models.map((seat) => {
    const { model, temperature, scorer, prefill = [] } = seat;
    const alike = made.find((other) => isAlike(other, seat));
    const agent = alike?.agent ?? new PolicyAgent({
      ...rest,
      model,
      sampling: { ...sampling, temperature },
      prefill,
      maxRows: sampling.maxRows,
      prefixes: prefixes.get(model.decoder),
    });
    made.push({ ...seat, agent });
    return { agent, scorer };
  });
}

function isAlike(one: SeatModel, other: SeatModel): boolean {
  return one.model === other.model && one.temperature === other.temperature &&
    JSON.stringify(one.prefill ?? []) === JSON.stringify(other.prefill ?? []);
}

/**
 * What a run computes at most, told in operations and time before anything is made.
 *
 * @module
 */
import { ConfigError } from "../core/mod.ts";

/** Something that is computed. */
export interface WorkPart {
  /** What it is, for the plan. */
  readonly name: string;
  /** Most floating-point operations of it. */
  readonly flops: number;
  /** How to make it less: `algorithm.updates`. */
  readonly setting: string;
}

/** How a plan counts time. */
export interface TimeOptions {
  /** Where it computes. */
  readonly device: "auto" | "cpu" | "webgpu";
  /** Whether an earlier run goes on, whose settings stand. */
  readonly resumed: boolean;
}

/**
 * Operations per second that times are told for. On two cores of a server's processor (AMD EPYC, oneDNN) the
 * 12 TFLOP of the quickstart take 58 to 68 s, 180 to 200 GFLOP/s of what is counted, and the 250 of
 * pretraining 20 to 30 minutes, 140 to 210. A GPU's was not measured.
 */
const RATES = { processor: 1.5e11, gpu: 1e13 } as const;
const YEAR_MINUTES = 365 * 24 * 60;
const MOST_YEARS = 10;

/**
 * Operations that a decoder's products take, two for each weight and token; attention is left out, as
 * it is small at the lengths of discussions.
 *
 * @param numWeights Weights of the decoder.
 * @param numTokens Tokens that go through it.
 * @param passes How often: 1 forward, 2 more back to the inputs of a frozen layer's products and through
 * an adapter, 3 for all weights.
 * @returns Floating-point operations.
 */
export function decoderFlops(numWeights: number, numTokens: number, passes: number): number {
  return 2 * numWeights * numTokens * passes;
}

/**
 * Tells what a run computes at most.
 *
 * @param parts What is computed one after the other.
 * @param options Where, and whether a run goes on.
 * @returns One line.
 * @throws {ConfigError} If a new run would take more than ten years, naming the largest part and its
 * setting.
 */
export function describeTime(
  parts: readonly WorkPart[],
  { device, resumed }: TimeOptions,
): string {
  const total = parts.reduce((sum, { flops }) => sum + flops, 0);
  const largest = parts.reduce((a, b) => b.flops > a.flops ? b : a);
  const rate = device === "webgpu" ? RATES.gpu : RATES.processor;
  const minutes = total / rate / 60;
  if (minutes > MOST_YEARS * YEAR_MINUTES && !resumed) {
    throw new ConfigError(
      `Cannot run this within ${MOST_YEARS} years: it takes up to ${
        formatFlops(total)
      }, of which ` +
        `${largest.name} ${formatFlops(largest.flops)}`,
      { thing: largest.setting, value: total, remedy: `Lower ${largest.setting}` },
    );
  }
  const listed = parts.filter(({ flops }) => flops > 0)
    .map(({ name, flops }) => `${name} ${formatFlops(flops)}`);
  return `time: at most ${formatFlops(total)} (${listed.join(", ")}), ${
    formatMinutes(minutes)
  } at ` +
    `${rate / 1e9} GFLOP/s`;
}

function formatFlops(flops: number): string {
  const [scale, unit] = flops < 1e12
    ? [1e9, "GFLOP"]
    : flops < 1e16
    ? [1e12, "TFLOP"]
    : [1e15, "PFLOP"];
  return `${Number((flops / scale).toPrecision(2))} ${unit}`;
}

function formatMinutes(minutes: number): string {
  if (minutes < 0.75) return "less than a minute";
  if (minutes < 1.5) return "about a minute";
  if (minutes < 120) return `about ${Math.round(minutes)} minutes`;
  const hours = minutes / 60;
  return `about ${hours < 72 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`}`;
}

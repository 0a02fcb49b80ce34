/**
 * What a run takes at most, told and compared with the machine before anything is made.
 *
 * @module
 */
import { ConfigError } from "../core/mod.ts";
import { type DecoderConfig, numWeights } from "../models/mod.ts";

const MIB = 2 ** 20;

/** Something that takes memory. */
export interface MemoryPart {
  /** What it is, for the plan. */
  readonly name: string;
  /** Most bytes of it. */
  readonly bytes: number;
  /** How to make it smaller: `sampling.maxRows`. */
  readonly setting: string;
  /** What to do where that is no number to lower. */
  readonly remedy?: string;
}

/** Files in which Linux tells what a container may take. */
const LIMIT_FILES = [
  "/sys/fs/cgroup/memory.max",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes",
];

/**
 * Memory that this process can have.
 *
 * @returns Bytes: the machine's, or what its container may take of it; null where nobody tells.
 */
export function machineMemory(): number | null {
  const state = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" }).state;
  if (state !== "granted") return null;
  const limits = LIMIT_FILES.map((file) => {
    try {
      return Number(Deno.readTextFileSync(file));
    } catch {
      return NaN;
    }
  });
  return Math.min(Deno.systemMemoryInfo().total, ...limits.filter((limit) => limit > 0));
}

/**
 * Tells what a run takes at most.
 *
 * @param parts What is in memory together at the fullest moment.
 * @param available Bytes that there are; null = not known.
 * @returns One line.
 * @throws {ConfigError} If it is more than there is, naming the largest part and its setting.
 */
export function describeMemory(parts: readonly MemoryPart[], available: number | null): string {
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const largest = parts.reduce((a, b) => b.bytes > a.bytes ? b : a);
  if (available !== null && total > available) {
    throw new ConfigError(
      `Cannot run this within the memory of this machine, ${formatBytes(available)}: ` +
        `it takes up to ${formatBytes(total)}, of which ${largest.name} ${
          formatBytes(largest.bytes)
        }`,
      {
        thing: largest.setting,
        value: total,
        remedy: largest.remedy ?? `Lower ${largest.setting}`,
      },
    );
  }
  const listed = parts.filter(({ bytes }) => bytes >= MIB)
    .map(({ name, bytes }) => `${name} ${formatBytes(bytes)}`);
  return `memory: at most ${formatBytes(total)}` +
    (listed.length === 0 ? "" : ` (${listed.join(", ")})`) +
    (available === null ? "" : ` of ${formatBytes(available)}`);
}

/** Bytes of an answer's texts and numbers, apart from its tokens. */
export const ANSWER_BYTES = 2000;

/**
 * A number of bytes.
 *
 * @param bytes The number.
 * @returns Such as `3 MiB` or `7.8 GiB`.
 */
export function formatBytes(bytes: number): string {
  return bytes < 1024 * MIB
    ? `${Math.ceil(bytes / MIB)} MiB`
    : `${Number((bytes / (1024 * MIB)).toPrecision(3))} GiB`;
}

/**
 * Bytes of keys and values.
 *
 * @param config Sizes of the decoder.
 * @param numPositions Positions of all rows together.
 * @returns Bytes in all layers.
 */
export function cacheBytes(config: DecoderConfig, numPositions: number): number {
  const { numHiddenLayers, numKeyValueHeads, headDim } = config;
  return numPositions * numHiddenLayers * 2 * numKeyValueHeads * headDim * 4;
}

/**
 * Weights of a decoder of any number of layers, in no time.
 *
 * @param config Its sizes.
 * @returns Their number.
 */
export function countWeights(config: DecoderConfig): number {
  const [one, two] = [1, 2].map((numHiddenLayers) => numWeights({ ...config, numHiddenLayers }));
  return one! + (config.numHiddenLayers - 1) * (two! - one!);
}

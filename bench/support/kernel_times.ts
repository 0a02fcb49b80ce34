/**
 * Where the time of some work goes, kernel by kernel.
 *
 * @module
 */
import type { CpuBackend } from "../../lib/device/cpu_backend.ts";
import type { KernelExports, KernelFunction } from "../../lib/device/wasm_kernels.ts";
import type { WorkerPool } from "../../lib/device/worker_pool.ts";

/** Calls of one kernel, products apart by their shape. */
export interface KernelTime {
  /** Name of the kernel; of products `[m, k] · [k, n]`. */
  readonly name: string;
  /** Time of each call on the calling thread, in seconds. */
  readonly seconds: number[];
  /** Time of the host before each call, since the last kernel ended, in seconds. */
  readonly waits: number[];
  /** Floating-point operations of one call of a product; 0 elsewhere. */
  readonly flops: number;
}

/** What {@link kernelTimes} measured. */
export interface KernelSplit {
  /** From the moment the work began to its end, in seconds. */
  readonly seconds: number;
  /** In the order in which they were first called. */
  readonly kernels: readonly KernelTime[];
}

/**
 * Runs some work with a clock at every kernel.
 *
 * @param backend The processor, which is running.
 * @param work What is measured; the clocks cost it a microsecond a call.
 * @returns The split.
 */
export async function kernelTimes(
  backend: CpuBackend,
  work: () => Promise<unknown>,
): Promise<KernelSplit> {
  const times = new Map<string, KernelTime>();
  let ended = 0;
  const timed = <R>({ name, flops }: Pick<KernelTime, "name" | "flops">, call: () => R): R => {
    const from = performance.now();
    try {
      return call();
    } finally {
      let entry = times.get(name);
      if (entry === undefined) times.set(name, entry = { name, flops, seconds: [], waits: [] });
      entry.waits.push((from - ended) / 1000);
      ended = performance.now();
      entry.seconds.push((ended - from) / 1000);
    }
  };
  const { run, kernels } = backend.pool;
  const open = backend.pool as { -readonly [Key in keyof WorkerPool]: WorkerPool[Key] };
  open.run = (kernel, calls) =>
    timed(
      SHAPES[kernel]?.(calls) ?? { name: kernel, flops: 0 },
      () => run(kernel, calls),
    );
  open.kernels = new Proxy({} as KernelExports, {
    get: (_, name: string): KernelFunction => (...args) =>
      timed({ name: `${name}, on one thread`, flops: 0 }, () => kernels[name]!(...args)),
  });
  const from = ended = performance.now();
  try {
    await work();
  } finally {
    Object.assign(open, { run, kernels });
  }
  return { seconds: (performance.now() - from) / 1000, kernels: [...times.values()] };
}

/** Of so many calls one is taken to be undisturbed. */
const DISTURBED = 8;

/**
 * What some calls of the same work take when nothing disturbs them.
 *
 * @param seconds One time per call.
 * @returns As many times the time that seven of eight calls exceed, in seconds; 0 without calls.
 */
export function undisturbed(seconds: readonly number[]): number {
  const sorted = [...seconds].sort((a, b) => a - b);
  return seconds.length * (sorted[Math.floor(seconds.length / DISTURBED)] ?? 0);
}

/** Arguments of a kernel that multiplies, of each of its parts. */
type Parts = readonly (readonly number[])[];

/** Where a part of a product has m, n, k and the address of B; see `splitProduct()`. */
const M = 3, N = 4, K = 5, B = 9;
/** Where a part of a product in panels has m, n, k and the rank of the low-rank update. */
const PANEL_M = 3, PANEL_N = 4, PANEL_K = 5, PANEL_RANK = 9;

/** Names and operations of products. */
const SHAPES: Readonly<Record<string, (parts: Parts) => Pick<KernelTime, "name" | "flops">>> = {
  // Each part has rows or columns of its own.
  product(parts) {
    const first = parts[0]!;
    const byRows = parts.every((part) => part[B] === first[B]);
    const sum = (at: number) => parts.reduce((total, part) => total + part[at]!, 0);
    const [m, n, k] = [byRows ? sum(M) : first[M]!, byRows ? first[N]! : sum(N), first[K]!];
    const mark = (flag: number | undefined) => flag === 1 ? "ᵀ" : "";
    return {
      name: `[${m}, ${k}]${mark(first[1])} · [${k}, ${n}]${mark(first[2])}`,
      flops: 2 * m * n * k,
    };
  },
  // Every part has the whole sizes.
  panelProduct([first]) {
    const [m, n, k, rank] = [PANEL_M, PANEL_N, PANEL_K, PANEL_RANK].map((at) => first![at]!);
    const name = `[${m}, ${k}] · [${k}, ${n}] in panels`;
    return {
      name: rank === 0 ? name : `${name}, with LoRA`,
      flops: 2 * m! * (n! * k! + rank! * (n! + k!)),
    };
  },
};

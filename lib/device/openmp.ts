import { readEnvironment, writeEnvironment } from "./environment.ts";

const SYMBOLS = {
  omp_get_max_threads: { parameters: [], result: "i32" },
  omp_set_num_threads: { parameters: ["i32"], result: "void" },
} as const;

/** The threads of a native library that runs on OpenMP. */
export interface OpenMp {
  /**
   * Sets the number of threads of the parallel regions that the calling thread will start.
   *
   * @param numThreads At least 1.
   */
  useThreads(numThreads: number): void;
}

/**
 * Makes OpenMP's threads sleep, rather than spin, soon after they have run out of work; to be called
 * before the first library on OpenMP is opened. By default GNU's runtime spins at the end of every
 * product; where another process wants the processor, each product then lasts a whole slice of the
 * scheduler (measured: 8 ms instead of 0.04). Settings of the user stay.
 */
export function limitSpinning(): void {
  const names = ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"];
  if (names.some((name) => readEnvironment(name) !== undefined)) return;
  writeEnvironment("GOMP_SPINCOUNT", "2000"); // about 20 µs
  writeEnvironment("KMP_BLOCKTIME", "0"); // Intel's and LLVM's runtimes
}

let opened: OpenMp | null | undefined;

/**
 * OpenMP's controls. The number of threads is a setting of the calling thread, so there is one of these
 * for each.
 *
 * @returns The controls; null when the runtime is not found under the names it usually has.
 */
export function openMp(): OpenMp | null {
  if (opened !== undefined) return opened;
  opened = null;
  for (const name of ["libgomp.so.1", "libiomp5.so", "libomp.so.5", "libomp.dylib"]) {
    try {
      const { symbols } = Deno.dlopen(name, SYMBOLS);
      let current = symbols.omp_get_max_threads();
      opened = {
        useThreads(numThreads: number): void {
          if (numThreads === current) return;
          symbols.omp_set_num_threads(numThreads);
          current = numThreads;
        },
      };
      break;
    } catch {
      // Not under this name; without any, the library decides on its threads by itself.
    }
  }
  return opened;
}

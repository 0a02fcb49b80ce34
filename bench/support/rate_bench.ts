/**
 * Benchmarks whose results are rates: Deno times them, and a table of rates ends the run.
 *
 * @module
 */
import { terminalTable } from "../../lib/tracking/mod.ts";
import { median, quantile } from "../../lib/evaluation/mod.ts";

/** What is measured and how much work one iteration is. */
export interface RateBench {
  /** Name of the benchmark; together with `group` and `device` its own. */
  readonly name: string;
  /** Sizes or setting; Deno compares the devices of one group and name. */
  readonly group: string;
  /** Device or library; shares of the highest rate are taken over all devices. */
  readonly device: string;
  /** Work of one iteration in the unit's terms: operations, bytes, tokens. */
  readonly work: number;
  /** Unit of the work. */
  readonly unit: "FLOP" | "B" | "tokens" | "rows";
  /** Iterations that count. Default 10. */
  readonly n?: number;
}

/** Iterations that do not count: one where an iteration is long. */
const warmupsOf = ({ n = 10 }: RateBench) => n < 10 ? 1 : 2;

const taken: { readonly bench: RateBench; readonly seconds: number[] }[] = [];
/** Rates that are no benchmark of a table but a peak, by unit. */
const peaks = new Map<RateBench["unit"], number>();

/**
 * Registers a benchmark.
 *
 * @param bench Name, device and work.
 * @param fn One iteration; timed from call to promise.
 * @param before Called before each iteration, not timed.
 */
export function rateBench(
  bench: RateBench,
  fn: () => void | Promise<void>,
  before: () => void | Promise<void> = () => {},
): void {
  const seconds: number[] = [];
  if (taken.length === 0) globalThis.addEventListener("unload", printRates);
  taken.push({ bench, seconds });
  Deno.bench({
    name: `${bench.name} on ${bench.device}`,
    group: `${bench.group}: ${bench.name}`,
    n: bench.n ?? 10,
    warmup: warmupsOf(bench),
    async fn(context) {
      await before();
      context.start();
      const start = performance.now();
      await fn();
      seconds.push((performance.now() - start) / 1000);
      context.end();
    },
  });
}

/**
 * Makes a rate known that the shares are taken of if no benchmark is faster.
 *
 * @param unit Unit of the work.
 * @param rate Work per second.
 */
export function notePeak(unit: RateBench["unit"], rate: number): void {
  peaks.set(unit, Math.max(rate, peaks.get(unit) ?? 0));
}

function printRates(): void {
  const measured = taken.filter(({ bench, seconds }) => seconds.length > warmupsOf(bench))
    .map(({ bench, seconds }) => {
      const counted = seconds.slice(warmupsOf(bench));
      return {
        bench,
        rate: bench.work / median(counted),
        low: bench.work / quantile(counted, 0.75),
        high: bench.work / quantile(counted, 0.25),
      };
    });
  for (const { bench: { unit }, rate } of measured) notePeak(unit, rate);
  console.log(`\n${
    terminalTable({
      title: "Rates: median, quartiles, and the share of the highest rate measured in this run",
      columns: [
        ...["group", "benchmark", "device"].map((title) => ({ title })),
        { title: "rate" },
        { title: "quartiles" },
        { title: "unit" },
        { title: "share", digits: 2 },
      ],
      rows: measured.map(({ bench: { name, group, device, unit }, rate, low, high }) => {
        const { factor, label } = scaleOf(unit);
        const hasShare = unit === "FLOP" || unit === "B";
        return [
          group,
          name,
          device,
          rate * factor,
          `${show(low * factor)} … ${show(high * factor)}`,
          label,
          hasShare ? rate / peaks.get(unit)! : null,
        ];
      }),
    })
  }`);
}

function scaleOf(unit: RateBench["unit"]): { factor: number; label: string } {
  if (unit === "FLOP") return { factor: 1e-9, label: "GFLOP/s" };
  if (unit === "B") return { factor: 1e-9, label: "GB/s" };
  return { factor: 1, label: `${unit}/s` };
}

function show(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3);
}

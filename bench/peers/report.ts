/**
 * What the comparison prints and keeps.
 *
 * @module
 */
import { writeFileAtomic } from "../../lib/core/mod.ts";
import { type Table, terminalTable } from "../../lib/tracking/mod.ts";
import type { MachineNotes } from "../support/machine.ts";
import { median } from "../../lib/evaluation/mod.ts";
import { summariseRatios } from "../support/statistics.ts";
import type { PairedSeconds } from "./paired_runs.ts";
import type { PeerAnswer } from "./peer.ts";

/** One comparison. */
export interface Comparison extends PairedSeconds {
  /** Part of `--only`. */
  readonly section: string;
  /** What was done. */
  readonly workload: string;
  /** Precision of both sides. */
  readonly dtype: string;
  /** The other side, such as `PyTorch`. */
  readonly peer: string;
  /** How it did it. */
  readonly variant: string;
}

/** What both sides ran on. */
export interface Conditions {
  /** This machine. */
  readonly machine: MachineNotes;
  /** Our device, in a line per precision. */
  readonly devices: Readonly<Record<string, string>>;
  /** The peer's versions, threads and libraries. */
  readonly peer: PeerAnswer;
  /** Those of llama.cpp, where it takes part. */
  readonly llama?: PeerAnswer;
}

/**
 * The pairs of one comparison.
 *
 * @param comparison Its measurements.
 * @returns One row per pair, and the medians.
 */
export function pairsTable({ workload, dtype, peer, variant, own, other }: Comparison): Table {
  const { pairs, ofMedians } = summariseRatios(own, other);
  return {
    title: `${workload}, ${dtype}, ${peer} ${variant}`,
    columns: [
      { title: "pair" },
      { title: "ours, ms", digits: 1 },
      { title: `${peer}, ms`, digits: 1 },
      { title: "times as fast", digits: 2 },
    ],
    rows: [
      ...pairs.map((ratio, i) => [`${i + 1}`, 1000 * own[i]!, 1000 * other[i]!, ratio]),
      ["median", 1000 * median(own), 1000 * median(other), ofMedians],
    ],
  };
}

/**
 * One row per comparison.
 *
 * @param comparisons All of them.
 * @returns Medians, the ratio of medians, and the spread of the pairs' ratios.
 */
export function ratiosTable(comparisons: readonly Comparison[]): Table {
  return {
    title:
      "How many times as fast as the others: ratio of medians, and least to largest of the pairs",
    columns: [
      { title: "workload" },
      { title: "precision" },
      { title: "other" },
      { title: "ours, ms", digits: 0 },
      { title: "other, ms", digits: 0 },
      { title: "ratio", digits: 2 },
      { title: "pairs" },
    ],
    rows: comparisons.map(({ workload, dtype, peer, variant, own, other }) => {
      const { ofMedians, least, most, pairs } = summariseRatios(own, other);
      return [
        workload,
        dtype,
        `${peer} ${variant}`,
        1000 * median(own),
        1000 * median(other),
        ofMedians,
        `${least.toFixed(2)} … ${most.toFixed(2)} (${pairs.length})`,
      ];
    }),
  };
}

/**
 * Prints what the measurements hold for.
 *
 * @param conditions Machine and libraries.
 */
export function printConditions({ machine, devices, peer, llama }: Conditions): void {
  console.log(`${machine.date} UTC, ${machine.processor}, commit ${machine.commit ?? "unknown"}`);
  console.log(`ours: deno ${machine.deno}`);
  for (const [dtype, line] of Object.entries(devices)) console.log(`  ${dtype}: ${line}`);
  console.log(
    `theirs: Python ${peer.python}, torch ${peer.torch}, transformers ${peer.transformers}, ` +
      `peft ${peer.peft}, ${peer.threads} threads, ${peer.cpu_capability}`,
  );
  for (const key of ["products", "pools"] as const) {
    for (const line of peer[key] as string[] | undefined ?? []) console.log(`  ${line}`);
  }
  if (llama) console.log(`  llama.cpp ${llama.llamaCpp}: ${llama.system}`);
  console.log();
}

/**
 * Keeps the measurements next to those of other sections, precisions and variants.
 *
 * @param path File; what it holds of the same workload, precision and variant is replaced.
 * @param conditions Machine and libraries.
 * @param comparisons What was measured under them.
 */
export async function keepResults(
  path: string,
  conditions: Conditions,
  comparisons: readonly Comparison[],
): Promise<void> {
  const keyOf = ({ workload, dtype, peer, variant }: Comparison) =>
    [workload, dtype, peer, variant].join("/");
  const measured = new Set(comparisons.map(keyOf));
  const before = await Deno.readTextFile(path).then(JSON.parse).catch(() => []) as Comparison[];
  const kept = before.filter((comparison) => !measured.has(keyOf(comparison)));
  const all = [...kept, ...comparisons.map((comparison) => ({ ...comparison, conditions }))];
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  await writeFileAtomic(path, new TextEncoder().encode(JSON.stringify(all, null, 1)));
}

/**
 * Prints a table with a line above it.
 *
 * @param table What is shown.
 */
export function printTable(table: Table): void {
  console.log(`\n${terminalTable(table)}`);
}

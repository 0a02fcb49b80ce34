/**
 * Measures this library and PyTorch in turns; `deno task peers` starts it.
 *
 * @module
 */
import { formatDeviceReport } from "../../lib/device/mod.ts";
import { explain } from "../support/explain.ts";
import { machineNotes } from "../support/machine.ts";
import { startPrecision } from "../support/start_precision.ts";
import { type CompareOptions, HELP, readOptions } from "./options.ts";
import { pairedRuns } from "./paired_runs.ts";
import { ppoStepWorkload } from "./ppo_step_workload.ts";
import { measureProducts } from "./products_section.ts";
import { PythonPeer } from "./python_peer.ts";
import {
  type Comparison,
  type Conditions,
  keepResults,
  pairsTable,
  printConditions,
  printTable,
  ratiosTable,
} from "./report.ts";
import { rolloutWorkload } from "./rollout_workload.ts";
import { stepWorkloads } from "./step_workloads.ts";
import { updateWorkload } from "./update_workload.ts";
import type { Workload } from "./workload.ts";

const workloads: readonly Workload[] = [
  ...stepWorkloads,
  ppoStepWorkload,
  rolloutWorkload,
  updateWorkload,
];
const DEFAULT_PAIRS = { products: 5, step: 5, rollout: 5, update: 3 };
const RESULTS = "bench/results/peers.json";
/** Our float32 log-probabilities of sampled tokens and theirs differ by rounding alone, in nats. */
const SAME_MODEL_TOLERANCE = 0.02;

async function compare(options: CompareOptions | null): Promise<number> {
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  // Before the device starts: it sets how long OpenMP spins, and the peer should keep its default.
  const { peer, libraries } = await PythonPeer.start(options.python);
  await using _ = peer;
  const devices: Record<string, string> = {};
  for (const dtype of options.dtypes) {
    try {
      devices[dtype] = formatDeviceReport(await startPrecision(dtype));
    } catch (error) {
      console.log(`left out ${dtype}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  const conditions = { machine: await machineNotes(), devices, peer: libraries };
  printConditions(conditions);
  const comparisons: Comparison[] = [];
  const measured = options.dtypes.filter((dtype) => dtype in devices);
  for (const section of options.only) {
    for (const dtype of measured) {
      await startPrecision(dtype);
      const numPairs = options.pairs ?? DEFAULT_PAIRS[section];
      if (section === "products") {
        const products = await measureProducts(peer, { dtype, numPairs });
        printTable(products.table);
        await keepResults(RESULTS, conditions, products.comparisons);
      }
      for (const workload of workloads.filter((workload) => workload.section === section)) {
        const found = await compareWorkload(workload, peer, { ...options, dtype, numPairs });
        comparisons.push(...found);
        await keepResults(RESULTS, conditions, found);
      }
    }
  }
  printEnd(conditions, comparisons);
  return 0;
}

async function compareWorkload(
  { name, section, prepare }: Workload,
  peer: PythonPeer,
  { dtype, modes, numPairs }:
    & Pick<CompareOptions, "modes">
    & { readonly dtype: CompareOptions["dtypes"][number]; readonly numPairs: number },
): Promise<Comparison[]> {
  const own = await prepare({ dtype, modes });
  const comparisons: Comparison[] = [];
  for (const { name: variant, workload, settings } of own.variants) {
    try {
      const notes = await peer.ask({ do: "setup", workload, settings });
      const difference = notes.largest_log_prob_difference;
      if (dtype === "float32" && Number(difference ?? 0) > SAME_MODEL_TOLERANCE) {
        throw new RangeError(
          `Cannot compare as both sides must run the same model: log-probabilities of sampled tokens ` +
            `are ${difference} nats apart`,
        );
      }
      const times = await pairedRuns(own.run, () => peer.run(), numPairs);
      const comparison = { section, workload: name, dtype, variant, ...times };
      comparisons.push(comparison);
      printTable(pairsTable(comparison));
      const noted = Object.entries(notes).map(([key, value]) => `${key} ${value}`).join(", ");
      if (noted !== "") console.log(`(${noted})`);
    } catch (error) {
      // One variant that PyTorch cannot run must not cost the others their numbers.
      console.log(`\n${name}, ${dtype}, PyTorch ${variant}: not measured, ${error}`);
    }
    await peer.ask({ do: "drop" });
  }
  own.dispose();
  return comparisons;
}

function printEnd(conditions: Conditions, comparisons: readonly Comparison[]): void {
  if (comparisons.length === 0) return;
  console.log(`\nkept in ${RESULTS}\n`);
  printConditions(conditions);
  printTable(ratiosTable(comparisons));
}

if (import.meta.main) Deno.exit(await explain(() => compare(readOptions(Deno.args))));

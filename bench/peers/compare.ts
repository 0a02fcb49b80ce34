/**
 * Measures this library and others in turns; `deno task peers` starts it.
 *
 * @module
 */
import { formatDeviceReport } from "../../lib/device/mod.ts";
import { explain } from "../support/explain.ts";
import { machineNotes } from "../support/machine.ts";
import { realModelPath } from "../support/real_model.ts";
import { startPrecision } from "../support/start_precision.ts";
import { type CompareOptions, HELP, readOptions } from "./options.ts";
import { pairedRuns } from "./paired_runs.ts";
import { ppoStepWorkload } from "./ppo_step_workload.ts";
import { measureProducts } from "./products_section.ts";
import { startLlamaPeer } from "./llama_peer.ts";
import type { Peer } from "./peer.ts";
import { startPythonPeer } from "./python_peer.ts";
import { realRolloutWorkload } from "./real_rollout_workload.ts";
import { realStepWorkload, realUpdateWorkload } from "./real_training_workloads.ts";
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
import type { PeerName, Workload } from "./workload.ts";

const workloads: readonly Workload[] = [
  ...stepWorkloads,
  ppoStepWorkload,
  rolloutWorkload,
  updateWorkload,
  realRolloutWorkload,
  realStepWorkload,
  realUpdateWorkload,
];
const DEFAULT_PAIRS = {
  ...{ products: 5, step: 5, rollout: 5, update: 3 },
  ...{ real_rollout: 3, real_step: 3, real_update: 3 },
};
/** The others, as far as they take part. */
type Peers = Readonly<Partial<Record<PeerName, Peer>>>;
const RESULTS = "bench/results/peers.json";
/** Our float32 log-probabilities of sampled tokens and theirs differ by rounding alone, in nats. */
const SAME_MODEL_TOLERANCE = 0.02;

async function compare(options: CompareOptions | null): Promise<number> {
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const model = await realModelPath(options.model);
  const only = options.only.filter((section) => model !== undefined || !isReal(section));
  if (model === undefined && only.length < options.only.length) {
    console.log(
      "LEFT OUT: the real model, as none was fetched: name one with --model, or get it with " +
        "deno task data get smollm2_135m_instruct\n",
    );
  }
  // Before the device starts: it sets how long OpenMP spins, and the peers should keep their default.
  const { peer, libraries } = await startPythonPeer(options.python);
  await using _ = peer;
  const llama = options.llama === undefined ? undefined : await startLlamaPeer(options.llama);
  await using _llama = llama?.peer;
  if (llama === undefined && only.includes("real_rollout")) {
    console.log("LEFT OUT: llama.cpp, as no folder with node-llama-cpp is named: see --llama\n");
  } else if (llama !== undefined && only.includes("real_rollout") && !model?.endsWith(".gguf")) {
    console.log("LEFT OUT: llama.cpp, as it reads GGUF files alone: name one with --model\n");
  }
  const peers: Peers = { PyTorch: peer, ...llama && { "llama.cpp": llama.peer } };
  const devices: Record<string, string> = {};
  for (const dtype of options.dtypes) {
    try {
      devices[dtype] = formatDeviceReport(await startPrecision(dtype));
    } catch (error) {
      console.log(`left out ${dtype}: ${error instanceof Error ? error.message : error}\n`);
    }
  }
  const conditions = {
    ...{ machine: await machineNotes(), devices, peer: libraries },
    ...llama && { llama: llama.libraries },
  };
  printConditions(conditions);
  const comparisons: Comparison[] = [];
  const measured = options.dtypes.filter((dtype) => dtype in devices);
  for (const section of only) {
    for (const dtype of measured) {
      await startPrecision(dtype);
      const numPairs = options.pairs ?? DEFAULT_PAIRS[section];
      if (section === "products") {
        const products = await measureProducts(peer, { dtype, numPairs });
        printTable(products.table);
        await keepResults(RESULTS, conditions, products.comparisons);
      }
      for (const workload of workloads.filter((workload) => workload.section === section)) {
        const settings = { ...options, dtype, numPairs, model: model ?? "" };
        const found = await compareWorkload(workload, peers, settings);
        comparisons.push(...found);
        await keepResults(RESULTS, conditions, found);
      }
    }
  }
  printEnd(conditions, comparisons);
  return 0;
}

/** Whether a section runs the real model. */
function isReal(section: string): boolean {
  return section.startsWith("real_");
}

async function compareWorkload(
  { name, section, prepare }: Workload,
  peers: Peers,
  { dtype, modes, numPairs, model }:
    & Pick<CompareOptions, "modes">
    & Readonly<Record<"model", string>>
    & { readonly dtype: CompareOptions["dtypes"][number]; readonly numPairs: number },
): Promise<Comparison[]> {
  const own = await prepare({ dtype, modes, model });
  const comparisons: Comparison[] = [];
  for (const { peer: peerName = "PyTorch", name: variant, workload, settings } of own.variants) {
    const peer = peers[peerName];
    if (peer === undefined) continue;
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
      const comparison = { section, workload: name, dtype, peer: peerName, variant, ...times };
      comparisons.push(comparison);
      printTable(pairsTable(comparison));
      const noted = Object.entries(notes).map(([key, value]) => `${key} ${value}`).join(", ");
      if (noted !== "") console.log(`(${noted})`);
    } catch (error) {
      // One variant that a peer cannot run must not cost the others their numbers.
      console.log(`\n${name}, ${dtype}, ${peerName} ${variant}: not measured, ${error}`);
    }
    await peer.ask({ do: "drop" });
  }
  await own.dispose();
  return comparisons;
}

function printEnd(conditions: Conditions, comparisons: readonly Comparison[]): void {
  if (comparisons.length === 0) return;
  console.log(`\nkept in ${RESULTS}\n`);
  printConditions(conditions);
  printTable(ratiosTable(comparisons));
}

if (import.meta.main) Deno.exit(await explain(() => compare(readOptions(Deno.args))));

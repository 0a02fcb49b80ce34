/**
 * Where the time of a real model goes, kernel by kernel: a rollout, and PPO on a mini-batch.
 *
 *     deno run --v8-flags=--no-wasm-bounds-checks -P=experiment bench/kernel_split.ts [--model PATH] [--only rollout,ppo]
 *
 * Beside the whole time of each kernel stands what its calls take when nothing disturbs them: so many times the time
 * that seven of eight calls exceed. Where other work runs on the machine, that is the column to read.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ConfigError } from "../lib/core/mod.ts";
import type { CpuBackend } from "../lib/device/cpu_backend.ts";
import { formatDeviceReport } from "../lib/device/mod.ts";
import { type Table, terminalTable } from "../lib/tracking/mod.ts";
import { realStepWorkload } from "./peers/real_training_workloads.ts";
import { explain } from "./support/explain.ts";
import { readFlags } from "./support/flags.ts";
import { type KernelSplit, kernelTimes, undisturbed } from "./support/kernel_times.ts";
import {
  loadRealModel,
  REAL_NEW_TOKENS,
  REAL_PROMPTS,
  realModelPath,
} from "./support/real_model.ts";
import { startPrecision } from "./support/start_precision.ts";

/** Rows of a table; what is less goes together. */
const MOST_ROWS = 24;

/** Some work that is ready to run, and how it is called. */
interface Prepared {
  readonly title: string;
  readonly run: () => Promise<unknown>;
  readonly dispose: () => void | Promise<void>;
}

const WORK: Readonly<Record<string, (path: string) => Promise<Prepared>>> = {
  async rollout(path) {
    const { sample, dispose } = await loadRealModel(path);
    await sample({ maxNewTokens: 2 }); // warms up
    return {
      title: `Rollout, ${REAL_PROMPTS} prompts × ${REAL_NEW_TOKENS} tokens`,
      run: () => sample(),
      dispose,
    };
  },
  async ppo(model) {
    const { run, dispose } = await realStepWorkload.prepare({
      model,
      dtype: "float32",
      modes: ["eager"],
    });
    return { title: `${realStepWorkload.name}: preparing it and two steps`, run, dispose };
  },
};

const HELP = `Usage: deno run ... bench/kernel_split.ts [--model PATH] [--only ${
  Object.keys(WORK).join(",")
}]`;

async function main(): Promise<number> {
  const flags = readFlags(Deno.args, { task: "peers", names: ["model", "only"] });
  if (flags === null) {
    console.log(HELP);
    return 0;
  }
  const path = await realModelPath(flags.model);
  if (path === undefined) {
    throw new ConfigError("Cannot measure as there must be a real model: there is none", {
      thing: "--model",
      remedy: "Name a GGUF file or a folder of Hugging Face with --model, or get one with " +
        "deno task data get smollm2_135m_instruct",
    });
  }
  console.log(formatDeviceReport(await startPrecision("float32")));
  for (const name of flags.only?.split(",") ?? Object.keys(WORK)) {
    const prepare = WORK[name];
    if (prepare === undefined) {
      throw new ConfigError(
        `Cannot measure as --only must list some of ${Object.keys(WORK).join(", ")}: ${name}`,
        { thing: "--only", value: name, remedy: "Leave it out to measure all of them" },
      );
    }
    const { title, run, dispose } = await prepare(path);
    console.log(
      `\n${terminalTable(splitTable(title, await kernelTimes(tf.backend() as CpuBackend, run)))}`,
    );
    await dispose();
  }
  return 0;
}

/** One row per kernel, then the host and the floor. */
function splitTable(title: string, { seconds, kernels }: KernelSplit): Table {
  const all = kernels.map(({ name, flops, ...times }) => ({
    name,
    calls: times.seconds.length,
    whole: sum(times.seconds),
    alone: undisturbed(times.seconds),
    host: undisturbed(times.waits),
    flops: flops * times.seconds.length,
  })).sort((a, b) => b.alone - a.alone);
  const total = (key: "alone" | "whole" | "host" | "flops", rows = all) =>
    sum(rows.map((row) => row[key]));
  const products = all.filter(({ flops }) => flops > 0);
  const best = Math.max(...products.map(({ flops, alone }) => flops / alone));
  const rest = all.slice(MOST_ROWS);
  return {
    title:
      `${title}: ${seconds.toFixed(2)} s; ${
        (total("flops") / 1e9).toFixed(0)
      } GFLOP of products, ` +
      `${(total("flops") / best).toFixed(2)} s at the highest rate of this run`,
    columns: [
      { title: "kernel" },
      { title: "calls" },
      { title: "ms", digits: 0 },
      { title: "undisturbed ms", digits: 0 },
      { title: "GFLOP/s undisturbed", digits: 0 },
    ],
    rows: [
      ...all.slice(0, MOST_ROWS).map(({ name, calls, whole, alone, flops }) => [
        name,
        calls,
        1000 * whole,
        1000 * alone,
        flops > 0 ? flops / alone / 1e9 : null,
      ]),
      [
        `${rest.length} others`,
        sum(rest.map(({ calls }) => calls)),
        1000 * total("whole", rest),
        1000 * total("alone", rest),
        null,
      ],
      ["between kernels", null, 1000 * (seconds - total("whole")), 1000 * total("host"), null],
    ],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

if (import.meta.main) Deno.exit(await explain(main));

/**
 * A decoder of 1.5 billion random weights: how long it takes to load, and to train an adapter on, and in how much
 * memory, with its matrices kept in few bits outside of the heap.
 *
 *     deno run --v8-flags=--no-wasm-bounds-checks -P=experiment bench/large_base.ts --base-dtype nf4
 *
 * The weights are written to `runs/bench` once (3.1 GB).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { ConfigError, Random } from "../lib/core/mod.ts";
import { type CpuBackend, formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import {
  BASE_DTYPES,
  createDecoderConfig,
  loadDecoder,
  LoraAdapter,
  matrixBytes,
} from "../lib/models/mod.ts";
import { tokenLogProbs } from "../lib/ops/mod.ts";
import { AdamW, valueAndGrads } from "../lib/optim/mod.ts";
import { flagChoice } from "../lib/tracking/mod.ts";
import { randomTokens } from "./support/decoders.ts";
import { explain } from "./support/explain.ts";
import { readFlags } from "./support/flags.ts";
import { machineNotes } from "./support/machine.ts";
import { writeRandomModel } from "./support/random_model.ts";

const FOLDER = "runs/bench/large_base";
const GIB = 2 ** 30;

/** Qwen2.5-1.5B's sizes, without its biases: 1 543 656 960 weights. */
const config = createDecoderConfig({
  vocabSize: 151_936,
  hiddenSize: 1536,
  intermediateSize: 8960,
  numHiddenLayers: 28,
  numAttentionHeads: 12,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 32_768,
  tieWordEmbeddings: true,
  bosTokenId: 2,
  eosTokenId: 1,
  padTokenId: 0,
});

const HELP =
  `Usage: deno run ... bench/large_base.ts --base-dtype DTYPE [--rows N] [--tokens N] [--steps N]

DTYPE is one of ${
    BASE_DTYPES.filter((dtype) => dtype !== "float32").join(", ")
  }. By default 2 rows of 128 tokens, 2 steps.`;

async function measure(args: readonly string[]): Promise<number> {
  const flags = readFlags(args, {
    task: "bench",
    names: ["base-dtype", "rows", "tokens", "steps"],
  });
  if (flags === null) {
    console.log(HELP);
    return 0;
  }
  const baseDtype = flagChoice("--base-dtype", flags["base-dtype"], BASE_DTYPES) ?? "nf4";
  const [numRows, numTokens, numSteps] = [flags.rows ?? 2, flags.tokens ?? 128, flags.steps ?? 2]
    .map(positive) as [number, number, number];
  const { processor, commit, date } = await machineNotes();
  console.log(
    `${processor}; commit ${commit}, ${date}\n${formatDeviceReport(await startDevice("cpu"))}`,
  );
  await writeRandomModel(FOLDER, config);
  const memory = (what: string) => {
    const { heap } = tf.backend() as CpuBackend;
    const [rss, extent] = [Deno.memoryUsage().rss, heap.stats.extentBytes];
    console.log(
      `${what}: ${(rss / GIB).toFixed(2)} GiB resident, of which the heap at most ${
        (extent / GIB).toFixed(2)
      } GiB`,
    );
  };
  memory("before");
  let start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  using decoder = disposable(await loadDecoder(FOLDER, { baseDtype }));
  console.log(
    `loading (${baseDtype}): ${seconds()} s` +
      (baseDtype === "auto"
        ? ""
        : `, ${(matrixBytes(config, baseDtype) / GIB).toFixed(2)} GiB of weights`),
  );
  memory("loaded");
  const random = Random.fromSeed(1);
  using adapter = disposable(
    LoraAdapter.initialize(config, { name: "policy", r: 8, alpha: 16, random }),
  );
  const optimizer = new AdamW(adapter.weights, {
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
  });
  const ids = randomTokens(numRows * numTokens, { vocabSize: config.vocabSize, random });
  for (let step = 0; step < numSteps; step++) {
    start = performance.now();
    const { value, grads } = valueAndGrads(() =>
      tf.tidy(() => {
        const hidden = decoder.forward(ids, {
          ...{ numRows, starts: new Int32Array(numRows), adapter },
          gradientCheckpointing: true,
        });
        return tokenLogProbs(hidden, decoder.head(), tf.tensor1d(ids, "int32"))
          .logProbs.mean().neg() as tf.Scalar;
      }), adapter.weights);
    optimizer.step(grads, 1e-4);
    const [loss] = await value.data();
    tf.dispose([value, ...grads.values()]);
    console.log(`step ${step}: loss ${loss!.toFixed(3)}, ${seconds()} s for ${ids.length} tokens`);
    memory("trained");
  }
  return 0;
}

function positive(text: string | number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ConfigError(`Cannot measure as sizes must be positive integers: ${text}`, {
    thing: "--rows, --tokens, --steps",
    value: text,
    remedy: "For example --rows 2 --tokens 128 --steps 2",
  });
}

/** Frees something at the end of its block. */
function disposable<T extends { dispose(): void }>(thing: T): T & Disposable {
  return Object.assign(thing, { [Symbol.dispose]: () => thing.dispose() });
}

if (import.meta.main) Deno.exit(await explain(() => measure(Deno.args)));

/**
 * Saving and loading: a decoder's safetensors, and the state of a run.
 *
 *     deno task bench bench/checkpoints.bench.ts
 *
 * Rates count the bytes of the file; the folder is the system's for temporary files.
 *
 * @module
 */
import { Random } from "../lib/core/mod.ts";
import { formatDeviceReport, startDevice } from "../lib/device/mod.ts";
import { Decoder, loadDecoder, saveDecoder } from "../lib/models/mod.ts";
import { loadRunState, saveRunState } from "../lib/training/mod.ts";
import { DECODERS } from "./support/decoders.ts";
import { loadArithmetic } from "./support/update_run.ts";
import { rateBench } from "./support/rate_bench.ts";

console.log(formatDeviceReport(await startDevice("cpu")));
const folder = await Deno.makeTempDir({ prefix: "maporl-bench-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

async function bytesIn(path: string): Promise<number> {
  let bytes = 0;
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    bytes += isDirectory
      ? await bytesIn(`${path}/${name}`)
      : (await Deno.stat(`${path}/${name}`)).size;
  }
  return bytes;
}

for (const [name, config] of Object.entries(DECODERS)) {
  const decoder = Decoder.initialize(config, Random.fromSeed(0));
  const path = `${folder}/${name}`;
  await saveDecoder(path, decoder);
  const work = await bytesIn(path);
  const shared = { group: `decoder, ${(work / 2 ** 20).toFixed(1)} MiB`, device: "disk" };
  rateBench(
    { ...shared, name: "saveDecoder()", work, unit: "B" },
    () => saveDecoder(path, decoder),
  );
  rateBench({ ...shared, name: "loadDecoder()", work, unit: "B" }, async () => {
    (await loadDecoder(path)).dispose();
  });
}

const policies = (await loadArithmetic()).freshPolicies();
const trained = { variables: policies.variables(), optimizers: policies.optimizers() };
const path = `${folder}/run`;
let update = 0;
const save = async () => {
  await saveRunState(path, { update: update++ }, trained);
};
await save();
const work = await bytesIn(path);
const shared = {
  group: "state of the arithmetic experiment's run",
  device: "disk",
  work,
  unit: "B",
} as const;
rateBench({ ...shared, name: "saveRunState()" }, save);
rateBench(
  { ...shared, name: "loadRunState()" },
  async () => void await loadRunState(path, trained),
);

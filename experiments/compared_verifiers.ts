import { readYaml } from "../lib/core/mod.ts";
import { frameOf, type MakeOptions, type Result, rowsOf } from "../lib/tracking/mod.ts";
import { keepScript, scriptsToMake } from "./keep_script.ts";
import { madeHere } from "./made_here.ts";
import {
  type TrainedVerifier,
  verifierColumns,
  type VerifierRow,
  verifierRow,
  verifiersTable,
  WAYS,
} from "./verifier/trained_otherwise.ts";

/** The domains, each with the file that its committed verifier is made with. */
const DOMAINS = ["entailment"];
const SEEDS = [0, 1, 2];

/** Verifiers that are compared, and how they are trained. */
async function verifiersToMake(seeds: readonly number[]) {
  const all = DOMAINS.map(async (domain) => {
    const file = `experiments/train_verifier/closed_book_${domain}.yaml`;
    const committed = await readYaml(file) as object;
    return Object.entries(WAYS).flatMap(([way, settings]) =>
      seeds.map((seed) => ({ domain, way, seed, layers: [committed, settings] }))
    );
  });
  return (await Promise.all(all)).flat();
}

const seedsOf = ({ numSeeds }: MakeOptions) => SEEDS.slice(0, numSeeds);

/** Verifiers trained otherwise than the committed ones. */
export const comparedVerifiers: Result = {
  summary: "verifiers by how they are trained: balanced or not, by which of an answer's tokens",
  minutes: "5 to 10 on two cores",
  numSeeds: SEEDS.length,
  numRuns: DOMAINS.length * Object.keys(WAYS).length * SEEDS.length,
  async runsToMake(options) {
    const wanted = await verifiersToMake(seedsOf(options));
    const counts = wanted.map(({ seed, layers }) =>
      scriptsToMake([["train_verifier", layers]], { ...options, seed })
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  },
  async make(options) {
    const rows: VerifierRow[] = [];
    for (const { layers, ...how } of await verifiersToMake(seedsOf(options))) {
      const { code, path } = await keepScript("train_verifier", layers, {
        ...options,
        seed: how.seed,
      });
      if (code !== 0) return { code };
      const trained: TrainedVerifier = JSON.parse(
        await Deno.readTextFile(`${path}/verifier.json`),
      );
      rows.push(verifierRow(trained, how));
    }
    return madeHere("train_verifier", { verifiers: frameOf(verifierColumns, rows) });
  },
  show: (frames) => ({
    tables: { verifiers: verifiersTable(rowsOf(frames, "verifiers", verifierColumns)) },
  }),
};

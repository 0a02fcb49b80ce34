import { CheckpointError } from "../../lib/core/mod.ts";
import { baseFingerprint, type Decoder, loadDecoder } from "../../lib/models/mod.ts";
import { INDEX, saveSplit } from "../models/split_weights.ts";
import { DamagedFolder } from "./damaged_folder.ts";
import { HARMLESS, silent, type Target } from "./fuzz_target.ts";

/**
 * The index of weights that lie in several files; what is taken must be the very weights.
 *
 * @param folder An empty folder.
 * @returns The target.
 */
export async function shardIndex(folder: string): Promise<Target> {
  await saveSplit(folder);
  const load = async <R>(use: (decoder: Decoder) => Promise<R>) => {
    const decoder = await loadDecoder(folder);
    try {
      return await use(decoder);
    } finally {
      decoder.dispose();
    }
  };
  const expected = await load(baseFingerprint);
  const files = new DamagedFolder(folder);
  return {
    name: "index of weights",
    errors: [CheckpointError],
    attempt(random) {
      files.restore();
      return {
        input: files.damage(random, [INDEX]),
        take: async () =>
          await load(baseFingerprint) === expected ? HARMLESS : silent("other weights"),
      };
    },
  };
}

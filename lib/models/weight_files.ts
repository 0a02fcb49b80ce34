/**
 * The weights of a folder of Hugging Face's layout: in one file, or in several with an index.
 *
 * @module
 */
import { CheckpointError } from "../core/errors.ts";
import { pathExists } from "../core/path_exists.ts";
import { someOf } from "../core/printable.ts";
import { shortJson } from "./known_settings.ts";
import { loadSafetensorsShapes, type RawTensor, type TensorShapes } from "./safetensors.ts";
import type { SavedFolder } from "./saved_folder.ts";

/** Name of the file with all weights. */
export const WEIGHTS_FILE = "model.safetensors";
/** Name of the file that says in which file each weight lies, where they are several. */
const INDEX_FILE = "model.safetensors.index.json";
/** Files beside the index; a name with a folder in it could lead anywhere. */
const SHARD_NAME = /^\w[\w.-]*\.safetensors$/;

/** Weights that can be read. */
export interface WeightFiles {
  /** The file to name where something is wrong with them all: the weights', or their index. */
  readonly path: string;
  /**
   * Reads them.
   *
   * @param checkShapes Throws when names and shapes are not those that are wanted; called before any value is read.
   * @param use Takes a tensor, returns what to keep of it.
   * @returns What is kept of the tensors, by name.
   */
  readonly read: <T>(
    checkShapes: (shapes: TensorShapes) => void,
    use: (tensor: RawTensor) => T,
  ) => Promise<Map<string, T>>;
}

/**
 * Finds the weights of a folder: `model.safetensors`, or where there is none what `model.safetensors.index.json` names.
 *
 * @param saved The folder.
 * @returns How to read them.
 * @throws {CheckpointError} When an index names files outside of its folder, or none.
 */
export async function weightFiles(saved: SavedFolder): Promise<WeightFiles> {
  const [whole, index] = [WEIGHTS_FILE, INDEX_FILE].map((name) => `${saved.path}/${name}`);
  if (await pathExists(whole!) || !await pathExists(index!)) {
    return { path: whole!, read: (check, use) => saved.tensors(WEIGHTS_FILE, check, use) };
  }
  const shards = shardsOf(index!, await saved.json(INDEX_FILE));
  return {
    path: index!,
    read: (check, use) => readShards(saved, { path: index!, shards }, check, use),
  };
}

/** Names of weights by the file in which they lie. */
type Shards = ReadonlyMap<string, ReadonlySet<string>>;

function shardsOf(path: string, json: unknown): Shards {
  const map = (json as { readonly weight_map?: unknown } | null)?.weight_map;
  if (typeof map !== "object" || map === null || Array.isArray(map)) {
    throw indexError(path, `its weight_map must name a file for each weight: ${shortJson(map)}`);
  }
  const shards = new Map<string, Set<string>>();
  for (const [weight, file] of Object.entries(map)) {
    if (typeof file !== "string" || !SHARD_NAME.test(file)) {
      throw indexError(
        path,
        `its files must be .safetensors files beside it: ${shortJson(weight)} is in ${
          shortJson(file)
        }`,
      );
    }
    if (!shards.has(file)) shards.set(file, new Set());
    shards.get(file)!.add(weight);
  }
  if (shards.size === 0) throw indexError(path, "its weight_map is empty");
  return shards;
}

async function readShards<T>(
  saved: SavedFolder,
  { path, shards }: { readonly path: string; readonly shards: Shards },
  checkShapes: (shapes: TensorShapes) => void,
  use: (tensor: RawTensor) => T,
): Promise<Map<string, T>> {
  const shapes = new Map<string, { readonly shape: readonly number[] }>();
  for (const file of shards.keys()) {
    if (await pathExists(`${saved.path}/${file}`)) continue;
    throw indexError(path, `the files that it names must be there: ${file} is missing`);
  }
  for (const [file, weights] of shards) {
    const there = await loadSafetensorsShapes(`${saved.path}/${file}`);
    checkShard(path, file, { weights, there });
    for (const [name, entry] of there) shapes.set(name, entry);
  }
  checkShapes(shapes);
  const tensors = new Map<string, T>();
  for (const [file, weights] of shards) {
    // Compared again, as the file is opened again.
    const check = (there: TensorShapes) => checkShard(path, file, { weights, there });
    const read = await saved.tensors(file, check, use);
    for (const [name, tensor] of read) tensors.set(name, tensor);
  }
  return tensors;
}

/** So no weight lies in two files either: the index has one place for each. */
function checkShard(
  path: string,
  file: string,
  { weights, there }: { readonly weights: ReadonlySet<string>; readonly there: TensorShapes },
): void {
  const missing = [...weights].filter((name) => !there.has(name));
  const unexpected = [...there.keys()].filter((name) => !weights.has(name));
  if (missing.length === 0 && unexpected.length === 0) return;
  const parts = [
    ...missing.length > 0 ? [`missing: ${someOf(missing)}`] : [],
    ...unexpected.length > 0 ? [`unexpected: ${someOf(unexpected)}`] : [],
  ];
  throw indexError(path, `${file} must hold the weights that it places there: ${parts.join("; ")}`);
}

function indexError(path: string, problem: string): CheckpointError {
  return new CheckpointError(`Cannot load ${path} as an index of weights: ${problem}`, {
    thing: path,
    remedy: "copy or download the whole folder again",
  });
}

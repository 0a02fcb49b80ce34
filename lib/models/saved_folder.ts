/**
 * Folders of weights and settings that are replaced as one and checked whenever they are read.
 *
 * The files lie under the names that other tools expect, so they cannot be exchanged in one step. What
 * decides is the manifest: new files are written beside the old ones, the manifest that lists them is
 * put in place in one step, then they take the old ones' names. Whoever opens the folder after a kill in
 * between finishes that last part.
 *
 * @module
 */
import { createFolder, writeFileAtomic } from "../core/atomic_file.ts";
import type { Mapping } from "../core/config_schema.ts";
import { digestOf, type FileDigest } from "../core/digest.ts";
import { CheckpointError, RunError } from "../core/errors.ts";
import { fileError } from "../core/file_error.ts";
import { isLeftover } from "../core/leftovers.ts";
import {
  CheckedFolder,
  MANIFEST_FILE,
  type ManifestFile,
  parseManifest,
  writeManifest,
} from "../core/manifest.ts";
import { parseJson } from "../core/parse_json.ts";
import { named } from "../core/printable.ts";
import { checkFinite } from "./finite_weights.ts";
import {
  type LoadedTensor,
  loadedTensor,
  type RawTensor,
  readSafetensors,
  type TensorShapes,
} from "./safetensors.ts";

/** A file of a folder that is about to be saved. */
export interface NewFile {
  /** Its name in the folder. */
  readonly name: string;
  /** Writes it, flushed, to the path that it is given, and tells what was written. */
  readonly write: (path: string) => Promise<FileDigest>;
}

/**
 * Replaces files of a folder as one, and lists them in its manifest. Other files there stay.
 *
 * @param folder Made when missing.
 * @param files The files.
 * @param identity What they are, for the manifest.
 * @throws {RunError} When the folder holds other weights, which its one manifest would no longer list, or
 * the disk is full or refuses; what was there before stays whole.
 */
export async function saveFolder(
  folder: string,
  files: readonly NewFile[],
  identity: Mapping,
): Promise<void> {
  await createFolder(folder);
  await finishReplacing(folder);
  await refuseOtherWeights(folder, files);
  await removeHalves(folder, files);
  try {
    const listed: ManifestFile[] = [];
    for (const { name, write } of files) {
      listed.push({ name, ...await write(newPath(folder, name)) });
    }
    await writeManifest(folder, { identity, files: listed });
  } catch (error) {
    for (const { name } of files) await Deno.remove(newPath(folder, name)).catch(() => {});
    throw fileError(error, folder, "write");
  }
  for (const { name } of files) await takeName(folder, name);
}

/**
 * How an object is written as a file of a folder: indented JSON.
 *
 * @param name The file's name.
 * @param value Plain JSON.
 * @returns The file to save.
 */
export function jsonFile(name: string, value: unknown): NewFile {
  const text = `${JSON.stringify(value, null, 2)}\n`;
  return {
    name,
    async write(path) {
      await writeFileAtomic(path, text);
      return digestOf(text);
    },
  };
}

/** A folder that is read: what its manifest lists is compared with it, what has none is taken as it is. */
export class SavedFolder {
  /** The folder. */
  readonly path: string;
  /** Whether there is a manifest; folders from elsewhere have none. */
  readonly isListed: boolean;
  /** Whether it was saved by {@link saveFolder}, and not fetched as somebody else saved it. */
  readonly isOurs: boolean;
  readonly #checked: CheckedFolder | undefined;
  readonly #remedy: string | undefined;

  private constructor(path: string, checked?: CheckedFolder, remedy?: string) {
    this.path = path;
    this.isListed = checked !== undefined;
    this.isOurs = checked?.identity.kind !== undefined;
    this.#checked = checked;
    this.#remedy = remedy;
  }

  /**
   * Opens a folder.
   *
   * @param path The folder; may be missing, which is noticed when a file is read.
   * @param remedy How to get such a folder again, where its maker is known.
   * @returns The folder.
   * @throws {CheckpointError} When a file is not what the manifest lists; names it.
   */
  static async open(path: string, remedy?: string): Promise<SavedFolder> {
    await finishReplacing(path);
    const checked = await CheckedFolder.open(path, {
      remedy: remedy ??
        "copy or save the folder again, or remove its manifest.json to use the files as they are, " +
          "though not in a run that was started with others",
      allowsOthers: true,
    });
    return new SavedFolder(path, checked, remedy);
  }

  /**
   * Reads a JSON file.
   *
   * @param name The file.
   * @returns The parsed content.
   * @throws {CheckpointError} When it is missing, changed or no JSON.
   */
  async json(name: string): Promise<unknown> {
    const path = `${this.path}/${name}`;
    const bytes = await this.#read(name);
    try {
      return parseJson(new TextDecoder().decode(bytes));
    } catch (error) {
      throw new CheckpointError(
        `Cannot load ${path} as it must be JSON: ${(error as Error).message}`,
        {
          thing: path,
          remedy: this.#remedy ?? "copy or save the checkpoint again",
          cause: error,
        },
      );
    }
  }

  /**
   * Reads a text file.
   *
   * @param name The file.
   * @returns Its text.
   * @throws {CheckpointError} When it is missing or changed.
   */
  async text(name: string): Promise<string> {
    return new TextDecoder().decode(await this.#read(name));
  }

  /**
   * Reads the tensors of a safetensors file.
   *
   * @param name The file.
   * @param checkShapes Throws when names and shapes are not those that are wanted; called before any
   * value is read.
   * @param use Takes a tensor, returns what to keep of it; by default its values, which must be finite.
   * @returns What is kept of the tensors, by name.
   * @throws {CheckpointError} When it is missing, changed, or no safetensors file, or a number is not finite.
   */
  async tensors<T = LoadedTensor>(
    name: string,
    checkShapes: (shapes: TensorShapes) => void,
    use?: (tensor: RawTensor) => T,
  ): Promise<Map<string, T>> {
    const path = `${this.path}/${name}`;
    const finite = (raw: RawTensor) => {
      const tensor = loadedTensor(raw);
      checkFinite(tensor.values, { path, name: raw.name });
      return tensor;
    };
    const { tensors, digest } = await readSafetensors(path, {
      takesDigest: this.isListed,
      checkShapes,
      use: use ?? finite as (tensor: RawTensor) => T,
    });
    this.#checked?.check(name, digest!);
    return tensors;
  }

  async #read(name: string): Promise<Uint8Array> {
    const path = `${this.path}/${name}`;
    const bytes = await Deno.readFile(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "read");
      throw new CheckpointError(`Cannot load ${path} as it must exist: there is no such file`, {
        thing: path,
        remedy: this.#remedy ?? "check the path for spelling; a checkpoint is a folder",
      });
    });
    this.#checked?.check(name, digestOf(bytes));
    return bytes;
  }
}

/** Where a new file waits for the manifest; names that start with a point are nobody else's. */
const newPath = (folder: string, name: string) => `${folder}/.${name}.new`;

/** Gives new files that the manifest lists their names; others belong to a save that never got so far. */
async function finishReplacing(folder: string): Promise<void> {
  for (const { name, size, sha256 } of await listedFiles(folder)) {
    const path = newPath(folder, name);
    // Read only where a save was killed: otherwise there is no such file.
    const bytes = await Deno.readFile(path).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "read");
    });
    if (bytes === undefined || bytes.length !== size) continue;
    if (digestOf(bytes).sha256 === sha256) await takeName(folder, name);
  }
}

/** No flush: after a power cut the names are either these, or as before, and this is done again. */
async function takeName(folder: string, name: string): Promise<void> {
  const path = newPath(folder, name);
  try {
    await Deno.rename(path, `${folder}/${name}`);
  } catch (error) {
    // Someone else who opened the folder may have been faster.
    if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "write");
  }
}

/** A folder has one manifest: an adapter in its base model's folder would take the base out of it. */
async function refuseOtherWeights(folder: string, files: readonly NewFile[]): Promise<void> {
  const names = new Set(files.map(({ name }) => name));
  const isOther = (name: string) =>
    /^[^.].*\.safetensors(?:\.index\.json)?$/.test(name) && !names.has(name);
  let other: string | undefined;
  try {
    for await (const { name } of Deno.readDir(folder)) if (isOther(name)) other = name;
  } catch {
    return; // what cannot be listed is not lost either: it stays as it is
  }
  if (other === undefined) return;
  throw new RunError(
    `Cannot save ${files[0]!.name} to ${named(folder)} as no other weights may lie there: ` +
      `it has ${named(other)}`,
    { thing: folder, remedy: "Name a new folder" },
  );
}

/** Removes what a save that was killed had begun to write; links are not followed. */
async function removeHalves(folder: string, files: readonly NewFile[]): Promise<void> {
  const written = [MANIFEST_FILE, ...files.map(({ name }) => `.${name}.new`)];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const isHalf = isLeftover(name) && written.includes(name.slice(0, -".01234567.tmp".length));
      if (isFile && isHalf) await Deno.remove(`${folder}/${name}`).catch(() => {});
    }
  } catch {
    // They do no harm: nothing reads them.
  }
}

/** What a manifest lists; one that cannot be read lists nothing, and is reported when it is opened. */
async function listedFiles(folder: string): Promise<readonly ManifestFile[]> {
  const path = `${folder}/${MANIFEST_FILE}`;
  try {
    return parseManifest(await Deno.readTextFile(path), path, { remedy: "" }).files;
  } catch {
    return [];
  }
}

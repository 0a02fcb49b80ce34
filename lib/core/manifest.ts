/**
 * What makes a folder whole: a `manifest.json` with name, size and SHA-256 of every file, and whose
 * files they are.
 *
 * @module
 */
import { writeFileAtomic } from "./atomic_file.ts";
import { isMapping, type Mapping } from "./config_schema.ts";
import { digestOf, type FileDigest } from "./digest.ts";
import { CheckpointError } from "./errors.ts";
import { fileError } from "./file_error.ts";
import { named, quoted } from "./printable.ts";
import { canonicalJson, openSealedJson, sealJson } from "./sealed_json.ts";

/** Name of the file that lists the others. */
export const MANIFEST_FILE = "manifest.json";
const FORMAT = 1;

/** A file that a manifest lists. */
export interface ManifestFile extends FileDigest {
  /** Its path in the folder. */
  readonly name: string;
}

/** What `manifest.json` says about a folder. */
export interface FolderManifest {
  /** What the files belong to: plain JSON. */
  readonly identity: Mapping;
  /** All files but the manifest itself. */
  readonly files: readonly ManifestFile[];
}

/** How a folder is opened. */
export interface CheckOptions {
  /** What to do about a folder that is not as it was written. */
  readonly remedy: string;
  /** Whether files that are not listed may lie beside the others. Default false. */
  readonly allowsOthers?: boolean;
  /** Whether files that are listed may be missing or changed as long as they are not read. Default false. */
  readonly allowsMissing?: boolean;
}

/**
 * Writes the manifest of a folder, in one step; to be done last, when its files are on the disk.
 *
 * @param folder The folder.
 * @param manifest Whose files they are, and the files with the digests of what was written.
 * @returns When it is on the disk.
 * @throws {RunError} If the disk refuses.
 */
export function writeManifest(folder: string, manifest: FolderManifest): Promise<void> {
  const { identity, files } = manifest;
  return writeFileAtomic(
    `${folder}/${MANIFEST_FILE}`,
    sealJson({ format: FORMAT, identity, files }),
  );
}

/**
 * A folder whose manifest was read and whose files are all there in their size. Their content is
 * compared when they are read, with the bytes that are then used.
 */
export class CheckedFolder {
  /** The folder. */
  readonly path: string;
  /** What the files belong to. */
  readonly identity: Mapping;
  readonly #files: ReadonlyMap<string, ManifestFile>;
  readonly #remedy: string;

  private constructor(path: string, manifest: FolderManifest, remedy: string) {
    this.path = path;
    this.identity = manifest.identity;
    this.#files = new Map(manifest.files.map((file) => [file.name, file]));
    this.#remedy = remedy;
  }

  /**
   * Opens a folder.
   *
   * @param path The folder.
   * @param options The remedy, and what may lie there. Files whose name starts with a point are passed over.
   * @returns The folder; undefined when it has no manifest.
   * @throws {CheckpointError} If the manifest was changed, or a file is missing, not listed, or of
   * another size; names it.
   */
  static async open(path: string, options: CheckOptions): Promise<CheckedFolder | undefined> {
    const file = `${path}/${MANIFEST_FILE}`;
    let text: string;
    try {
      text = await Deno.readTextFile(file);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw fileError(error, file, "read");
    }
    const folder = new CheckedFolder(path, parseManifest(text, file, options), options.remedy);
    if (!options.allowsMissing) await folder.#checkSizes();
    if (!options.allowsOthers) await folder.#checkOthers();
    return folder;
  }

  /** Names of the files, in the order in which they were listed. */
  get names(): string[] {
    return [...this.#files.keys()];
  }

  /**
   * Refuses what belongs to something else.
   *
   * @param owner What it must belong to; what the manifest knows beyond that is not compared.
   * @param noun What the owner is, for the message: `run`.
   * @throws {CheckpointError} Naming the first difference.
   */
  checkOwner(owner: Mapping, noun: string): void {
    const text = (value: unknown) =>
      typeof value === "string" && /^[0-9a-f]{17,}$/.test(value)
        ? `"${value.slice(0, 12)}…"`
        : quoted(value ?? null);
    const other = Object.keys(owner).find((key) =>
      canonicalJson(owner[key] ?? null) !== canonicalJson(this.identity[key] ?? null)
    );
    if (other === undefined) return;
    throw new CheckpointError(
      `Cannot use ${named(this.path)} as it must be of this ${noun}: its ${other} is ` +
        `${text(this.identity[other])}, that of the ${noun} ${text(owner[other])}`,
      { thing: this.path, remedy: this.#remedy },
    );
  }

  /**
   * What a file must be, for a reader that takes the digest on the way.
   *
   * @param name The file.
   * @returns Size and hash.
   * @throws {CheckpointError} If the manifest does not list it.
   */
  expected(name: string): FileDigest {
    const file = this.#files.get(name);
    if (file === undefined) throw this.#refuse(name, "it must be listed in its manifest.json");
    return file;
  }

  /**
   * Refuses a file that is not what the manifest says.
   *
   * @param name The file.
   * @param actual The digest of the bytes that are used.
   * @throws {CheckpointError} If they are others than those that were written.
   */
  check(name: string, actual: FileDigest): void {
    const { size, sha256 } = this.expected(name);
    if (actual.size !== size) throw this.#refuse(name, sizeText(size, actual.size));
    if (actual.sha256 !== sha256) {
      throw this.#refuse(
        name,
        `it must be as it was written, with sha256 ${sha256.slice(0, 12)}…: ` +
          `it has ${actual.sha256.slice(0, 12)}…`,
      );
    }
  }

  /**
   * Reads a file.
   *
   * @param name The file.
   * @returns Its bytes, as they were written.
   * @throws {CheckpointError} If they were changed.
   */
  async read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const path = `${this.path}/${name}`;
    const bytes = await Deno.readFile(path).catch((error) => {
      throw fileError(error, path, "read");
    });
    this.check(name, digestOf(bytes));
    return bytes;
  }

  async #checkSizes(): Promise<void> {
    for (const { name, size } of this.#files.values()) {
      const info = await Deno.stat(`${this.path}/${name}`).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) {
          throw fileError(error, `${this.path}/${name}`, "read");
        }
      });
      if (!info?.isFile) throw this.#refuse(name, "it must exist: there is no such file");
      if (info.size !== size) throw this.#refuse(name, sizeText(size, info.size));
    }
  }

  async #checkOthers(): Promise<void> {
    const entries = await Array.fromAsync(Deno.readDir(this.path)).catch((error) => {
      throw fileError(error, this.path, "read");
    });
    for (const { name, isDirectory } of entries) {
      const isListed = this.#files.has(name) || name === MANIFEST_FILE || name.startsWith(".");
      const holdsListed = isDirectory &&
        [...this.#files.keys()].some((key) => key.startsWith(`${name}/`));
      if (!isListed && !holdsListed) {
        throw this.#refuse(name, "it must be listed in its manifest.json: it was put there later");
      }
    }
  }

  #refuse(name: string, problem: string): CheckpointError {
    const path = `${this.path}/${name}`;
    return new CheckpointError(`Cannot use ${named(path)} as ${problem}`, {
      thing: path,
      remedy: this.#remedy,
    });
  }
}

const sizeText = (size: number, actual: number) => `it must have ${size} bytes: it has ${actual}`;

/**
 * Reads what {@linkcode writeManifest} wrote.
 *
 * @param text The text of the file.
 * @param path Where it is from, for the error.
 * @param options What to do about one that is broken.
 * @returns Whose files there are, and which.
 * @throws {CheckpointError} If it was changed, or is no manifest or lists files of other folders.
 */
export function parseManifest(
  text: string,
  path: string,
  { remedy }: Pick<CheckOptions, "remedy">,
): FolderManifest {
  const refuse = (problem: string, cause?: unknown) =>
    new CheckpointError(`Cannot use ${named(path)} as a manifest: ${problem}`, {
      thing: path,
      remedy,
      cause,
    });
  let content: Mapping;
  try {
    content = openSealedJson(text);
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  const { format, identity, files } = content;
  if (format !== FORMAT) throw refuse(`it must be of format ${FORMAT}: ${JSON.stringify(format)}`);
  if (!isMapping(identity) || !Array.isArray(files) || !files.every(isManifestFile)) {
    throw refuse("it must have identity and files with name, size and sha256");
  }
  return { identity, files };
}

function isManifestFile(value: unknown): value is ManifestFile {
  return isMapping(value) && typeof value.name === "string" && typeof value.sha256 === "string" &&
    Number.isSafeInteger(value.size) && !value.name.split(/[\\/]/).includes("..");
}

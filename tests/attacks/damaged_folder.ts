/**
 * A folder of files of which one is damaged at a time.
 *
 * @module
 */
import type { Random } from "../../lib/core/mod.ts";
import { filesOf } from "../experiments/run_experiment.ts";
import { mutateJson, mutateYaml } from "./json_mutations.ts";
import { mutateBytes } from "./mutations.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The files of a folder, kept in memory, and what of them differs on the disk. */
export class DamagedFolder {
  /** The folder. */
  readonly path: string;
  readonly #files: ReadonlyMap<string, Bytes>;
  #touched: string[] = [];

  /**
   * Keeps what a folder holds.
   *
   * @param path The folder.
   */
  constructor(path: string) {
    this.path = path;
    this.#files = new Map(
      filesOf(path).map((name) => [name, Deno.readFileSync(`${path}/${name}`) as Bytes]),
    );
  }

  /** Names of the files as they were. */
  get names(): string[] {
    return [...this.#files.keys()];
  }

  /**
   * What a file held.
   *
   * @param name Its name.
   * @returns Its bytes.
   */
  original(name: string): Bytes {
    return this.#files.get(name)!;
  }

  /** Brings back what was damaged here. */
  restore(): void {
    for (const name of this.#touched) {
      const bytes = this.#files.get(name);
      if (bytes !== undefined) Deno.writeFileSync(`${this.path}/${name}`, bytes);
      else Deno.removeSync(`${this.path}/${name}`);
    }
    this.#touched = [];
  }

  /** Brings back everything, whoever changed it. */
  restoreAll(): void {
    Deno.removeSync(this.path, { recursive: true });
    for (const [name, bytes] of this.#files) writeWithFolder(`${this.path}/${name}`, bytes);
    this.#touched = [];
  }

  /**
   * Replaces a file.
   *
   * @param name Its name.
   * @param bytes What it is to hold; null removes it.
   */
  write(name: string, bytes: Bytes | null): void {
    this.#touched.push(name);
    if (bytes !== null) Deno.writeFileSync(`${this.path}/${name}`, bytes);
    else Deno.removeSync(`${this.path}/${name}`);
  }

  /**
   * Copies the files as they were to another folder.
   *
   * @param path The folder, which must not exist.
   * @returns The copy.
   */
  copyTo(path: string): DamagedFolder {
    for (const [name, bytes] of this.#files) writeWithFolder(`${path}/${name}`, bytes);
    return new DamagedFolder(path);
  }

  /**
   * Damages one file, as suits its kind.
   *
   * @param random Decides which and how.
   * @param names The files to choose from; default all.
   * @returns What was done, for people.
   */
  damage(random: Random, names: readonly string[] = this.names): string {
    const name = random.choice(names);
    const bytes = this.original(name);
    if (random.uniform() < 0.02) {
      this.write(name, null);
      return `${name} removed`;
    }
    const mutated = name.endsWith(".json")
      ? mutateJson(random, bytes)
      : name.endsWith(".yaml")
      ? mutateYaml(random, bytes)
      : mutateBytes(random, bytes);
    this.write(name, mutated);
    return `${name}: ${describeChange(bytes, mutated)}`;
  }
}

function writeWithFolder(path: string, bytes: Bytes): void {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  Deno.writeFileSync(path, bytes);
}

/** The first place where bytes differ, with what stands there. */
function describeChange(before: Bytes, after: Bytes): string {
  let at = 0;
  while (at < before.length && before[at] === after[at]) at++;
  const part = (bytes: Bytes) =>
    JSON.stringify(new TextDecoder().decode(bytes.subarray(Math.max(0, at - 30), at + 60)));
  const sizes = before.length === after.length ? "" : `, ${before.length} -> ${after.length} bytes`;
  return `from byte ${at}${sizes}: ${part(before)} -> ${part(after)}`;
}

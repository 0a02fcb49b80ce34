import { fileError, isMapping, writeFileAtomic } from "../core/mod.ts";

/** What has arrived of a file, and which edition of it that is. */
export class PartFile {
  /** Where it lies. */
  readonly path: string;
  readonly #tagPath: string;

  /**
   * What has arrived of a file; nothing is read or written yet.
   *
   * @param path The file.
   */
  constructor(path: string) {
    this.path = `${path}.part`;
    this.#tagPath = `${path}.part.json`;
  }

  /**
   * How much is there.
   *
   * @returns Bytes.
   */
  async size(): Promise<number> {
    return await Deno.stat(this.path).then(({ size }) => size, () => 0);
  }

  /**
   * Which edition it is.
   *
   * @returns The server's strong entity tag (RFC 9110); undefined where it gave none.
   */
  async tag(): Promise<string | undefined> {
    try {
      const noted: unknown = JSON.parse(await Deno.readTextFile(this.#tagPath));
      return isMapping(noted) && typeof noted.tag === "string" ? noted.tag : undefined;
    } catch {
      return undefined; // nothing is known: whoever asks starts over
    }
  }

  /**
   * Opens it for what comes next.
   *
   * @param begin Byte at which that is written: 0 to start over, or the size.
   * @param tag The edition.
   * @returns The file.
   * @throws {RunError} If the disk refuses.
   */
  async open(begin: number, tag: string | undefined): Promise<Deno.FsFile> {
    try {
      if (begin === 0) await this.remove();
      if (begin === 0 && tag !== undefined) {
        await writeFileAtomic(this.#tagPath, JSON.stringify({ tag }));
      }
      return await Deno.open(this.path, { create: true, append: true });
    } catch (error) {
      throw fileError(error, this.path, "write");
    }
  }

  /** Waits until it is on the disk. */
  async sync(): Promise<void> {
    using file = await Deno.open(this.path, { append: true });
    await file.sync();
  }

  /** Removes it; nothing happens where there is none. */
  async remove(): Promise<void> {
    for (const path of [this.path, this.#tagPath]) {
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, path, "write");
      });
    }
  }
}

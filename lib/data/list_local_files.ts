import { fileError, named, RunError } from "../core/mod.ts";
import type { DataSource, RemoteFile } from "./data_sets.ts";

/**
 * The files of a source that lie in a folder, under the names that they get.
 *
 * @param source The source.
 * @param folder The folder.
 * @returns The files, by name, with paths as addresses.
 * @throws {RunError} If the folder cannot be read or has none of them.
 */
export async function listLocalFiles(source: DataSource, folder: string): Promise<RemoteFile[]> {
  const root = folder.replace(/(?<=.)[\\/]+$/, "");
  if (source.kind === "files") {
    return source.files.map((file) => ({ ...file, url: `${root}/${file.name}` }));
  }
  const names = (await namesBelow(root, "")).filter((name) => source.keep.test(name)).sort();
  if (names.length > 0) return names.map((name) => ({ name, url: `${root}/${name}` }));
  throw new RunError(
    `Cannot get the files of ${named(source.repo)} as the folder must hold some such as ` +
      `${source.keep.source}: ${named(folder)} has none`,
    { thing: folder, remedy: "Name a folder that is laid out as its repository with --mirror" },
  );
}

async function namesBelow(root: string, inner: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${inner}`)) {
      if (isDirectory) names.push(...await namesBelow(root, `${inner}${name}/`));
      else names.push(`${inner}${name}`);
    }
  } catch (error) {
    throw fileError(error, `${root}/${inner}`, "read");
  }
  return names;
}

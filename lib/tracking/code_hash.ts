import { digestOf, fileError } from "../core/mod.ts";

const PROJECT = `${import.meta.dirname}/../../`;

/** What decides the results of every script. */
const SHARED = ["lib", "deno.lock"];
/** What is made of finished runs and decides none: no script may import it. */
const LEFT_OUT = ["lib/report/", "lib/serving/"];

/** Hexadecimal digits of a hash that is shown: enough to tell apart what one person makes. */
const DIGITS = 16;

/**
 * A hash of the code that decides a script's results: every file of `lib` but those of reports and of the server, the TypeScript of
 * the script's folder, and the packages of `deno.lock`. Two runs with the same hash were made by the same code.
 *
 * @param script Name of the script's folder in `experiments`; one that is missing adds nothing.
 * @param project The folder with `lib` and `experiments`, which ends in a slash.
 * @returns The first 16 digits of a SHA-256.
 */
export async function codeHash(script: string, project: string = PROJECT): Promise<string> {
  const own = (await filesBelow(project, `experiments/${script}`))
    .filter((path) => path.endsWith(".ts"));
  const shared = await Promise.all(SHARED.map((path) => filesBelow(project, path)));
  const deciding = shared.flat().filter((path) =>
    !LEFT_OUT.some((folder) => path.startsWith(folder))
  );
  return await hashOf(project, [...deciding, ...own]);
}

/**
 * A hash of files: of their names and of their bytes.
 *
 * @param paths Files and folders; what is missing counts as such.
 * @returns The first 16 digits of a SHA-256.
 */
export async function filesHash(paths: readonly string[]): Promise<string> {
  const files = await Promise.all(paths.map((path) => filesBelow("", path)));
  return await hashOf("", files.flat());
}

async function hashOf(root: string, paths: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    [...new Set(paths)].sort().map(async (path) => {
      const bytes = await Deno.readFile(root + path).catch(() => undefined);
      return `${path} ${bytes === undefined ? "missing" : digestOf(bytes).sha256}\n`;
    }),
  );
  return digestOf(lines.join("")).sha256.slice(0, DIGITS);
}

/** All files below a path, hidden ones left out; the path itself where it is no folder. */
async function filesBelow(root: string, path: string): Promise<string[]> {
  const info = await Deno.stat(root + path).catch(() => undefined);
  if (!info?.isDirectory) return [path];
  const entries = await Array.fromAsync(Deno.readDir(root + path)).catch((error) => {
    throw fileError(error, root + path, "read");
  });
  const files = await Promise.all(
    entries.filter(({ name }) => !name.startsWith("."))
      .map(({ name }) => filesBelow(root, `${path}/${name}`)),
  );
  return files.flat();
}

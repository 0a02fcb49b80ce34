/**
 * Reference data that lies outside the repository.
 *
 * @module
 */

/**
 * Finds a file or folder of the reference data, or says loudly that tests are skipped.
 *
 * @param path Path inside the reference data.
 * @returns The full path, or undefined where the data is absent. The folder is named by
 * MAPORL_SHARED, by default `shared` next to the repository.
 */
export function sharedPath(path: string): string | undefined {
  const root = Deno.env.get("MAPORL_SHARED") ??
    new URL("../../../shared", import.meta.url).pathname;
  const full = `${root}/${path}`;
  try {
    Deno.statSync(full);
    return full;
  } catch {
    console.warn(`SKIPPED: tests that need ${path}; set MAPORL_SHARED to the folder that holds it`);
    return undefined;
  }
}

import { isAbsolutePath } from "../core/mod.ts";

/** This checkout's folder: where `deno task` starts whatever it runs. */
const PROJECT: URL = new URL("../../", import.meta.url);

/**
 * Where the user stands, if that is not where the process runs: `deno task` runs in the project's folder,
 * wherever it is called, and says in `INIT_CWD` where that was.
 *
 * @returns The folder; undefined where paths mean what they say.
 */
export function userFolder(): string | undefined {
  const isGranted = Deno.permissions.querySync({ name: "env", variable: "INIT_CWD" }).state;
  const folder = isGranted === "granted" ? Deno.env.get("INIT_CWD") : undefined;
  if (folder === undefined || !isAbsolutePath(folder)) return undefined;
  const [here, there, project] = [Deno.cwd(), folder, PROJECT].map(realPath);
  // Started otherwise, the variable is left over from something above.
  return here === project && there !== undefined && there !== here ? there : undefined;
}

/**
 * A path as the user means it: a relative one begins where the user stands.
 *
 * @param path The path.
 * @returns The path as this process can use it.
 */
export function userPath(path: string): string {
  const folder = userFolder();
  return folder === undefined || isAbsolutePath(path) ? path : `${folder}/${path}`;
}

function realPath(path: string | URL): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

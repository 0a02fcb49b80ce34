/**
 * Compares this library with PyTorch: `deno task peers`. Starts the comparison with permission to run
 * one program, the Python interpreter, which only the arguments name.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { explain } from "../support/explain.ts";
import { HELP, readOptions } from "./options.ts";

async function start(): Promise<number> {
  const options = readOptions(Deno.args, Deno.env.get("MAPORL_PEER_PYTHON") ?? "python3");
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "-P=experiment", `--allow-run=${options.python}`],
      ...[fileURLToPath(new URL("compare.ts", import.meta.url)), ...Deno.args],
      ...["--python", options.python],
    ],
  }).spawn().status;
  return code;
}

if (import.meta.main) Deno.exit(await explain(start));

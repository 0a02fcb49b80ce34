/**
 * Starts a script with permission to run one program more: the Python interpreter, which only the
 * arguments or the environment name.
 *
 *     deno run … bench/start_with_python.ts SCRIPT [--python PATH] [ARGUMENTS]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

const [script, ...args] = Deno.args;
const python = String(
  parseArgs(args, { string: ["python"] }).python ?? Deno.env.get("MAPORL_PEER_PYTHON") ?? "python3",
);
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["run", "-q", "--v8-flags=--no-wasm-bounds-checks", "--no-prompt", "-P=experiment"],
    ...[`--allow-run=${python}`, script!],
    ...[...args, "--python", python],
  ],
}).spawn().status;
Deno.exit(code);

/**
 * Starts a script with permission to run programs that only the arguments or the environment name: the Python
 * interpreter, and Deno itself where it is to run llama.cpp.
 *
 *     deno run … bench/start_with_python.ts SCRIPT [--python PATH] [--llama FOLDER] [ARGUMENTS]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";

const [script, ...args] = Deno.args;
const named = parseArgs(args, { string: ["python", "llama"] });
const python = String(named.python ?? Deno.env.get("MAPORL_PEER_PYTHON") ?? "python3");
const llama = named.llama ?? Deno.env.get("MAPORL_PEER_LLAMA");
const programs = [python, ...llama === undefined ? [] : [Deno.execPath()]];
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["run", "-q", "--v8-flags=--no-wasm-bounds-checks", "--no-prompt", "-P=experiment"],
    ...[`--allow-run=${programs.join()}`, script!],
    ...[...args, "--python", python],
    ...llama === undefined ? [] : ["--llama", String(llama)],
  ],
}).spawn().status;
Deno.exit(code);

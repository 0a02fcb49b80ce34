/**
 * The llama.cpp side: its prebuilt library from npm, in a folder of the user's.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { pathExists, RunError } from "../../lib/core/mod.ts";
import { Peer, type PeerAnswer } from "./peer.ts";

/**
 * Starts llama.cpp in a process of its own.
 *
 * @param folder Where `npm install node-llama-cpp` was run.
 * @returns The peer and what it says about its libraries.
 * @throws {RunError} If the package is not there.
 */
export async function startLlamaPeer(
  folder: string,
): Promise<{ peer: Peer; libraries: PeerAnswer }> {
  const remedy = `Install it: npm install --prefix ${folder} node-llama-cpp`;
  if (!await pathExists(`${folder}/node_modules/node-llama-cpp`)) {
    throw new RunError(
      `Cannot start llama.cpp as ${folder} must hold node-llama-cpp: it does not`,
      {
        thing: "--llama",
        value: folder,
        remedy,
      },
    );
  }
  return await Peer.start({
    program: Deno.execPath(),
    what: "Deno",
    // The package loads a native library and asks the machine about itself: nothing less than all will do.
    args: [
      ...["run", "-q", "--no-prompt", "-A", "--node-modules-dir=manual"],
      fileURLToPath(new URL("llama_side.ts", import.meta.url)),
    ],
    cwd: folder,
    remedy,
  });
}

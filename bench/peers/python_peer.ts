/**
 * The PyTorch side.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Peer, type PeerAnswer } from "./peer.ts";

/** What the user is told when Python or a package is missing. */
const REMEDY =
  "Install them: pip install torch transformers peft numpy threadpoolctl; and name the " +
  "interpreter that has them with --python or MAPORL_PEER_PYTHON";

/**
 * Starts PyTorch in Python.
 *
 * @param python Path or name of the interpreter.
 * @param options `script` of this folder, and what the first request says beside "hello".
 * @returns The peer and what it says about its libraries.
 * @throws {RunError} If the interpreter or a package is missing.
 */
export async function startPythonPeer(
  python: string,
  options: { readonly script: string; readonly hello?: PeerAnswer } = { script: "peer.py" },
): Promise<{ peer: Peer; libraries: PeerAnswer }> {
  return await Peer.start({
    program: python,
    what: "Python",
    args: [fileURLToPath(new URL(options.script, import.meta.url))],
    hello: options.hello,
    remedy: REMEDY,
  });
}

/**
 * Writes a file where the disk is full and prints the error. A program of its own, as opening a device
 * (/dev/full, which only Linux has) needs every permission.
 *
 * @module
 */
import { RunError, writeFileAtomic } from "../../lib/core/mod.ts";

const fullDisk = {
  async write(temporaryPath: string) {
    await Deno.writeTextFile(temporaryPath, "ha"); // a part gets through
    using device = await Deno.open("/dev/full", { write: true });
    await device.write(new Uint8Array([1])); // a real ENOSPC
  },
  rename: Deno.rename,
  remove: (temporaryPath: string) => Deno.remove(temporaryPath),
};

if (import.meta.main) {
  const error = await writeFileAtomic(Deno.args[0]!, "new", fullDisk).catch((error) => error);
  if (!(error instanceof RunError)) throw error;
  const { message, thing, remedy } = error;
  console.log(JSON.stringify({ message, thing, remedy }));
}

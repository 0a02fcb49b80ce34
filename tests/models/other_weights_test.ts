import { assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../lib/core/errors.ts";
import { loadDecoder, saveAdapter, saveDecoder } from "../../lib/models/mod.ts";
import { tinyAdapter, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";

await startTestDevice();

/** Every file of a folder with its text. */
function contentOf(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(
    names.map((name) => [name, Deno.readTextFileSync(`${folder}/${name}`)]),
  );
}

Deno.test("saveAdapter() and saveDecoder() refuse a folder that holds other weights, and leave it whole", async () => {
  const root = await Deno.makeTempDir();
  const decoder = tinyDecoder();
  const adapter = tinyAdapter(decoder.config);
  const saves = {
    base: () => saveDecoder(`${root}/base`, decoder),
    adapter: () => saveAdapter(`${root}/adapter`, adapter),
  };
  await saves.base();
  await saves.adapter();
  for (const isListed of [true, false]) { // as we and as others leave it
    for (
      const [folder, save] of [
        ["base", () => saveAdapter(`${root}/base`, adapter)],
        ["adapter", () => saveDecoder(`${root}/adapter`, decoder)],
      ] as const
    ) {
      if (!isListed) await Deno.remove(`${root}/${folder}/manifest.json`);
      const before = contentOf(`${root}/${folder}`);
      await assertRejects(save, RunError, "as no other weights may lie there: it has ");
      assertEquals(contentOf(`${root}/${folder}`), before);
    }
  }
  for (const save of Object.values(saves)) await save(); // its own weights are replaced
  (await loadDecoder(`${root}/base`)).dispose();
  for (const part of [adapter, decoder]) part.dispose();
  await Deno.remove(root, { recursive: true });
});

import { assert, assertEquals } from "@std/assert";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { loadVerifier, saveVerifier, Verifier } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { LORA, makeVerifier, scatterVerifier, toyAnswers } from "./verifier_toys.ts";

await startTestDevice();

/** Fails every renaming from the n-th on, and all removals after it: a killed process does neither. */
async function killAtRename(n: number, work: () => Promise<void>): Promise<boolean> {
  const { rename, remove } = Deno;
  let seen = 0;
  Deno.rename = (...args) => ++seen < n ? rename(...args) : Promise.reject(new Error("killed"));
  Deno.remove = (...args) => seen < n ? remove(...args) : Promise.reject(new Error("killed"));
  try {
    await work().catch((error) => assert(seen >= n, `${error}`));
  } finally {
    Object.assign(Deno, { rename, remove });
  }
  return seen >= n;
}

Deno.test("saveVerifier() that is killed at any of its renamings leaves one verifier whole", async () => {
  const decoder = smallWorldDecoder();
  const plain = makeVerifier(decoder, LORA);
  const scattered = makeVerifier(decoder, LORA);
  scatterVerifier(scattered.parts);
  const [old, fresh] = [plain, scattered].map(({ parts }, index) =>
    new Verifier({ ...parts, calibration: { scale: index + 1, bias: index } })
  ) as [Verifier, Verifier];
  const answers = toyAnswers(0, 2);
  const [oldScores, freshScores] = [await old.score(answers), await fresh.score(answers)];
  assert(oldScores[0] !== freshScores[0]);
  const kept: string[] = [];
  for (let n = 1, isKilled = true; isKilled; n++) {
    await withTempFolder(async (folder) => {
      await saveVerifier(folder, old);
      isKilled = await killAtRename(n, () => saveVerifier(folder, fresh));
      const loaded = await loadVerifier(folder, decoder, smallWorldText);
      const isOld = loaded.parts.calibration.scale === 1;
      assertEquals(await loaded.score(answers), isOld ? oldScores : freshScores, `renaming ${n}`);
      kept.push(isOld ? "old" : "new");
      loaded.dispose();
    });
    assert(n < 20);
  }
  assertEquals([kept[0], kept.at(-1)], ["old", "new"]);
  assert(kept.length > 2, "several files are renamed");
  for (const verifier of [old, fresh]) verifier.dispose();
});

import { assertEquals, assertStringIncludes } from "@std/assert";
import { loadDecoder, saveDecoder } from "../../lib/models/mod.ts";
import { GEMMA2, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";

await startTestDevice();

Deno.test("saveDecoder() writes numbers with a point where transformers takes no integers", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder({ ...GEMMA2, headDim: 4, finalLogitSoftcapping: 30 });
    await saveDecoder(folder, decoder);
    const text = await Deno.readTextFile(`${folder}/config.json`);
    assertStringIncludes(text, '"final_logit_softcapping": 30.0,');
    assertStringIncludes(text, '"attn_logit_softcapping": 1.5,');
    assertStringIncludes(text, '"sliding_window": 2,');
    const loaded = await loadDecoder(folder);
    assertEquals(loaded.config, decoder.config);
    decoder.dispose();
    loaded.dispose();
  }));

import { assertEquals, assertRejects } from "@std/assert";
import { CheckpointError } from "../../lib/core/mod.ts";
import { allEndTokens, loadLanguageModel, saveDecoder } from "../../lib/models/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import {
  SMALL_WORLD_TOKENIZER_FILES,
  smallWorldTemplate,
  smallWorldTokenizer,
} from "../../lib/worlds/small_world/mod.ts";
import { smallWorldConfig, smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { startTestDevice } from "../support/device.ts";

const { words: files } = SMALL_WORLD_TOKENIZER_FILES;

await startTestDevice();

const CHAT = [{ role: "user" as const, content: "Tom has 23 pens . How many pens has Tom ?" }];

Deno.test("loadLanguageModel() reads tokenizer and template from the model's folder", () =>
  withTempFolder(async (folder) => {
    const decoder = smallWorldDecoder();
    await saveDecoder(folder, decoder, files);
    decoder.dispose();
    const model = await loadLanguageModel(folder);
    const options = { addGenerationPrompt: true };
    assertEquals(model.name, folder);
    assertEquals(
      encodeChat(model.tokenizer, model.template, CHAT, options),
      encodeChat(smallWorldTokenizer, smallWorldTemplate, CHAT, options),
    );
    assertEquals(
      [model.tokenizer.eosTokenId, model.tokenizer.padTokenId, model.tokenizer.vocabSize],
      [3, 0, 128],
    );
    model.decoder.dispose();
  }));

Deno.test("loadLanguageModel() takes the tokenizer's of several end tokens for the end of a turn", () =>
  withTempFolder(async (folder) => {
    const decoder = smallWorldDecoder();
    await saveDecoder(folder, decoder, files);
    decoder.dispose();
    // As published: nothing lists the files, and generation ends at two tokens.
    await Deno.remove(`${folder}/manifest.json`);
    const config = JSON.parse(await Deno.readTextFile(`${folder}/config.json`));
    await Deno.writeTextFile(
      `${folder}/config.json`,
      JSON.stringify({ ...config, eos_token_id: 1 }),
    );
    await Deno.writeTextFile(
      `${folder}/generation_config.json`,
      JSON.stringify({ eos_token_id: [1, 3] }),
    );
    const model = await loadLanguageModel(folder);
    assertEquals(model.tokenizer.eosTokenId, 3);
    assertEquals(allEndTokens(model.decoder.config), [1, 3]);
    model.decoder.dispose();
  }));

Deno.test("loadLanguageModel() names what a folder lacks", async (t) => {
  const { chat_template: _, ...mute } = files.config as { chat_template: string };
  const cases = {
    "no such file": undefined,
    "needs a chat_template: there is none": { ...files, config: mute },
    "it must be Jinja": { ...files, config: { ...mute, chat_template: "{% for %}" } },
    "leaves out one of the user": {
      ...files,
      config: { ...mute, chat_template: "{% for m in messages %}<|{{ m.role }}|>{% endfor %}" },
    },
    "must end where its answers begin": {
      ...files,
      config: {
        ...mute,
        chat_template: "{% for m in messages %}{{ m.role + m.content }}{% endfor %}",
      },
    },
    "a list longer than": {
      ...files,
      config: { ...mute, chat_template: "{% for i in range(10 ** 9) %}x{% endfor %}" },
    },
    "tokenizer.json must describe one": { ...files, tokenizer: {} },
  };
  for (const [message, saved] of Object.entries(cases)) {
    await t.step(message, () =>
      withTempFolder(async (folder) => {
        const decoder = smallWorldDecoder();
        await saveDecoder(folder, decoder, saved);
        decoder.dispose();
        await assertRejects(() => loadLanguageModel(folder), CheckpointError, message);
      }));
  }
});

Deno.test("loadLanguageModel() refuses a tokenizer with more tokens than the model", () =>
  withTempFolder(async (folder) => {
    const decoder = smallWorldDecoder(7, smallWorldConfig({ vocabSize: 100 }));
    await saveDecoder(folder, decoder, files);
    decoder.dispose();
    await assertRejects(() => loadLanguageModel(folder), CheckpointError, "the largest is 127");
  }));

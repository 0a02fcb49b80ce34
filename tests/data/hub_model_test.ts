import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { dataCommand } from "../../experiments/data.ts";
import { CheckpointError } from "../../lib/core/mod.ts";
import { loadDecoderConfig, loadLanguageModel, saveDecoder } from "../../lib/models/mod.ts";
import { saveByteModel } from "../support/byte_model.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { withFileServer } from "./file_server.ts";

await startTestDevice();

Deno.test("deno task data get OWNER/NAME fetches a model of the hub that loads as its makers meant it", () =>
  withTempFolder(async (folder) => {
    const made = await saveByteModel(`${folder}/made`);
    await Deno.writeTextFile(`${made}/generation_config.json`, `{"eos_token_id": [258, 5]}`);
    // The template of the configuration is an old one.
    const template =
      "{% for message in messages %}<|im_start|>new {{ message['content'] }}<|im_end|>{% endfor %}" +
      "{% if add_generation_prompt %}<|im_start|>{% endif %}";
    await Deno.writeTextFile(`${made}/chat_template.jinja`, template);
    await Deno.remove(`${made}/manifest.json`);
    await Deno.writeTextFile(`${made}/pickled.bin`, "code");
    await withFileServer(async (server) => {
      const files = [...Deno.readDirSync(made)].map(({ name }) => name);
      for (const name of files) {
        server.files[`/owner/tiny/resolve/main/${name}`] = await Deno.readFile(`${made}/${name}`);
      }
      server.files["/api/models/owner/tiny/tree/main?recursive=true"] = JSON.stringify(
        files.map((path) => ({ type: "file", path, oid: "a".repeat(40) })),
      );
      const lines: string[] = [];
      const code = await dataCommand(["get", "owner/tiny", "--mirror", server.origin], {
        root: folder,
        print: (line) => lines.push(line),
      });
      assertEquals(code, 0, lines.join("\n"));
      assertStringIncludes(
        lines.join("\n"),
        "licence: as its page says; see https://huggingface.co/owner/tiny",
      );
    });
    const got = `${folder}/owner/tiny`;
    assertEquals([...Deno.readDirSync(got)].some(({ name }) => name === "pickled.bin"), false);
    const { decoder, template: loaded, tokenizer } = await loadLanguageModel(got);
    assertEquals(decoder.config.eosTokenId, 258);
    assertEquals(decoder.config.otherEosTokenIds, [5]);
    const chat = [{ role: "user" as const, content: "Hi" }];
    const text = "<|im_start|>new Hi<|im_end|><|im_start|>";
    assertEquals(loaded.render(chat, { addGenerationPrompt: true }), text);
    // What is saved of it has one template, and says itself what ends an answer.
    await saveDecoder(`${folder}/saved`, decoder, {
      tokenizer: JSON.parse(await Deno.readTextFile(`${got}/tokenizer.json`)),
      config: {
        ...JSON.parse(await Deno.readTextFile(`${got}/tokenizer_config.json`)),
        chat_template: template,
      },
    });
    decoder.dispose();
    const again = await loadLanguageModel(`${folder}/saved`);
    assertEquals(again.decoder.config.otherEosTokenIds, [5]);
    assertEquals(again.template.render(chat, { addGenerationPrompt: true }), text);
    assertEquals(again.tokenizer.eosTokenId, tokenizer.eosTokenId);
    again.decoder.dispose();
    // Neither is left out where no name is given.
    const said = async (command: string) => {
      const lines: string[] = [];
      const options = { sets: [], root: folder, print: (line: string) => void lines.push(line) };
      return [await dataCommand([command], options), lines.join("\n")] as const;
    };
    const [good, whole] = await said("check");
    assertEquals(good, 0, whole);
    assertStringIncludes(whole, "owner/tiny: good    chat_template.jinja");
    const [, listed] = await said("list");
    assertStringIncludes(listed, `owner/tiny: a model of Hugging Face's hub`);
    assertStringIncludes(listed, `  in ${got}`);
    // A file that is changed afterwards is refused.
    await Deno.writeTextFile(`${got}/chat_template.jinja`, `${template} `);
    const [bad, changed] = await said("check");
    assertEquals(bad, 1);
    assertStringIncludes(changed, "owner/tiny: changed chat_template.jinja");
    assertStringIncludes(changed, "deno task data get owner/tiny fetches what is not good again");
    await assertRejects(() => loadLanguageModel(got), CheckpointError, "chat_template.jinja");
  }));

Deno.test("a name of the hub that has not been fetched is refused with the command that fetches it", async () => {
  const { remedy } = await assertRejects(
    () => loadDecoderConfig("owner/Some-Model-1.5B"),
    CheckpointError,
    "there is none of that name",
  );
  assertStringIncludes(remedy!, "deno task data get owner/Some-Model-1.5B");
});

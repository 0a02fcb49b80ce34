import { assert, assertRejects, assertThrows } from "@std/assert";
import { CheckpointError } from "../../lib/core/mod.ts";
import { loadDecoder, loadLanguageModel, loadSafetensors } from "../../lib/models/mod.ts";
import { hfTokenizer } from "../../lib/text/mod.ts";
import { byteTokenizer, saveByteModel } from "../support/byte_model.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { tinyGguf } from "./gguf/tiny_gguf.ts";

await startTestDevice();

const LONG = "long ".repeat(20_000);
/** Letters that a line of a message may have. */
const MAX_LINE = 600;

function assertShort(message: string): void {
  const longest = Math.max(...message.split("\n").map(({ length }) => length));
  assert(longest <= MAX_LINE, `a line of ${longest} letters: ${message.slice(0, 300)}`);
}

const refused = async (load: () => Promise<unknown>) =>
  assertShort((await assertRejects(load, CheckpointError)).message);

/** A safetensors file with this header and no numbers. */
function safetensorsOf(header: object): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

Deno.test("names, texts and shapes of files are cut in messages, however long they are", () =>
  withTempFolder(async (folder) => {
    const model = await saveByteModel(`${folder}/model`);
    await Deno.remove(`${model}/manifest.json`);
    const settings = `${model}/tokenizer_config.json`;
    const json = JSON.parse(await Deno.readTextFile(settings));
    await Deno.writeTextFile(settings, JSON.stringify({ ...json, eos_token: LONG }));
    await refused(() => loadLanguageModel(model));
    for (const file of ["generation_config.json", "config.json"]) {
      await Deno.writeTextFile(`${model}/${file}`, JSON.stringify(LONG));
      await refused(() => loadDecoder(model));
    }

    const path = `${folder}/a.safetensors`;
    const offsets = { data_offsets: [0, 4] };
    const axes = new Array(5000).fill(2);
    for (
      const header of [
        { [LONG]: 7 },
        { [LONG]: { dtype: "F32", shape: [7], ...offsets } },
        { a: { dtype: LONG, shape: [1], ...offsets } },
        { a: { dtype: "F32", shape: axes, ...offsets } },
        {
          a: { dtype: "F32", shape: [1], ...offsets },
          [LONG]: { dtype: "F32", shape: [1], ...offsets },
        },
      ]
    ) {
      await Deno.writeFile(path, safetensorsOf(header));
      await refused(() => loadSafetensors(path));
    }

    const gguf = `${folder}/a.gguf`;
    const bytes = new Uint8Array(4);
    for (const [name, type] of [[LONG, 0], [LONG, 39]] as const) {
      await Deno.writeFile(
        gguf,
        await tinyGguf({ tensors: { [name]: { shape: [1], type, bytes } } }),
      );
      await refused(() => loadDecoder(gguf));
    }
  }));

Deno.test("a text that a tokenizer does not know is cut in its message", () => {
  const json = byteTokenizer([]) as { model: { vocab: Record<string, number> } };
  const { a: _, ...vocab } = json.model.vocab;
  const options = { vocabSize: 300, padTokenId: 256, eosTokenId: 258 };
  const pre = { pre_tokenizer: null, decoder: null };
  const words = { type: "WordLevel", vocab, unk_token: "<unk>" };
  const tokenizer = hfTokenizer({ ...json, ...pre, model: words }, options);
  assertShort(assertThrows(() => tokenizer.encode("a".repeat(20_000)), RangeError).message);
});

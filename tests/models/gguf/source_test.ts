import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CheckpointError } from "../../../lib/core/mod.ts";
import { loadDecoder, loadDecoderConfig, loadLanguageModel } from "../../../lib/models/mod.ts";
import { withHalves } from "../../../lib/models/neighbour_rotation.ts";
import { encodeChat } from "../../../lib/text/mod.ts";
import { startTestDevice } from "../../support/device.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { take } from "../../support/tensors.ts";
import { FAMILIES, tinyConfig, tinyDecoder, tinyGguf, tinyMetadata } from "./tiny_gguf.ts";

await startTestDevice();

const withFile = (bytes: Uint8Array, test: (path: string) => Promise<void>) =>
  withTempFolder(async (folder) => {
    await Deno.writeFile(`${folder}/tiny.gguf`, bytes);
    await test(`${folder}/tiny.gguf`);
  });

for (const family of Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]) {
  Deno.test(`loadDecoder() reads from GGUF the weights that were written, in Hugging Face's order (${family})`, async () => {
    await withFile(await tinyGguf({ family }), async (path) => {
      assertEquals(await loadDecoderConfig(path), { ...tinyConfig, ...FAMILIES[family] });
      const [decoder, wanted] = [await loadDecoder(path), tinyDecoder(family)];
      assertEquals([...decoder.weights.keys()], [...wanted.weights.keys()]);
      for (const [name, weight] of wanted.weights) {
        assertEquals(
          await take(decoder.weights.get(name)!.clone()),
          await take(weight.clone()),
          name,
        );
      }
      decoder.dispose();
      wanted.dispose();
    });
  });
}

Deno.test("a GGUF file is one by how it begins; other files, and folders around one, are refused by name", async () => {
  await withTempFolder(async (folder) => {
    await Deno.writeFile(`${folder}/model.bin`, await tinyGguf());
    assertEquals(
      (await loadDecoderConfig(`${folder}/model.bin`)).hiddenSize,
      tinyConfig.hiddenSize,
    );
    await Deno.writeTextFile(`${folder}/notes.txt`, "GG");
    const refused = async (path: string, ...parts: string[]) => {
      const { message } = await assertRejects(() => loadDecoderConfig(path), CheckpointError);
      for (const part of parts) assertStringIncludes(message, part);
    };
    await refused(
      `${folder}/notes.txt`,
      "a GGUF file or a .bin file of llama2.c: it is another file",
    );
    await Deno.rename(`${folder}/model.bin`, `${folder}/model.gguf`);
    await refused(folder, "it has model.gguf", `Name the file: ${folder}/model.gguf`);
  });
});

Deno.test("loadDecoderConfig() finds Llama 3's scaling of frequencies again in a GGUF file", async () => {
  // Of heads 8 wide, 1, 1e-2, 1e-4 and 1e-6: in 8192 positions 1304, 13, 0.13 and 0.0013 turns. The first two stay.
  const metadata = { "llama.rope.freq_base": { float: 1e8 } };
  const bytes = new Uint8Array(Float32Array.of(1, 1, 32, 32).buffer);
  const tensors = { "rope_freqs.weight": { shape: [4], type: 0, bytes } };
  await withFile(await tinyGguf({ metadata, tensors }), async (path) => {
    const { ropeScaling } = await loadDecoderConfig(path);
    assertEquals(ropeScaling, {
      ropeType: "llama3",
      factor: 32,
      lowFreqFactor: 1,
      highFreqFactor: 4,
      originalMaxPositionEmbeddings: 8192,
    });
    (await loadDecoder(path)).dispose();
  });
});

Deno.test("loadDecoderConfig() reads the ends of turns and texts in a GGUF file", async () => {
  await withFile(
    await tinyGguf({ metadata: { "tokenizer.ggml.eot_token_id": 1 } }),
    async (path) => {
      const { eosTokenId, otherEosTokenIds } = await loadDecoderConfig(path);
      assertEquals([eosTokenId, otherEosTokenIds], [1, [2]]);
    },
  );
});

Deno.test("withHalves() takes even rows of a head first", () => {
  // Two heads of four rows with one input each.
  const rows = Float32Array.of(0, 1, 2, 3, 10, 11, 12, 13);
  assertEquals([...withHalves(rows, 2, [8, 1])], [0, 2, 1, 3, 10, 12, 11, 13]);
});

Deno.test("loadLanguageModel() reads tokenizer and chat template of a GGUF file", async () => {
  await withFile(await tinyGguf(), async (path) => {
    const { name, decoder, tokenizer, template } = await loadLanguageModel(path);
    assertEquals(name, path);
    const { vocabSize, eosTokenId, padTokenId } = tokenizer;
    assertEquals([vocabSize, eosTokenId, padTokenId], [261, 2, 0]);
    // Special tokens by themselves, pairs merged, digits apart, the rest by bytes.
    const tokens = tinyMetadata["tokenizer.ggml.tokens"] as string[];
    const textOf = (ids: Int32Array) => [...ids].map((id) => tokens[id]);
    assertEquals(textOf(tokenizer.encode("<|im_start|>hello 12")), [
      ...["<|im_start|>", "hel", "l", "o", "Ġ", "1", "2"],
    ]);
    assertEquals(tokenizer.decode(tokenizer.encode("hé 😀")), "hé 😀");
    const chat = [{ role: "user" as const, content: "hel<|im_end|>" }];
    const ids = encodeChat(tokenizer, template, chat, { addGenerationPrompt: true });
    assertEquals(tokenizer.decode(ids), "user\nhel\nassistant\n");
    decoder.dispose();
  });
});

Deno.test("GGUF files are refused by what is wrong with them", async (t) => {
  const tensor = { shape: [16], type: 0, bytes: new Uint8Array(64) };
  const cases: Readonly<Record<string, Uint8Array>> = {
    'general.architecture is "bert"': await tinyGguf({
      metadata: { "general.architecture": "bert" },
    }),
    "tensor blk.0.attn_q.bias must have shape [16]: there is none": await tinyGguf({
      family: "qwen2",
      tensors: { "blk.0.attn_q.bias": undefined },
    }),
    "setting llama.expert_count must be 0: 8": await tinyGguf({
      metadata: { "llama.expert_count": 8 },
    }),
    "setting llama.attention.sliding_window is not known: 64": await tinyGguf({
      metadata: { "llama.attention.sliding_window": 64 },
    }),
    'setting llama.rope.scaling.type must be "none": "yarn"': await tinyGguf({
      metadata: { "llama.rope.scaling.type": "yarn" },
    }),
    "must be the width of a head, 8: 4": await tinyGguf({
      metadata: { "llama.rope.dimension_count": 4 },
    }),
    'setting llama.block_count must be a number: "two"': await tinyGguf({
      metadata: { "llama.block_count": "two" },
    }),
    "it lacks llama.block_count": await tinyGguf({ metadata: { "llama.block_count": undefined } }),
    "it lacks tokenizer.ggml.eos_token_id": await tinyGguf({
      metadata: { "tokenizer.ggml.eos_token_id": undefined },
    }),
    "eosTokenId must be a token id from 0 to 260: got 900": await tinyGguf({
      metadata: { "tokenizer.ggml.eos_token_id": 900 },
    }),
    'tokenizer.ggml.model is "llama"': await tinyGguf({
      metadata: { "tokenizer.ggml.model": "llama" },
    }),
    'tokenizer.ggml.pre is "bert"': await tinyGguf({
      metadata: { "tokenizer.ggml.pre": "bert" },
    }),
    "token_type must have a kind for each token": await tinyGguf({
      metadata: { "tokenizer.ggml.token_type": [1, 1] },
    }),
    "merges must be a list of texts": await tinyGguf({
      metadata: { "tokenizer.ggml.merges": [1] },
    }),
    "needs a chat_template: there is none": await tinyGguf({
      metadata: { "tokenizer.chat_template": undefined },
    }),
    "scaled by rope_freqs.weight in another way than Llama 3's": await tinyGguf({
      tensors: { "rope_freqs.weight": { ...tensor, shape: [4], bytes: new Uint8Array(16) } },
    }),
    "must be those of llama: blk.0.attn_q.bias is none": await tinyGguf({
      tensors: { "blk.0.attn_q.bias": tensor },
    }),
    "tensor output_norm.weight must have shape [16]: there is none": await tinyGguf({
      tensors: { "output_norm.weight": undefined },
    }),
    "tensor output_norm.weight must have shape [16]: [8]": await tinyGguf({
      tensors: { "output_norm.weight": { ...tensor, shape: [8] } },
    }),
    "tensor output_norm.weight has type Q3_K": await tinyGguf({
      tensors: { "output_norm.weight": { ...tensor, type: 11 } },
    }),
    "tensor output_norm.weight of shape [16] cannot be stored as Q8_0": await tinyGguf({
      tensors: { "output_norm.weight": { ...tensor, type: 8 } },
    }),
    "it is truncated": (await tinyGguf()).slice(0, -64),
    "it ends inside its header": (await tinyGguf()).slice(0, 300),
    "not starting with GGUF magic number": new TextEncoder().encode("PK\x03\x04 something else"),
  };
  for (const [message, bytes] of Object.entries(cases)) {
    await t.step(message, () =>
      withFile(bytes, async (path) => {
        await assertRejects(() => loadLanguageModel(path), CheckpointError, message);
      }));
  }
});

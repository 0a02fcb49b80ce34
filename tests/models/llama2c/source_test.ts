import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CheckpointError } from "../../../lib/core/mod.ts";
import {
  createDecoderConfig,
  type DecoderConfig,
  loadDecoder,
  loadDecoderConfig,
  loadLanguageModel,
} from "../../../lib/models/mod.ts";
import { withHalves } from "../../../lib/models/neighbour_rotation.ts";
import { startTestDevice } from "../../support/device.ts";
import { withTempFolder } from "../../support/temp_folder.ts";
import { assertClose, take } from "../../support/tensors.ts";
import {
  countedValues,
  oldFile,
  quantizedFile,
  tokenizerFile,
  type Values,
} from "./write_llama2c.ts";

await startTestDevice();

const GROUP = 4;
const configOf = (changes: Partial<DecoderConfig> = {}) =>
  createDecoderConfig({
    ...{ hiddenSize: 16, intermediateSize: 12, numHiddenLayers: 2, vocabSize: 9 },
    ...{ numAttentionHeads: 4, numKeyValueHeads: 2, maxPositionEmbeddings: 8 },
    ...{ rmsNormEps: 1e-5, bosTokenId: 1, eosTokenId: 2, otherEosTokenIds: [1] },
    ...changes,
  });

async function assertWeights(path: string, values: Values, tolerance: number): Promise<void> {
  const decoder = await loadDecoder(path);
  const { numAttentionHeads, numKeyValueHeads } = decoder.config;
  for (const [name, weight] of decoder.weights) {
    const heads = name.includes("q_proj")
      ? numAttentionHeads
      : name.includes("k_proj")
      ? numKeyValueHeads
      : undefined;
    const expected = heads ? withHalves(values(name), heads, weight.shape) : values(name);
    assertClose(await take(weight.clone()), expected, name.includes("norm") ? 0 : tolerance);
  }
  decoder.dispose();
}

for (const tieWordEmbeddings of [true, false]) {
  Deno.test(
    `loadDecoder() reads both versions of llama2.c's files (${
      tieWordEmbeddings ? "tied" : "a head of its own"
    })`,
    async () => {
      await withTempFolder(async (folder) => {
        const config = configOf({ tieWordEmbeddings });
        const values = countedValues(config);
        const path = `${folder}/model.bin`;
        await Deno.writeFile(path, oldFile(config, values));
        assertEquals(await loadDecoderConfig(path), config);
        await assertWeights(path, values, 0);
        await Deno.writeFile(path, quantizedFile(config, values, GROUP));
        await assertWeights(path, values, 0.5 / 127 + 1e-6); // half a step of the largest value
        // The newer version says itself what it is.
        await Deno.rename(path, `${folder}/model.q8`);
        assertEquals(await loadDecoderConfig(`${folder}/model.q8`), config);
      });
    },
  );
}

Deno.test("files of llama2.c are refused by what is wrong with them", async () => {
  const config = configOf();
  const [old, quantized] = [
    oldFile(config, countedValues(config)),
    quantizedFile(config, countedValues(config), GROUP),
  ];
  const changed = (bytes: Uint8Array, at: number, ...values: number[]) => {
    const copy = bytes.slice();
    copy.set(values, at);
    return copy;
  };
  const cases: readonly (readonly [Uint8Array, ...string[]])[] = [
    [old.slice(0, 20), "has 20 bytes, less than any model"],
    [old.slice(0, -1), "it is truncated, or no such file: a model of 2 layers of width 16 with 9 "],
    [quantized.slice(0, -1), "it is truncated", `${quantized.length - 1} are there`],
    [
      new Uint8Array([...old, 0]),
      `it is too long`,
      `has ${old.length} bytes, and ${old.length + 1}`,
    ],
    [changed(old, 0, 0), "hiddenSize must be a positive integer: got 0"],
    [changed(old, 11, 127), "numHiddenLayers must be at most 10000: got 2130706434"],
    [changed(old, 16, 3), "numAttentionHeads must be a multiple of numKeyValueHeads"],
    [changed(quantized, 4, 1), "its version is 1, supported are 0 and 2"],
    [changed(quantized, 37, 0), "its group size must be at least 1: 0"],
    [changed(quantized, 37, 7), "model.embed_tokens.weight has 144 numbers, no groups of 7"],
    [changed(old, 0, ..."PK\x03\x04".split("").map((one) => one.charCodeAt(0))), "an archive"],
    [new TextEncoder().encode("notes ".repeat(99)), "must be"],
  ];
  await withTempFolder(async (folder) => {
    const path = `${folder}/model.bin`;
    for (const [bytes, ...parts] of cases) {
      await Deno.writeFile(path, bytes);
      const { message } = await assertRejects(() => loadDecoder(path), CheckpointError);
      for (const part of [path, ...parts]) assertStringIncludes(message, part);
    }
  });
});

/** By score first "ab", then "b ", where both are possible. */
const PIECES = [
  ...[["<unk>", 0], ["\n<s>\n", 0], ["\n</s>\n", 0], ["<0x21>", 0], [" ", -9], ["a", -9]] as const,
  ...[["b", -9], ["b ", -2], ["ab", -1]] as const,
] as const;
const TEMPLATE = "{% for message in messages %}{{ message.content }}{% endfor %}";

Deno.test("loadLanguageModel() reads the tokenizer beside a file of llama2.c", async () => {
  await withTempFolder(async (folder) => {
    const config = configOf();
    const path = `${folder}/model.bin`;
    await Deno.writeFile(path, oldFile(config, countedValues(config)));
    const settings = { chat_template: TEMPLATE, eos_token: "</s>", bos_token: "<s>" };
    await Deno.writeTextFile(`${folder}/tokenizer_config.json`, JSON.stringify(settings));
    const refused = async (...parts: string[]) => {
      const { message } = await assertRejects(() => loadLanguageModel(path), CheckpointError);
      for (const part of parts) assertStringIncludes(message, part);
    };
    await refused(
      "its tokenizer must lie beside it, as tokenizer.json or tokenizer.bin or tok9.bin",
    );
    const tokens = tokenizerFile(PIECES);
    for (const name of ["tok9.bin", "tokenizer.bin"]) {
      await Deno.writeFile(`${folder}/${name}`, tokens);
      const { decoder, tokenizer } = await loadLanguageModel(path);
      // A space before the text; "ab" before "b "; what has no token by its bytes.
      assertEquals([...tokenizer.encode("ab b")], [4, 8, 4, 6]);
      assertEquals([...tokenizer.encode("b b!")], [4, 7, 6, 3]);
      for (const text of ["ab b", "b b!", "a  a"]) {
        assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
      }
      assertEquals([...tokenizer.encode("</s>")], [2]);
      decoder.dispose();
    }
    for (
      const [bytes, problem] of [
        [tokens.slice(0, -1), "it ends after 8 of the model's 9 tokens"],
        [new Uint8Array([...tokens, 0]), "it has more than the model's 9 tokens"],
        [tokenizerFile([...PIECES.slice(0, 8), ["a", 0]]), 'two of its tokens are "a"'],
      ] as const
    ) {
      await Deno.writeFile(`${folder}/tokenizer.bin`, bytes);
      await refused(`${folder}/tokenizer.bin`, problem);
    }
  });
});

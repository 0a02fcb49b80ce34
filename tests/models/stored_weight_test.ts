import * as tf from "@tensorflow/tfjs";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { CheckpointError, DeviceError, Random } from "../../lib/core/mod.ts";
import { CpuBackend } from "../../lib/device/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import {
  BASE_DTYPES,
  type BaseDtype,
  baseFingerprint,
  createDecoderConfig,
  Decoder,
  loadDecoder,
  LoraAdapter,
  matrixBytes,
  modelFileBytes,
  openModel,
  saveDecoder,
} from "../../lib/models/mod.ts";
import { checkPackedFinite } from "../../lib/models/finite_weights.ts";
import { tokenLogProbs } from "../../lib/ops/mod.ts";
import { valueAndGrads } from "../../lib/optim/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { assertClose, assertNoLeak, take } from "../support/tensors.ts";
import reference from "./gguf/blocks.json" with { type: "json" };
import { tinyGguf } from "./gguf/tiny_gguf.ts";

await startTestDevice();
const onProcessor = tf.backend() instanceof CpuBackend;

const config = createDecoderConfig({
  vocabSize: 96,
  hiddenSize: 64,
  intermediateSize: 160,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  maxPositionEmbeddings: 64,
  tieWordEmbeddings: false,
  initializerRange: 0.2,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
});

const IDS = Int32Array.from({ length: 24 }, (_, i) => 3 + (i * 37) % 90);

const withModel = (test: (path: string) => Promise<void>) =>
  withTempFolder(async (folder) => {
    const decoder = Decoder.initialize(config, Random.fromSeed(1));
    await saveDecoder(folder, decoder);
    decoder.dispose();
    await test(folder);
  });

/** The same numbers in float32. */
async function plainly(decoder: Decoder): Promise<Decoder> {
  const weights = new Map<string, { values: Float32Array; shape: number[] }>();
  for (const [name, weight] of decoder.weights) {
    weights.set(name, { values: Float32Array.from(await weight.data()), shape: weight.shape });
  }
  return Decoder.fromValues(decoder.config, weights);
}

const lossOf = (decoder: Decoder, adapter: LoraAdapter) => () =>
  tf.tidy(() => {
    const hidden = decoder.forward(IDS, { numRows: 2, starts: Int32Array.of(0, 2), adapter });
    const ids = tf.tensor1d(IDS, "int32");
    return tokenLogProbs(hidden, decoder.head(), ids).logProbs.mean().neg() as tf.Scalar;
  });

const PACKED = BASE_DTYPES.filter((dtype) => dtype !== "float32" && dtype !== "auto");

for (const baseDtype of PACKED) {
  Deno.test({
    name:
      `a base model in ${baseDtype} computes and is differentiated as its numbers in float32 are`,
    ignore: !onProcessor,
    async fn() {
      await withModel(async (path) => {
        const decoder = await loadDecoder(path, { baseDtype });
        const plain = await plainly(decoder);
        assert(decoder.isFrozen && !plain.isFrozen);
        assertEquals(await baseFingerprint(decoder), await baseFingerprint(plain));
        const random = Random.fromSeed(2);
        const adapter = LoraAdapter.initialize(config, { name: "policy", r: 4, alpha: 8, random });
        for (const variable of adapter.weights.values()) {
          variable.assign(tf.tidy(() => variable.add(0.1))); // B begins as zeros
        }
        const [actual, expected] = [decoder, plain].map((one) =>
          valueAndGrads(lossOf(one, adapter), adapter.weights)
        );
        assertClose(await take(actual!.value), await take(expected!.value));
        for (const [name, grad] of actual!.grads) {
          assertClose(await take(grad), await take(expected!.grads.get(name)!));
        }
        const sampled = [];
        for (const one of [decoder, plain]) {
          sampled.push(
            await generate(one, [IDS.subarray(0, 9), IDS.subarray(9, 14)], {
              ...{ maxNewTokens: 12, temperature: 0, topK: 0, topP: 1, adapter },
              randoms: [random.split("a"), random.split("b")],
            }),
          );
        }
        const [kept, wanted] = sampled.map((all) => all.map(({ tokens }) => [...tokens]));
        assertEquals(kept, wanted);
        for (const one of [adapter, decoder, plain]) one.dispose();
      });
    },
  });
}

Deno.test({
  name: "a base model in few bits leaves nothing behind, and takes the memory that the plan counts",
  ignore: !onProcessor,
  async fn() {
    await withModel(async (path) => {
      const { heap } = tf.backend() as CpuBackend;
      for (const baseDtype of PACKED) {
        const blocks = heap.stats.numBlocks;
        await assertNoLeak(async () => {
          const decoder = await loadDecoder(path, { baseDtype });
          (await decoder.forward(IDS, { numRows: 2, starts: Int32Array.of(0, 2) })).dispose();
          const backend = tf.backend() as CpuBackend;
          let bytes = 0;
          for (const weight of decoder.weights.values()) {
            bytes += backend.packed(weight)?.bytes.length ?? 4 * weight.size;
          }
          assertEquals(bytes, matrixBytes(config, baseDtype as Exclude<BaseDtype, "auto">));
          decoder.dispose();
        });
        assertEquals(heap.stats.numBlocks, blocks);
      }
      assert(await modelFileBytes(path) > matrixBytes(config, "float32"));
    });
  },
});

Deno.test({
  name: "auto keeps a GGUF file's blocks, and the model is the same to the last bit",
  ignore: !onProcessor,
  async fn() {
    await withTempFolder(async (folder) => {
      const path = `${folder}/tiny.gguf`;
      await Deno.writeFile(path, await tinyGguf());
      const [plain, kept] = [
        await loadDecoder(path),
        await loadDecoder(path, { baseDtype: "auto" }),
      ];
      assertEquals(await baseFingerprint(kept), await baseFingerprint(plain));
      for (const one of [plain, kept]) one.dispose();
    });
  },
});

Deno.test({
  name: "on a GPU a base model in few bits is refused with what to take instead",
  ignore: onProcessor,
  async fn() {
    await withModel(async (path) => {
      const { message } = await assertRejects(
        () => loadDecoder(path, { baseDtype: "bfloat16" }),
        DeviceError,
      );
      assertStringIncludes(message, "Cannot keep a base model in bfloat16");
      assertStringIncludes(message, "--device cpu");
    });
  },
});

Deno.test("a model whose file was cut since it was opened leaves no tensor behind", async () => {
  await withTempFolder(async (folder) => {
    const path = `${folder}/tiny.gguf`;
    await Deno.writeFile(path, await tinyGguf());
    const source = await openModel(path);
    await Deno.truncate(path, (await Deno.stat(path)).size - 8);
    const { numTensors } = tf.memory();
    const { message } = await assertRejects(() => source.decoder(), CheckpointError);
    assertStringIncludes(message, "it ends inside tensor");
    assertEquals(tf.memory().numTensors, numTensors);
  });
});

Deno.test("packed weights that are not finite are refused where their numbers or scales are none", () => {
  const place = { path: "model.gguf", name: "blk.0.ffn_up.weight" };
  const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g)!, (byte) => parseInt(byte, 16));
  const scales = { Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], Q8_0: [0], Q6_K: [208] };
  const both = { ...scales, Q4_K: [0, 2], Q5_K: [0, 2] };
  for (const [format, places] of Object.entries(both) as [keyof typeof both, number[]][]) {
    const block = bytesOf(reference.blocks[format][0]!.bytes);
    const numbers = reference.blocks[format][0]!.values.length;
    for (const at of places) {
      const bytes = Uint8Array.from([...block, ...block]);
      checkPackedFinite({ format, bytes }, place);
      bytes.set([0x01, 0xfc], block.length + at); // a NaN, of the second block
      assertThrows(
        () => checkPackedFinite({ format, bytes }, place),
        CheckpointError,
        `tensor blk.0.ffn_up.weight has a scale that is none at place ${numbers} of ${2 * numbers}`,
      );
    }
  }
  const halves = (...bits: number[]) => new Uint8Array(Uint16Array.from(bits).buffer);
  checkPackedFinite({ format: "float16", bytes: halves(0x7bff, 0xfbff, 0) }, place);
  checkPackedFinite({ format: "bfloat16", bytes: halves(0x7f7f, 0xff7f, 0x7c00) }, place);
  for (const [format, bits] of [["float16", 0xfc00], ["bfloat16", 0x7fc0]] as const) {
    assertThrows(
      () => checkPackedFinite({ format, bytes: halves(0, bits) }, place),
      CheckpointError,
      "a number that is none at place 1 of 2",
    );
  }
});

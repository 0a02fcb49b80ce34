import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/errors.ts";
import { digestOf } from "../../lib/core/digest.ts";
import { sealJson } from "../../lib/core/sealed_json.ts";
import {
  loadAdapter,
  loadDecoder,
  saveAdapter,
  saveDecoder,
  saveSafetensors,
} from "../../lib/models/mod.ts";
import { tinyAdapter, tinyConfig, tinyDecoder } from "../support/decoders.ts";
import { startTestDevice } from "../support/device.ts";
import { relist } from "../support/relist.ts";
import { assertClose, take } from "../support/tensors.ts";
import { whileUnlistable } from "../support/unlistable.ts";
import { withTempFolder } from "../support/temp_folder.ts";

await startTestDevice();

const IDS = Int32Array.of(3, 4, 5);
const ONE_ROW = { numRows: 1, starts: Int32Array.of(0) };

Deno.test("loadDecoder() gives back what saveDecoder() wrote, bit for bit", () =>
  withTempFolder(async (root) => {
    for (const tieWordEmbeddings of [false, true]) {
      const folder = `${root}/new/${tieWordEmbeddings}`; // made when missing
      const decoder = tinyDecoder({ tieWordEmbeddings });
      await saveDecoder(folder, decoder);
      const loaded = await loadDecoder(folder);
      assertEquals(loaded.config, decoder.config);
      assertEquals([...loaded.weights.keys()], [...decoder.weights.keys()]);
      assertClose(
        await take(loaded.forward(IDS, ONE_ROW)),
        await take(decoder.forward(IDS, ONE_ROW)),
        0,
      );
      decoder.dispose();
      loaded.dispose();
    }
  }));

Deno.test("loadDecoder() ignores a second copy of a tied table and stored rotary tables", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder({ tieWordEmbeddings: true });
    await saveDecoder(folder, decoder);
    const extra = tf.zeros([2]);
    await saveSafetensors(
      `${folder}/model.safetensors`,
      new Map<string, tf.Tensor>([
        ...decoder.weights,
        ["lm_head.weight", decoder.head()],
        ["model.layers.0.self_attn.rotary_emb.inv_freq", extra],
      ]),
    );
    await relist(folder);
    const loaded = await loadDecoder(folder);
    assertEquals(loaded.weights.size, decoder.weights.size);
    const other = tf.tidy(() => decoder.head().add(1e-3));
    await saveSafetensors(
      `${folder}/model.safetensors`,
      new Map<string, tf.Tensor>([...decoder.weights, ["lm_head.weight", other]]),
    );
    await relist(folder);
    await assertRejects(
      () => loadDecoder(folder),
      CheckpointError,
      "its lm_head.weight is another one",
    );
    tf.dispose([extra, other]);
    decoder.dispose();
    loaded.dispose();
  }));

Deno.test("loadDecoder() names missing, unexpected and misshaped tensors", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    await saveDecoder(folder, decoder);
    const tensors = new Map<string, tf.Tensor>(decoder.weights);
    const foreign = tf.zeros([3]);
    tensors.delete("lm_head.weight");
    tensors.set("model.norm.weight", foreign);
    tensors.set("transformer.wte.weight", foreign);
    await saveSafetensors(`${folder}/model.safetensors`, tensors);
    await relist(folder);
    await assertRejects(
      () => loadDecoder(folder),
      CheckpointError,
      "missing: lm_head.weight; unexpected: transformer.wte.weight; " +
        "misshaped: model.norm.weight: wanted [8], got [3]",
    );
    foreign.dispose();
    decoder.dispose();
  }));

Deno.test("loadDecoder() names files that are missing, damaged or of another model", () =>
  withTempFolder(async (folder) => {
    const config = `${folder}/config.json`;
    await assertRejects(() => loadDecoder(folder), CheckpointError, `Cannot load ${config}`);
    const decoder = tinyDecoder();
    await saveDecoder(folder, decoder);
    await Deno.remove(`${folder}/manifest.json`); // as in a folder from elsewhere
    const text = await Deno.readTextFile(config);
    await Deno.writeTextFile(config, text.slice(0, 40));
    await assertRejects(() => loadDecoder(folder), CheckpointError, "it must be JSON");
    await Deno.writeTextFile(config, text.replace('"llama"', '"mamba"'));
    await assertRejects(() => loadDecoder(folder), CheckpointError, 'got "mamba"');
    await Deno.writeTextFile(config, text);
    const weights = `${folder}/model.safetensors`;
    const bytes = await Deno.readFile(weights);
    await Deno.writeFile(weights, bytes.subarray(0, bytes.length - 1));
    await assertRejects(() => loadDecoder(folder), CheckpointError, "it is truncated");
    await Deno.remove(weights);
    await assertRejects(() => loadDecoder(folder), CheckpointError, "there is no such file");
    decoder.dispose();
  }));

Deno.test("loadAdapter() gives back what saveAdapter() wrote, bit for bit", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    const adapter = tinyAdapter(decoder.config);
    await saveAdapter(folder, adapter);
    const loaded = await loadAdapter(folder, decoder.config, { name: "again" });
    assertEquals([loaded.name, loaded.r, loaded.alpha], ["again", 2, 3]);
    assertClose(
      await take(decoder.forward(IDS, { ...ONE_ROW, adapter: loaded })),
      await take(decoder.forward(IDS, { ...ONE_ROW, adapter })),
      0,
    );
    await assertRejects(
      () => loadAdapter(folder, tinyConfig({ hiddenSize: 16 }), { name: "wide" }),
      CheckpointError,
      "misshaped: base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight: wanted [2, 16]",
    );
    for (const part of [loaded, adapter, decoder]) part.dispose();
  }));

Deno.test("loadAdapter() names settings that it does not support", () =>
  withTempFolder(async (folder) => {
    const adapter = tinyAdapter(tinyConfig());
    await saveAdapter(folder, adapter);
    await Deno.remove(`${folder}/manifest.json`); // as PEFT leaves it
    const path = `${folder}/adapter_config.json`;
    const saved = JSON.parse(await Deno.readTextFile(path));
    const cases: [object, string][] = [
      [{ peft_type: "IA3" }, 'peft_type must be LORA, got "IA3"'],
      [{ use_rslora: true }, "use_rslora is not supported"],
      [{ rank_pattern: { q_proj: 4 } }, 'rank_pattern is not supported, got {"q_proj":4}'],
      [{ r: "2" }, "r and lora_alpha must be numbers"],
      [{ r: 0 }, "r must be a positive integer: got 0"],
      [{ r: 1e6 }, "r must be at most 8, the rank of what it adapts: got 1000000"],
      [{ init_lora_weights: "pissa" }, 'init_lora_weights must be true or "gaussian", got "pissa"'],
      [{ layer_replication: [[0, 1]] }, "layer_replication is not supported, got [[0,1]]"],
      [{ target_modules: "all-linear" }, "target_modules must list names"],
      [{ target_modules: ["c_attn"] }, "got c_attn"],
      [{ target_modules: Array(1e5).fill("c") }, "got c, c, c, c, c and 99995 more"],
    ];
    for (const [change, problem] of cases) {
      await Deno.writeTextFile(path, JSON.stringify({ ...saved, ...change }));
      await assertRejects(
        () => loadAdapter(folder, tinyConfig(), { name: "x" }),
        CheckpointError,
        problem,
      );
    }
    assert(saved.target_modules.length === 7);
    adapter.dispose();
  }));

Deno.test("loadDecoder() and loadAdapter() name a file whose bytes are not those that were saved", () =>
  withTempFolder(async (root) => {
    const decoder = tinyDecoder();
    const adapter = tinyAdapter(decoder.config);
    const loads = {
      base: () => loadDecoder(`${root}/base`),
      adapter: () => loadAdapter(`${root}/adapter`, decoder.config, { name: "again" }),
    };
    await saveDecoder(`${root}/base`, decoder);
    await saveAdapter(`${root}/adapter`, adapter);
    for (const [part, load] of Object.entries(loads)) {
      for (const { name } of [...Deno.readDirSync(`${root}/${part}`)]) {
        const path = `${root}/${part}/${name}`;
        const bytes = await Deno.readFile(path);
        for (const at of [2, Math.floor(bytes.length / 2), bytes.length - 4]) {
          const changed = bytes.slice();
          changed[at]! ^= 1;
          await Deno.writeFile(path, changed);
          const error = await assertRejects(load, CheckpointError, path);
          assert(error.remedy !== undefined);
        }
        await Deno.writeFile(path, bytes);
      }
      (await load()).dispose();
    }
    for (const part of [adapter, decoder]) part.dispose();
  }));

Deno.test("loadDecoder() refuses a whole manifest that lists no files, or those of other folders", () =>
  withTempFolder(async (root) => {
    const folder = `${root}/base`;
    await Deno.mkdir(folder);
    const [elsewhere, waiting] = [`${root}/notes`, `${root}/notes.new`];
    await Deno.writeTextFile(elsewhere, "old");
    await Deno.writeTextFile(waiting, "new");
    const outside = { name: "/../../notes", ...digestOf("new") };
    for (const files of [undefined, 5, [null], [outside]]) {
      await Deno.writeTextFile(
        `${folder}/manifest.json`,
        sealJson({ format: 1, identity: {}, files }),
      );
      await assertRejects(() => loadDecoder(folder), CheckpointError, "it must have identity and");
    }
    assertEquals(await Deno.readTextFile(elsewhere), "old");
  }));

Deno.test("loadDecoder() takes changed files once the manifest is removed, as its remedy says", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    await saveDecoder(folder, decoder);
    const path = `${folder}/model.safetensors`;
    const bytes = await Deno.readFile(path);
    bytes[bytes.length - 4]! ^= 1;
    await Deno.writeFile(path, bytes);
    const error = await assertRejects(() => loadDecoder(folder), CheckpointError, path);
    assert(error.remedy?.includes("or remove its manifest.json"));
    assert(error.remedy?.endsWith("though not in a run that was started with others")); // it is bound to them
    await Deno.remove(`${folder}/manifest.json`);
    (await loadDecoder(folder)).dispose();
    decoder.dispose();
  }));

Deno.test("saveDecoder() removes what a killed save left, and nothing of anyone else", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    const halves = [".model.safetensors.new.0123abcd.tmp", "manifest.json.0123abcd.tmp"];
    const others = ["notes.0123abcd.tmp", "README.md", ".model.safetensors.new.old"];
    for (const name of [...halves, ...others]) await Deno.writeTextFile(`${folder}/${name}`, "");
    await whileUnlistable(() => saveDecoder(folder, decoder)); // what it cannot look for stays
    await saveDecoder(folder, decoder);
    assertEquals(
      [...Deno.readDirSync(folder)].map(({ name }) => name).sort(),
      [...others, "config.json", "manifest.json", "model.safetensors"].sort(),
    );
    (await loadDecoder(folder)).dispose();
    decoder.dispose();
  }));

Deno.test("saveDecoder() that cannot write leaves what was there", () =>
  withTempFolder(async (folder) => {
    const [decoder, other] = [tinyDecoder(), tinyDecoder({ hiddenSize: 16 })];
    await saveDecoder(folder, decoder);
    // A folder in the way of the new configuration stands for a disk that refuses.
    await Deno.mkdir(`${folder}/.config.json.new/x`, { recursive: true });
    await assertRejects(() => saveDecoder(folder, other), RunError);
    await Deno.remove(`${folder}/.config.json.new`, { recursive: true });
    const loaded = await loadDecoder(folder);
    assertEquals(loaded.config, decoder.config);
    for (const part of [loaded, decoder, other]) part.dispose();
  }));

Deno.test("loadDecoder() refuses layers by the million before it makes anything of them", () =>
  withTempFolder(async (folder) => {
    const decoder = tinyDecoder();
    await saveDecoder(folder, decoder);
    await Deno.remove(`${folder}/manifest.json`);
    const path = `${folder}/config.json`;
    const saved = JSON.parse(await Deno.readTextFile(path));
    for (
      const [layers, message] of [
        [10_000, "num_hidden_layers must be that of model.safetensors: got 10000"],
        [1e7, "numHiddenLayers must be at most 10000: got 10000000"],
        [1e15, "numHiddenLayers must be at most 10000: got 1000000000000000"],
      ] as const
    ) {
      await Deno.writeTextFile(path, JSON.stringify({ ...saved, num_hidden_layers: layers }));
      await assertRejects(() => loadDecoder(folder), CheckpointError, message);
    }
    const sizes = ["vocab_size", "hidden_size", "intermediate_size", "head_dim"];
    for (const key of [...sizes, "num_attention_heads", "num_key_value_heads"]) {
      await Deno.writeTextFile(
        path,
        JSON.stringify({ ...saved, num_attention_heads: 2 ** 40, [key]: 2 ** 40 }),
      );
      await assertRejects(() => loadDecoder(folder), CheckpointError, "misshaped");
    }
    decoder.dispose();
  }));

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { baseFingerprint, Decoder } from "../../lib/models/mod.ts";
import { loadVerifier, saveVerifier, Verifier, verifierTasks } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { relist } from "../support/relist.ts";
import { smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { LORA, makeVerifier, scatterVerifier, toyAnswers } from "./verifier_toys.ts";

await startTestDevice();

const decoder = smallWorldDecoder();
const ANSWERS = toyAnswers(0, 4);

for (const [name, lora] of [["with an adapter", LORA], ["of a head alone", null]] as const) {
  Deno.test(`loadVerifier() gives back a verifier ${name}: the same scores exactly`, () =>
    withTempFolder(async (folder) => {
      const fresh = makeVerifier(decoder, lora);
      scatterVerifier(fresh.parts);
      const verifier = new Verifier({ ...fresh.parts, calibration: { scale: 0.7, bias: 0.2 } });
      await saveVerifier(`${folder}/a/b`, verifier);
      const before = tf.memory().numTensors;
      const loaded = await loadVerifier(`${folder}/a/b`, decoder, smallWorldText);
      assertEquals(loaded.parts.calibration, { scale: 0.7, bias: 0.2 });
      assertEquals(loaded.parts.tasks, ["arithmetic"]);
      assertEquals(await verifierTasks(`${folder}/a/b`), ["arithmetic"]);
      assertEquals(loaded.parts.adapter?.targetModules, verifier.parts.adapter?.targetModules);
      assertEquals(await loaded.score(ANSWERS), await verifier.score(ANSWERS));
      loaded.dispose();
      assertEquals(tf.memory().numTensors, before);
      verifier.dispose();
    }));
}

Deno.test("loadVerifier() refuses what is missing, truncated, foreign or of another base", async (t) => {
  const other = smallWorldDecoder(8);
  const wider = smallWorldDecoder(7, { hiddenSize: 32 });
  const change = async (path: string, changes: object) => {
    const manifest = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...manifest, ...changes }));
  };
  const flip = async (path: string, at: number) => {
    const bytes = await Deno.readFile(path);
    bytes[at < 0 ? bytes.length + at : at]! ^= 1;
    await Deno.writeFile(path, bytes);
  };
  const cases: {
    name: string;
    damage?: (folder: string) => Promise<void>;
    /** Whether the manifest follows the damage, so that the checks behind it are met. */
    isListed?: boolean;
    base?: typeof decoder;
    parts: string[];
  }[] = [
    {
      name: "no folder",
      damage: (folder) => Deno.remove(folder, { recursive: true }),
      parts: ["verifier.json", "there is no such file", "deno task experiment train_verifier"],
    },
    {
      name: "no JSON",
      damage: (folder) => Deno.writeTextFile(`${folder}/verifier.json`, '{"kind": '),
      isListed: true,
      parts: ["verifier.json", "must be JSON", "train_verifier"],
    },
    {
      name: "a manifest of something else",
      damage: (folder) => change(`${folder}/verifier.json`, { kind: "other" }),
      isListed: true,
      parts: ["verifier.json", "must be a readable verifier manifest"],
    },
    {
      name: "an impossible calibration",
      damage: (folder) =>
        change(`${folder}/verifier.json`, { calibration: { scale: -1, bias: 0 } }),
      isListed: true,
      parts: ["verifier.json", "must be a readable verifier manifest"],
    },
    {
      name: "an impossible adapter",
      damage: (folder) =>
        change(`${folder}/verifier.json`, { lora: { ...LORA, targetModules: ["no_proj"] } }),
      isListed: true,
      parts: ["must fit the base model", "no_proj"],
    },
    {
      name: "no weights",
      damage: (folder) => Deno.remove(`${folder}/verifier.safetensors`),
      parts: ["verifier.safetensors", "there is no such file"],
    },
    {
      name: "truncated weights",
      damage: (folder) => Deno.truncate(`${folder}/verifier.safetensors`, 700),
      isListed: true,
      parts: ["verifier.safetensors", "is truncated"],
    },
    {
      name: "foreign weights",
      damage: (folder) => Deno.writeTextFile(`${folder}/verifier.safetensors`, "PK".repeat(50)),
      isListed: true,
      parts: ["verifier.safetensors", "another format"],
    },
    {
      name: "another adapter than its weights",
      damage: (folder) => change(`${folder}/verifier.json`, { lora: null }),
      isListed: true,
      parts: ["must fit the base model", "unexpected"],
    },
    {
      name: "a rank that its weights do not have",
      damage: (folder) => change(`${folder}/verifier.json`, { lora: { ...LORA, r: 4 } }),
      isListed: true,
      parts: ["must fit the base model", "misshaped", "wanted [4, 16], got [2, 16]"],
    },
    {
      name: "a rank above that of any matrix",
      damage: (folder) => change(`${folder}/verifier.json`, { lora: { ...LORA, r: 1e6 } }),
      isListed: true,
      parts: ["must fit the base model", "r must be at most 16", "got 1000000"],
    },
    {
      name: "a flipped weight",
      damage: (folder) => flip(`${folder}/verifier.safetensors`, -1),
      parts: ["verifier.safetensors", "it must be as it was written", "train_verifier"],
    },
    {
      name: "a flipped digit of the calibration",
      damage: async (folder) => {
        const text = await Deno.readTextFile(`${folder}/verifier.json`);
        await flip(`${folder}/verifier.json`, text.indexOf('"scale": ') + 9);
      },
      parts: ["verifier.json", "it must be as it was written", "train_verifier"],
    },
    {
      name: "a flipped digit of the manifest",
      damage: async (folder) => {
        const text = await Deno.readTextFile(`${folder}/manifest.json`);
        await flip(`${folder}/manifest.json`, text.indexOf('"size": ') + 9);
      },
      parts: ["manifest.json", "was changed after it was written", "train_verifier"],
    },
    {
      name: "no manifest",
      damage: (folder) => Deno.remove(`${folder}/manifest.json`),
      parts: ["verifier.json", "no manifest.json", "train_verifier"],
    },
    {
      name: "the calibration of another verifier",
      damage: async (folder) => {
        const fresh = makeVerifier(decoder, LORA);
        await saveVerifier(
          `${folder}/other`,
          new Verifier({ ...fresh.parts, calibration: { scale: 2, bias: 1 } }),
        );
        fresh.dispose();
        await Deno.rename(`${folder}/other/verifier.json`, `${folder}/verifier.json`);
      },
      parts: ["verifier.json", "it must ", "train_verifier"],
    },
    {
      name: "a base model of another size",
      base: wider,
      parts: ["must fit the base model: it was trained on another base", "on this base model"],
    },
    {
      name: "another base model of the same size",
      base: other,
      parts: ["must fit the base model: it was trained on another base", "on this base model"],
    },
  ];
  for (const { name, damage, isListed, base = decoder, parts } of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const verifier = makeVerifier(decoder, LORA);
        await saveVerifier(`${folder}/v`, verifier);
        await damage?.(`${folder}/v`);
        if (isListed) await relist(`${folder}/v`);
        const before = tf.memory().numTensors;
        const error = await assertRejects(
          () => loadVerifier(`${folder}/v`, base, smallWorldText),
          CheckpointError,
        );
        assertEquals(tf.memory().numTensors, before);
        for (const part of [`${folder}/v`, ...parts]) {
          assert(error.message.includes(part), `"${part}" is not in: ${error.message}`);
        }
        verifier.dispose();
      }));
  }
  other.dispose();
  wider.dispose();
});

Deno.test("saveVerifier() says it when its folder cannot be made", () =>
  withTempFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/taken`, "");
    const verifier = makeVerifier(decoder, null);
    await assertRejects(() => saveVerifier(`${folder}/taken`, verifier), RunError, "taken");
    verifier.dispose();
  }));

/** The steps of {@link saveVerifier} over an older verifier, as a kill after any of them leaves them. */
const KILLS: readonly (readonly [kept: "old" | "new", step: string])[] = [
  ["old", "half a weights file was written"],
  ["old", "new weights were written"],
  ["old", "all new files were written"],
  ["new", "the manifest was put in place"],
  ["new", "the new weights have their name"],
  ["new", "all files have their names"],
];

Deno.test("saveVerifier() over another one leaves the old one or the new one after a kill", async (t) => {
  const make = (scale: number) => {
    const fresh = makeVerifier(decoder, LORA);
    scatterVerifier(fresh.parts);
    return new Verifier({ ...fresh.parts, calibration: { scale, bias: scale } });
  };
  for (const [index, [kept, step]] of KILLS.entries()) {
    await t.step(step, () =>
      withTempFolder(async (root) => {
        const [old, fresh] = [make(1), make(2)];
        const [folder, made] = [`${root}/v`, `${root}/made`];
        await saveVerifier(folder, old);
        await saveVerifier(made, fresh);
        const move = (name: string, to: string) =>
          Deno.copyFile(`${made}/${name}`, `${folder}/${to}`);
        const steps = [
          () => Deno.writeTextFile(`${folder}/.verifier.safetensors.new`, "half"),
          () => move("verifier.safetensors", ".verifier.safetensors.new"),
          () => move("verifier.json", ".verifier.json.new"),
          () => move("manifest.json", "manifest.json"),
          () =>
            Deno.rename(
              `${folder}/.verifier.safetensors.new`,
              `${folder}/verifier.safetensors`,
            ),
          () => Deno.rename(`${folder}/.verifier.json.new`, `${folder}/verifier.json`),
        ];
        for (const step of steps.slice(0, index + 1)) await step();
        const loaded = await loadVerifier(folder, decoder, smallWorldText);
        const wanted = kept === "old" ? old : fresh;
        assertEquals(loaded.parts.calibration, wanted.parts.calibration);
        assertEquals(await loaded.score(ANSWERS), await wanted.score(ANSWERS));
        // The next save finds its way from here too, and leaves nothing behind.
        await saveVerifier(folder, fresh);
        const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
        assertEquals(names, ["manifest.json", "verifier.json", "verifier.safetensors"]);
        for (const verifier of [loaded, old, fresh]) verifier.dispose();
      }));
  }
});

Deno.test("baseFingerprint() names weights and configuration: the same for a copy, another for others", async () => {
  const own = await baseFingerprint(decoder);
  assert(/^[0-9a-f]{64}$/.test(own));
  const copy = smallWorldDecoder();
  assertEquals(await baseFingerprint(copy), own);
  assertEquals(await baseFingerprint(copy), own);
  const other = smallWorldDecoder(8);
  assert(await baseFingerprint(other) !== own);
  const { config, weights } = decoder;
  const changes = [
    { ropeTheta: config.ropeTheta * 2 },
    { rmsNormEps: config.rmsNormEps * 2 },
    { numAttentionHeads: config.numAttentionHeads * 2, headDim: config.headDim / 2 },
    { maxPositionEmbeddings: config.maxPositionEmbeddings - 1 },
    { padTokenId: config.padTokenId + 1 },
    { eosTokenId: config.eosTokenId + 1 },
    { bosTokenId: 1 },
  ];
  for (const change of changes) {
    const changed = Decoder.ofVariables({ ...config, ...change }, weights);
    assert(await baseFingerprint(changed) !== own, Object.keys(change).join());
  }
  copy.dispose();
  other.dispose();
});

import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, RunError } from "../../lib/core/mod.ts";
import { smallWorldText } from "../../lib/discussion/mod.ts";
import { baseFingerprint, loadVerifier, saveVerifier, Verifier } from "../../lib/verifier/mod.ts";
import { startTestDevice } from "../support/device.ts";
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
  const cases: {
    name: string;
    damage?: (folder: string) => Promise<void>;
    base?: typeof decoder;
    parts: string[];
  }[] = [
    {
      name: "no folder",
      damage: (folder) => Deno.remove(folder, { recursive: true }),
      parts: ["verifier.json", "the file is missing", "deno task experiment train_verifier"],
    },
    {
      name: "no JSON",
      damage: (folder) => Deno.writeTextFile(`${folder}/verifier.json`, '{"kind": '),
      parts: ["verifier.json", "must be a readable verifier manifest", "train_verifier"],
    },
    {
      name: "a manifest of something else",
      damage: (folder) => change(`${folder}/verifier.json`, { kind: "other" }),
      parts: ["verifier.json", "must be a readable verifier manifest"],
    },
    {
      name: "an impossible calibration",
      damage: (folder) =>
        change(`${folder}/verifier.json`, { calibration: { scale: -1, bias: 0 } }),
      parts: ["verifier.json", "must be a readable verifier manifest"],
    },
    {
      name: "an impossible adapter",
      damage: (folder) =>
        change(`${folder}/verifier.json`, { lora: { ...LORA, targetModules: ["no_proj"] } }),
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
      parts: ["verifier.safetensors", "is truncated"],
    },
    {
      name: "foreign weights",
      damage: (folder) => Deno.writeTextFile(`${folder}/verifier.safetensors`, "PK".repeat(50)),
      parts: ["verifier.safetensors", "another format"],
    },
    {
      name: "another adapter than its weights",
      damage: (folder) => change(`${folder}/verifier.json`, { lora: null }),
      parts: ["must fit the base model", "unexpected"],
    },
    {
      name: "a base model of another size",
      base: wider,
      parts: ["must fit the base model", "q_proj.lora_A.weight: wanted [2, 32], got [2, 16]"],
    },
    {
      name: "another base model of the same size",
      base: other,
      parts: ["must fit the base model: it was trained on another one", "on this base model"],
    },
  ];
  for (const { name, damage, base = decoder, parts } of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const verifier = makeVerifier(decoder, LORA);
        await saveVerifier(`${folder}/v`, verifier);
        await damage?.(`${folder}/v`);
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

Deno.test("baseFingerprint() names a model's weights: the same for a copy, another for others", async () => {
  const [copy, other] = [smallWorldDecoder(), smallWorldDecoder(8)];
  const own = await baseFingerprint(decoder);
  assertEquals(await baseFingerprint(copy), own);
  assert(/^[0-9a-f]{64}$/.test(own) && await baseFingerprint(other) !== own);
  copy.dispose();
  other.dispose();
});

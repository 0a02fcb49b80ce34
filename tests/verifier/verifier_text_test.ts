import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError } from "../../lib/core/mod.ts";
import type { TextFormat } from "../../lib/discussion/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { hfTokenizer, jinjaTemplate } from "../../lib/text/mod.ts";
import { encodeAnswer, loadVerifier, saveVerifier, Verifier } from "../../lib/verifier/mod.ts";
import {
  makeArithmetic,
  SMALL_WORLD_TOKENIZER_CONFIG,
  smallWorldText,
  smallWorldTokenizer,
  smallWorldTokenizerJson,
} from "../../lib/worlds/small_world/mod.ts";
import { startTestDevice } from "../support/device.ts";
import { relist } from "../support/relist.ts";
import { smallWorldDecoder, withTempFolder } from "../support/small_world.ts";
import { makeVerifier } from "./verifier_toys.ts";

await startTestDevice();

const decoder = smallWorldDecoder();
const CHATS = SMALL_WORLD_TOKENIZER_CONFIG.chat_template;

/** The same words, decoded otherwise. */
const OTHER_TOKENIZER = hfTokenizer({ ...smallWorldTokenizerJson(), decoder: null }, {
  ...smallWorldTokenizer,
  config: SMALL_WORLD_TOKENIZER_CONFIG,
});

Deno.test("loadVerifier() refuses another tokenizer or chat template than in training, or none", async (t) => {
  const forget = (change: object) => async (folder: string) => {
    const path = `${folder}/verifier.json`;
    const settings = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...settings, ...change }));
    await relist(folder);
  };
  const cases: {
    readonly name: string;
    readonly text?: Partial<TextFormat>;
    readonly damage?: (folder: string) => Promise<void>;
    readonly part: string;
  }[] = [
    {
      name: "another chat template",
      text: { template: jinjaTemplate(CHATS.replace("<|user|>", "<|user|> :")) },
      part: "the base model has another tokenizer or chat template now",
    },
    {
      name: "another tokenizer",
      text: { tokenizer: OTHER_TOKENIZER },
      part: "the base model has another tokenizer or chat template now",
    },
    {
      name: "of before verifiers named them",
      damage: forget({ schemaVersion: 2, tokenizer: undefined }),
      part: "must be a readable verifier manifest: schemaVersion",
    },
    {
      name: "that names none",
      damage: forget({ tokenizer: undefined }),
      part: "must be a readable verifier manifest: tokenizer",
    },
  ];
  for (const { name, text, damage, part } of cases) {
    await t.step(name, () =>
      withTempFolder(async (folder) => {
        const verifier = makeVerifier(decoder, null);
        await saveVerifier(folder, verifier);
        await damage?.(folder);
        const error = await assertRejects(
          () => loadVerifier(folder, decoder, { ...smallWorldText, ...text }),
          CheckpointError,
          part,
        );
        assert(error.remedy?.includes("deno task experiment train_verifier"), error.message);
        verifier.dispose();
      }));
  }
});

Deno.test("saveVerifier() needs to know what its chats are written with", () =>
  withTempFolder(async (folder) => {
    const verifier = makeVerifier(decoder, null);
    const { fingerprint: _, ...template } = smallWorldText.template;
    const nameless = { ...smallWorldText, template };
    await assertRejects(
      () => saveVerifier(folder, new Verifier({ ...verifier.parts, text: nameless })),
      TypeError,
      "the template must have a fingerprint",
    );
    const own = { ...smallWorldText, template: { ...template, fingerprint: "own" } };
    await saveVerifier(folder, new Verifier({ ...verifier.parts, text: own }));
    (await loadVerifier(folder, decoder, own)).dispose();
    await assertRejects(() => loadVerifier(folder, decoder, smallWorldText), CheckpointError);
    verifier.dispose();
  }));

Deno.test("encodeAnswer() lets no solution end itself", () => {
  const [question] = takeQuestions(
    makeArithmetic({ seed: 0, difficulty: 1 }).questions("verifier"),
    { count: 1 },
  );
  const { eosTokenId } = smallWorldTokenizer;
  const { tokens, answerStart } = encodeAnswer(smallWorldText, question!, "7 <|end|> <|user|> 8");
  assertEquals([...tokens.slice(answerStart)], [...smallWorldTokenizer.encode("7  8"), eosTokenId]);
});

Deno.test("encodeAnswer() lets no word that the tokenizer lacks make a marker of what is left", () => {
  const tokenizer = hfTokenizer({
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: { type: "WhitespaceSplit" },
    post_processor: null,
    decoder: null,
    model: { type: "WordLevel", vocab: { "#": 0, "user:": 1, "7": 2, "[UNK]": 3, end: 4 } },
  }, { vocabSize: 5, padTokenId: 3, eosTokenId: 4 });
  const template = jinjaTemplate("{% for m in messages %}# user: {{ m.content }}\n{% endfor %}");
  const format = { ...smallWorldText.format, firstMessage: () => "7" };
  const [question] = takeQuestions(
    makeArithmetic({ seed: 0, difficulty: 1 }).questions("verifier"),
    { count: 1 },
  );
  const { tokens } = encodeAnswer({ tokenizer, template, format }, question!, "7\n# eh user: 7");
  assertEquals([...tokens], [0, 1, 2, 2, 2, 4]);
});

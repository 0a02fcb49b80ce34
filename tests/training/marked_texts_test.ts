import { assertEquals } from "@std/assert";
import { OracleScorer, runDiscussions, ScriptedAgent } from "../../lib/discussion/mod.ts";
import { Random } from "../../lib/core/mod.ts";
import { jinjaTemplate } from "../../lib/text/mod.ts";
import { takeQuestions } from "../../lib/tasks/mod.ts";
import { describeMarkedTexts } from "../../lib/training/marked_texts.ts";
import { makeArithmetic, smallWorldText } from "../../lib/worlds/small_world/mod.ts";
import { smallWorldDecoder } from "../support/small_world.ts";
import { startTestDevice } from "../support/device.ts";
import { LLAMA2 } from "../text/chats.ts";

await startTestDevice();

const task = makeArithmetic({ seed: 0, difficulty: 1 });

Deno.test("describeMarkedTexts() counts answers and questions with markers of the model's chats", async () => {
  const decoder = smallWorldDecoder();
  const { format, tokenizer } = smallWorldText;
  const template = jinjaTemplate(LLAMA2, { bosToken: "<s>", eosToken: "</s>" });
  const model = { name: "bracketed", decoder, tokenizer, template };
  const scorer = new OracleScorer(task);
  const say = (text: string) => ({ agent: new ScriptedAgent(() => text), scorer });
  const held = (texts: readonly string[]) =>
    runDiscussions({
      task,
      format,
      showScores: false,
      seats: texts.map(say),
      questions: takeQuestions(task.questions("train"), { count: 2 }),
      numTurns: 1,
      random: Random.fromSeed(0),
    });
  const [plain, marked] = [
    await held(["7", "<start_of_turn> 8"]),
    await held(["7 [/INST] 8", "9"]),
  ];
  assertEquals(describeMarkedTexts(plain, { format, model }), null);
  assertEquals(
    describeMarkedTexts(marked, { format, model }),
    "2 of 4 answers and 0 of 2 questions hold chat markers of the model, which prompts leave out",
  );
  const bracketed = { ...format, firstMessage: () => "[INST] 7 ?" };
  assertEquals(
    describeMarkedTexts(plain, { format: bracketed, model }),
    "0 of 4 answers and 1 of 1 questions hold chat markers of the model, which prompts leave out",
  );
  decoder.dispose();
});

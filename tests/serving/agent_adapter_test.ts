import { assert, assertEquals, assertRejects } from "@std/assert";
import { CheckpointError, ConfigError, Random } from "../../lib/core/mod.ts";
import { loadLanguageModel, loadSafetensors } from "../../lib/models/mod.ts";
import { loadServedAgent, readServedAgent } from "../../lib/serving/mod.ts";
import { generate } from "../../lib/generation/mod.ts";
import { encodeChat } from "../../lib/text/mod.ts";
import { startServe, untilLine } from "../experiments/serve_process.ts";
import { withSources } from "../experiments/started_runs.ts";
import { startTestDevice } from "../support/device.ts";
import { smallWorldDecoder } from "../support/small_world.ts";
import { QUESTION, withServer } from "./served.ts";

await startTestDevice();

Deno.test("an agent of a finished run answers with what it has learnt for the turns that are named", () =>
  withSources(async ({ base, shared, second }) => {
    const model = await loadLanguageModel(base);
    const texts = new Set<string>();
    for (const [run, agent] of [[shared, 0], [shared, 1], [second, 1]] as const) {
      const file = `${run}/checkpoints/update-00002/weights.safetensors`;
      const { tensors } = await loadSafetensors(file);
      for (const turnGroup of ["first", "rest"]) {
        const named = { ...await readServedAgent(run, agent), turnGroup };
        const { adapter } = await loadServedAgent(named, model.decoder);
        for (const [name, variable] of adapter.weights) {
          const saved = tensors.get(`shared/${turnGroup}/policy.${name}`);
          assert(saved, `shared/${turnGroup}/policy.${name} in ${[...tensors.keys()][0]}`);
          assertEquals([...variable.dataSync()], [...saved.values]);
        }
        await withServer({ id: "it", model, adapter }, {}, async ({ chat }) => {
          const answer = await chat({ temperature: 0, max_tokens: 30 });
          const { tokenizer, template } = model;
          const prompt = encodeChat(tokenizer, template, [QUESTION], { addGenerationPrompt: true });
          const [expected] = await generate(model.decoder, [prompt], {
            adapter,
            maxNewTokens: 30,
            temperature: 0,
            topK: 0,
            topP: 1,
            randoms: [Random.fromSeed(0)],
          });
          assertEquals(answer.choices[0].message.content, tokenizer.decode(expected!.tokens));
          texts.add(answer.choices[0].message.content);
        });
        adapter.dispose();
      }
    }
    assert(texts.size > 1, "turns and runs answer differently");
    model.decoder.dispose();
  }));

Deno.test("agents that are not there, learnt nothing or have another base are refused", () =>
  withSources(async ({ base, shared, second }) => {
    const many = await assertRejects(() => readServedAgent(shared, 2), ConfigError);
    assertEquals(many.remedy, "Write --agent 1 or less");
    const frozen = await assertRejects(() => readServedAgent(second, 0), ConfigError);
    assertEquals(frozen.remedy, "Write --agent 1");
    const { decoder } = await loadLanguageModel(base);
    const agent = await readServedAgent(shared, 0);
    const none = await assertRejects(() => loadServedAgent(agent, decoder), ConfigError);
    assert(none.message.includes("must be one of first, rest: none is named"), none.message);
    const wrong = { ...agent, turnGroup: "last" };
    await assertRejects(() => loadServedAgent(wrong, decoder), ConfigError, "first, rest: last");
    const other = smallWorldDecoder(8);
    const foreign = await assertRejects(() => loadServedAgent(agent, other), CheckpointError);
    assert(foreign.remedy!.includes(base), foreign.message);
    decoder.dispose();
    other.dispose();
  }));

Deno.test({
  name: "deno task serve finds the base model of an agent by its run",
  ignore: Deno.build.os === "windows", // has no signals to send
  fn: () =>
    withSources(async ({ shared }) => {
      const args = ["--run", shared, "--turn-group", "rest", "--port", "0", "--device", "cpu"];
      const process = startServe(args);
      const { line, text, rest } = await untilLine(process, "listening: ");
      assert(text.includes("model: shared-agent-0-rest, 512 positions"), text);
      const body = { model: "shared-agent-0-rest", messages: [QUESTION], max_tokens: 4 };
      const response = await fetch(`${line}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      assertEquals((await response.json()).usage.completion_tokens > 0, true);
      process.kill("SIGTERM");
      const err = await new Response(process.stderr).text();
      assertEquals((await process.status).code, 143, err);
      await rest();
    }),
});
